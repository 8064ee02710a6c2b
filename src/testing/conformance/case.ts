import type { Bench } from './bench.js';

/** One named case of the suite. */
export interface ConformanceCase {
  /** The number of the promise that it tests. */
  readonly promise: number;
  /** What holds, in the present tense. */
  readonly title: string;
  /** The option without which the case cannot be brought about. */
  readonly needs?: 'damage' | 'disconnect' | 'openWithoutRights';
  readonly run: (bench: Bench) => Promise<void>;
}

type Titles = Readonly<Record<string, ConformanceCase['run']>>;

/** The cases of one promise, by their titles. */
export function casesOf(promise: number, titles: Titles, needs?: ConformanceCase['needs']): readonly ConformanceCase[] {
  return Object.entries(titles).map(([title, run]) => ({ promise, title, run, ...(needs ? { needs } : {}) }));
}
