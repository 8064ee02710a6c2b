import type { Bench } from './bench.js';

/** One case of the suite. */
export interface ConformanceCase {
  /** The number of its promise. */
  readonly promise: number;
  /** What holds, in the present tense. */
  readonly title: string;
  /** The option without which the case cannot run. */
  readonly needs?: 'damage' | 'disconnect' | 'openWithoutRights';
  readonly run: (bench: Bench) => Promise<void>;
}

type Titles = Readonly<Record<string, ConformanceCase['run']>>;

/** Returns the cases of one promise, by their titles. */
export function casesOf(promise: number, titles: Titles, needs?: ConformanceCase['needs']): readonly ConformanceCase[] {
  return Object.entries(titles).map(([title, run]) => ({ promise, title, run, ...(needs ? { needs } : {}) }));
}
