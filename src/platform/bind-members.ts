/**
 * Binds the methods and accessors of an object's class to the object itself, so that it works behind a `Proxy`, too: frameworks
 * such as Vue, MobX and Alpine wrap objects, and private fields cannot be reached through a wrapper. Call it once, in the
 * constructor.
 */
export function bindMembers(object: object): void {
  let from = object;
  while ((from = Object.getPrototypeOf(from) as object) !== Object.prototype) {
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
      if (Object.hasOwn(object, name) || name === 'constructor') continue;
      for (const kind of ['value', 'get', 'set'] as const) {
        if (member[kind]) member[kind] = (member[kind] as () => void).bind(object);
      }
      Object.defineProperty(object, name, member);
    }
  }
}
