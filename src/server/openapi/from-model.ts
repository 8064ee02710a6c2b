import { SETTINGS, type Setting } from '../../model/schema/account.js';
import type { Kind, Shape } from '../../model/schema/field-kinds.js';
import { ACTOR, CALL, CALL_ENTRY, CHOICE, PARTY } from '../../model/schema/record.js';
import { count, fields, flag, id, instant, list, oneOf, orNull, ref, text, type Schema } from './schema.js';

/** The shapes that the document describes once, by name. */
const NAMES: ReadonlyMap<Shape, string> = new Map<Shape, string>([
  [ACTOR, 'Actor'],
  [PARTY, 'Party'],
  [CALL, 'Call'],
  [CHOICE, 'Choice'],
  [CALL_ENTRY, 'CallEntry'],
]);

const SCALARS = { string: text, boolean: flag, name: id, count, instant, past: instant } as const;

/** The JSON Schema of a kind of values. */
function schemaOf(kind: Kind): Schema {
  switch (kind.is) {
    case 'union':
      return oneOf(...kind.values);
    case 'list':
      return list(schemaOf(kind.of));
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(kind.of) };
    case 'nullable':
      return orNull(schemaOf(kind.of));
    case 'optional':
    case 'lenient':
      return schemaOf(kind.of);
    case 'shape': {
      const name = NAMES.get(kind.fields);
      return name === undefined ? fieldsOf(kind.fields) : ref(name);
    }
    default:
      return SCALARS[kind.is];
  }
}

/** The JSON Schema of an object. `described` says more of some fields than their kind does; `null` leaves a field out. */
export function fieldsOf<S extends Shape>(
  shape: S,
  described: { readonly [N in keyof S]?: Schema | null } = {},
): ReturnType<typeof fields> {
  const needed: Record<string, Schema> = {};
  const possible: Record<string, Schema> = {};
  for (const [name, kind] of Object.entries(shape)) {
    const schema = described[name] === undefined ? schemaOf(kind) : described[name];
    if (schema) (kind.is === 'optional' ? possible : needed)[name] = schema;
  }
  return fields(needed, possible);
}

const SETTING_SCHEMAS = {
  flag,
  number: count,
  seconds: count,
  minutes: count,
  status: id,
  numbers: list(text),
} as const satisfies Readonly<Record<Setting['is'], Schema>>;

/** The JSON Schema of an account's settings. */
export const settings: Schema = fields(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, SETTING_SCHEMAS[setting.is]])),
);
