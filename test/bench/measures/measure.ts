import type { Browser } from 'playwright-core';
import { openReady, type BenchPage } from '../chromium.js';
import type { Row } from '../table.js';

/** What every measure works with. */
export interface Bench {
  readonly browser: Browser;
  readonly origin: string;
}

/** Measures the rows of one kind. */
export type Measure = (bench: Bench) => Promise<readonly Row[]>;

/** The selects that are compared: the control, what one would write with Lit, ours in a provider, and the whole widget. */
export type Name = 'vanilla' | 'lit' | 'select' | 'widget';

const ADDRESSES: Readonly<Record<Name, string>> = {
  vanilla: '/page/subject-vanilla?',
  lit: '/page/subject-lit?',
  select: '/page/subject-phone?',
  widget: '/page/subject-phone?tag=phone-widget',
};

export type Pages = ReadonlyMap<Name, BenchPage>;

/** Opens a page for each of them. */
export async function openSubjects({ browser, origin }: Bench, names: readonly Name[], query = ''): Promise<Pages> {
  const pages = new Map<Name, BenchPage>();
  for (const name of names) pages.set(name, await openReady(browser, `${origin}${ADDRESSES[name]}&${query}`));
  return pages;
}

export async function closeSubjects(pages: Pages): Promise<void> {
  for (const { page } of pages.values()) await page.context().close();
}

export type Samples = ReadonlyMap<Name, readonly number[]>;

/** Runs the same on all pages in turn, so many times over; what the first round finds is not counted. */
export async function interleave(
  pages: Pages,
  rounds: number,
  run: (page: BenchPage, name: Name) => Promise<number | readonly number[]>,
): Promise<Samples> {
  const samples = new Map<Name, number[]>([...pages.keys()].map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, page] of pages) {
      const found = [await run(page, name)].flat();
      if (round >= 0) samples.get(name)?.push(...found);
    }
  }
  return samples;
}

/** What one subject was measured at. */
export function of(samples: Samples, name: Name): readonly number[] {
  return samples.get(name) ?? [];
}
