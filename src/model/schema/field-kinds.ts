/** What a value of a document can be. Plain data: the types, the reader, the checks of requests and OpenAPI are made from it. */
export type Kind<T = unknown> = Typed<T> &
  (
    | {
        /**
         * `name`: a text that is not empty. `count`: a whole number from 0. `instant`: milliseconds since
         * the epoch. `past`: an instant at which something happened.
         */
        readonly is: 'string' | 'name' | 'boolean' | 'count' | 'instant' | 'past';
      }
    | { readonly is: 'union'; readonly values: readonly string[] }
    | { readonly is: 'list' | 'map' | 'nullable' | 'optional' | 'lenient'; readonly of: Kind }
    | { readonly is: 'shape'; readonly fields: Shape }
  );

/** Carries the type of the values; there is no such field. */
export interface Typed<T> {
  readonly type?: () => T;
}

/** The fields of an object by their names. A document may have others, of a newer version. */
export interface Shape {
  readonly [name: string]: Kind;
}

/** The type of the values of a kind. */
type TypeOf<K extends Kind> = ReturnType<NonNullable<K['type']>>;

/** The type of the objects of a shape. */
export type TypeOfShape<S extends Shape> = {
  readonly [N in keyof S as S[N] extends Optional ? never : N]: TypeOf<S[N]>;
} & {
  readonly [N in keyof S as S[N] extends Optional ? N : never]?: TypeOf<S[N]>;
};

/** A field that may be absent. */
export type Optional<T = unknown> = Kind<T> & { readonly is: 'optional'; readonly of: Kind };

export const text: Kind<string> = { is: 'string' };
export const name: Kind<string> = { is: 'name' };
export const flag: Kind<boolean> = { is: 'boolean' };
export const count: Kind<number> = { is: 'count' };
export const instant: Kind<number> = { is: 'instant' };
export const past: Kind<number> = { is: 'past' };

/** One of these texts, and no other. */
export function oneOf<const T extends string>(values: readonly T[]): Kind<T> {
  return { is: 'union', values };
}

/** A text that is one of a union today; readers keep what a newer version may add to it. */
export function someOf<T extends readonly string[]>(): Kind<T[number]> {
  return text as Kind<T[number]>;
}

export function list<T>(of: Kind<T>): Kind<readonly T[]> {
  return { is: 'list', of };
}

/** An object with any names, and values of one kind. */
export function map<T>(of: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return { is: 'map', of };
}

export function nullable<T>(of: Kind<T>): Kind<T | null> {
  return { is: 'nullable', of };
}

export function optional<T>(of: Kind<T>): Optional<T> {
  return { is: 'optional', of };
}

/** A field that is always written, and whose absence readers forgive. */
export function lenient<T>(of: Kind<T>): Kind<T> {
  return { is: 'lenient', of };
}

export function shape<S extends Shape>(fields: S): Kind<TypeOfShape<S>> {
  return { is: 'shape', fields };
}
