/** A JSON Schema of the dialect 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = { readonly [keyword: string]: unknown };

type Properties = Readonly<Record<string, Schema>>;

/** Names one of the document's schemas. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The longest name in a request, in characters. The model keeps a hash of a longer call id. */
export const NAME_LENGTH = 1024;

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const revision: Schema = { type: 'integer', minimum: 0, description: 'Grows with every save of the entry.' };
export const instant: Schema = { type: 'number', description: 'Milliseconds since the epoch, by the server’s clock.' };
/** A text that names something; a server refuses longer ones. */
export const id: Schema = { type: 'string', minLength: 1, maxLength: NAME_LENGTH };

/** An object with required and optional fields; it may have others as well. */
export function fields(
  needed: Properties,
  possible: Properties = {},
): Schema & { readonly required: readonly string[]; readonly properties: Properties } {
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
