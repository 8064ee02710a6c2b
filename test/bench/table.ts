/** One line of the table: a budget, what was measured for it, and what that is measured against. */
export interface Row {
  readonly what: string;
  /** The control written by hand, and what a user would write instead. */
  readonly vanilla?: number | undefined;
  readonly lit?: number | undefined;
  readonly ours: number;
  /** How values are written, such as `ms`. */
  readonly unit: Unit;
  /** What the budget is about: `ours` itself, or how many times `vanilla` it is. */
  readonly of: 'ours' | 'ratio' | 'excess';
  /** Left out: no budget speaks of it; it is there to be read beside the others. */
  readonly budget?: number | undefined;
  readonly aim?: number | undefined;
  /** The budget is a least, not a most. */
  readonly isLeast?: boolean;
  /** The noise of our values: the middle half of them, as a part of the median. */
  readonly noise?: number | undefined;
}

export type Unit = 'kB' | 'ms' | 'saves/s' | 'µs' | 'nodes' | 'frames' | 'M/s' | 'MB' | 'times' | 'left' | 'modules';

const HEAD = ['what', 'vanilla', 'bare Lit', 'ours', 'ratio', '±', 'budget', 'aim', 'ok?'];

/** Writes the table, and under it how many budgets are missed. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column]))));
  const write = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const budgets = rows.filter(({ budget }) => budget !== undefined);
  const missed = budgets.filter((row) => !meets(row, row.budget)).length;
  const total =
    missed === 0 ? `All ${budgets.length} budgets are met.` : `${missed} of ${budgets.length} budgets are MISSED.`;
  const [head, ...rest] = lines;
  return [write(head ?? HEAD), rule, ...rest.map(write), '', total].join('\n');
}

function cellsOf(row: Row): readonly string[] {
  const { what, vanilla, lit, ours, unit, noise, budget, aim } = row;
  const ratio = !vanilla || !ours ? '' : `${digits(ours / vanilla)}×`;
  return [
    what,
    vanilla === undefined ? '–' : valueOf(vanilla, unit),
    lit === undefined ? '–' : valueOf(lit, unit),
    valueOf(ours, unit),
    ratio || '–',
    noise === undefined || Number.isNaN(noise) ? '–' : `${Math.round(noise * 100)} %`,
    limitOf(row, budget),
    limitOf(row, aim),
    verdictOf(row),
  ];
}

/** What the budget of the row is compared with. */
function measureOf({ vanilla = NaN, ours, of }: Row): number {
  if (of === 'ours') return ours;
  return of === 'ratio' ? ours / vanilla : Math.max(0, ours - vanilla);
}

function verdictOf(row: Row): string {
  if (row.budget === undefined) return '–';
  if (!meets(row, row.budget)) return 'MISSED';
  return row.aim !== undefined && meets(row, row.aim) ? 'yes, aim' : 'yes';
}

function meets(row: Row, limit = NaN): boolean {
  const value = measureOf(row);
  return row.isLeast ? value >= limit : value <= limit;
}

function limitOf({ unit, of, isLeast }: Row, limit: number | undefined): string {
  if (limit === undefined) return '–';
  const value = of === 'ratio' ? `${limit}×` : of === 'excess' ? `+${valueOf(limit, unit)}` : valueOf(limit, unit);
  return `${isLeast ? '≥' : '≤'} ${value}`;
}

function valueOf(value: number, unit: Unit): string {
  return unit === 'times' || unit === 'left' || unit === 'modules' ? digits(value) : `${digits(value)} ${unit}`;
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const places = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places });
}

function widthOf(text = ''): number {
  return [...text].length;
}
