/** A JSON Schema of the dialect 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = { readonly [keyword: string]: unknown };

type Properties = Readonly<Record<string, Schema>>;

/** Names one of the document's schemas. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const revision: Schema = { type: 'integer', minimum: 0, description: 'Grows with every save of the entry.' };
export const instant: Schema = { type: 'number', description: 'Milliseconds since the epoch, by the server’s clock.' };
/** A text that names something. */
export const id: Schema = { type: 'string', minLength: 1, maxLength: 1024 };

/** An object with fields that must be there, and some that may; others may be there as well. */
export function fields(needed: Properties, possible: Properties = {}): Schema {
  return { type: 'object', required: Object.keys(needed), properties: { ...needed, ...possible } };
}

/** An object with these fields and no others. */
export function exactly(needed: Properties, possible: Properties = {}): Schema {
  return { ...fields(needed, possible), additionalProperties: false };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function constant(value: string | boolean): Schema {
  return { const: value };
}
