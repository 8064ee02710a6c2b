/** What the digits of a duration are made of, in a language: built once, for it is asked every second. */
interface Digits {
  readonly plain: Intl.NumberFormat;
  readonly padded: Intl.NumberFormat;
}

const digitsByLanguage = new Map<string, Digits>();

/**
 * A duration as a running time: `0:59`, `1:00`, `59:59`, `1:00:00`, `25:00:00`, in the digits of the language. Below
 * zero it is zero.
 */
export function formatClock(ms: number, lang: string): string {
  const { plain, padded } = digitsOf(lang);
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const head = hours ? `${plain.format(hours)}:${padded.format(minutes)}` : plain.format(minutes);
  return `${head}:${padded.format(seconds % 60)}`;
}

/** A duration in words, to the minute: `12 min`, `3 hr, 5 min`, in the words of the language; `0 min` below a minute. */
export function formatMinutes(ms: number, lang: string): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = hours ? [unit(hours, 'hour', lang)] : [];
  if (rest || !hours) parts.push(unit(rest, 'minute', lang));
  return new Intl.ListFormat(knownLanguage(lang), { type: 'unit', style: 'narrow' }).format(parts);
}

/** A time of day, `14:05`, as the language writes it. */
export function formatTime(at: number, lang: string): string {
  return new Intl.DateTimeFormat(knownLanguage(lang), { timeStyle: 'short' }).format(at);
}

function digitsOf(lang: string): Digits {
  let digits = digitsByLanguage.get(lang);
  if (!digits) {
    const known = knownLanguage(lang);
    digits = {
      plain: new Intl.NumberFormat(known, { useGrouping: false }),
      padded: new Intl.NumberFormat(known, { minimumIntegerDigits: 2 }),
    };
    digitsByLanguage.set(lang, digits);
  }
  return digits;
}

function unit(value: number, name: string, lang: string): string {
  return new Intl.NumberFormat(knownLanguage(lang), { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}

/** `lang` comes from the page and may be anything: Intl throws at what is no language tag. */
function knownLanguage(lang: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(lang)[0];
  } catch {
    return undefined;
  }
}
