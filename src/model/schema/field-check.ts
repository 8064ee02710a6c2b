import type { Kind } from './field-kinds.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is of the kind. Objects may have further fields: a newer version may have written them. */
export function fits(kind: Kind, value: unknown): boolean {
  switch (kind.is) {
    case 'string':
    case 'boolean':
      return typeof value === kind.is;
    case 'name':
      return typeof value === 'string' && value !== '';
    case 'count':
      return Number.isInteger(value) && (value as number) >= 0;
    case 'instant':
    case 'past':
      return Number.isFinite(value);
    case 'union':
      return kind.values.includes(value as string);
    case 'nullable':
      return value === null || fits(kind.of, value);
    case 'optional':
    case 'lenient':
      return value === undefined || fits(kind.of, value);
    case 'list':
      return isListOf((item) => fits(kind.of, item), value);
    case 'map':
      return isFields(value) && Object.values(value).every((item) => fits(kind.of, item));
    case 'shape':
      return isFields(value) && Object.keys(kind.fields).every((name) => fits(kind.fields[name]!, value[name]));
  }
}

/** Whether the value is an object with fields, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is a list of such items, without holes. */
// A structured clone keeps the holes of a list, and `every` passes over them.
export function isListOf(isItem: (item: unknown) => boolean, value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !value.includes(undefined) && value.every((item) => isItem(item));
}
