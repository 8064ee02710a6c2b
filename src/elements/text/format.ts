const MINUTE_MS = 60_000;

/**
 * A duration as a running time: `0:59`, `1:00`, `59:59`, `1:00:00`, `25:00:00`, in the digits of the language. Negative
 * durations count as zero.
 */
export function formatClock(ms: number, lang: string): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return remembered(`${lang} ${seconds} s`, () => {
    const plain = numberFormat(lang, { useGrouping: false });
    const padded = numberFormat(lang, { minimumIntegerDigits: 2 });
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    const head = hours ? `${plain.format(hours)}:${padded.format(minutes)}` : plain.format(minutes);
    return `${head}:${padded.format(seconds % 60)}`;
  });
}

/** A duration in minutes and hours: `12 min`, `3 hr 5 min`, in the language; `0 min` below a minute. */
export function formatMinutes(ms: number, lang: string): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return remembered(`${lang} ${minutes} min`, () => {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    const parts = hours ? [unit(hours, 'hour', lang)] : [];
    if (rest || !hours) parts.push(unit(rest, 'minute', lang));
    return new Intl.ListFormat(knownLanguage(lang), { type: 'unit', style: 'narrow' }).format(parts);
  });
}

/** A duration for a sentence: `29 seconds` below a minute, else as {@link formatMinutes} writes it. */
export function formatSpan(ms: number, lang: string): string {
  const options = { style: 'unit', unit: 'second', unitDisplay: 'long' } as const;
  return ms < MINUTE_MS ? numberFormat(lang, options).format(Math.floor(ms / 1000)) : formatMinutes(ms, lang);
}

/** A time of day, `14:05`, as the language writes it; with the date if that is not the day of `now`. */
export function formatTime(at: number, lang: string, now: number): string {
  const isToday = midnightAfter(at) === midnightAfter(now);
  const day = isToday ? {} : ({ dateStyle: 'medium' } as const);
  return new Intl.DateTimeFormat(knownLanguage(lang), { ...day, timeStyle: 'short' }).format(at);
}

/** When the day of `at` ends, in the page's time zone. */
export function midnightAfter(at: number): number {
  return new Date(at).setHours(24, 0, 0, 0);
}

const REMEMBERED = 50;
const texts = new Map<string, string>();

/** All elements of a page need the same few texts at the same moment; making one takes longer than drawing it. */
function remembered(key: string, make: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    if (texts.size >= REMEMBERED) texts.clear();
    texts.set(key, (text = make()));
  }
  return text;
}

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(lang: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = lang + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(knownLanguage(lang), options);
  formats.set(key, format);
  return format;
}

function unit(value: number, name: string, lang: string): string {
  return numberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}

/** The language as `Intl` takes it; undefined for anything from a page that is not a language tag. */
export function knownLanguage(lang: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(lang)[0];
  } catch {
    return undefined;
  }
}
