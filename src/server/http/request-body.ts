import { Refusal, refusal } from './problems.js';

/** The largest body of a request, in bytes; an account with 1,000 statuses stays below the second. */
export const EVENT_BYTES = 64 * 1024;
export const ACCOUNT_BYTES = 2 * 1024 * 1024;
/** A body that has not come by then, in milliseconds, is not waited for. */
const BODY_MS = 10_000;
/** How deep a body may be nested. */
const DEPTH = 32;

/** The JSON of a request's body. Throws a refusal for what is too large, too slow, too deep, or no JSON. */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw refusal(415, 'The body must be application/json.');
  const text = await readText(request, limit);
  if (depthOf(text) > DEPTH) throw refusal(400, `The body is nested deeper than ${DEPTH} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(400, 'The body is not valid JSON.');
  }
  if (hasPrototypeKey(value)) throw refusal(400, 'The body has a field called __proto__.');
  return value;
}

async function readText(request: Request, limit: number): Promise<string> {
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge(limit);
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refusal(408, 'The body did not arrive in time.')), BODY_MS);
  });
  try {
    // Servers read a body of known length several times faster as a whole.
    const body = length === null ? readChunks(request, limit, stop.signal) : request.arrayBuffer();
    const bytes = await Promise.race([body, late]);
    if (bytes.byteLength > limit) throw tooLarge(limit);
    return decode(bytes);
  } catch (error) {
    stop.abort();
    throw error instanceof Refusal ? error : refusal(400, 'The body did not arrive in full.', { code: 'unavailable' });
  } finally {
    clearTimeout(timer);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array | ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal(400, 'The body is not valid UTF-8.');
  }
}

async function readChunks({ body }: Request, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const reader = body?.getReader();
  signal.addEventListener('abort', () => void reader?.cancel().catch(() => undefined));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(read.value);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function tooLarge(limit: number): Error {
  return refusal(413, `The body is larger than ${limit} bytes.`);
}

/** How deep brackets stand in one another, outside of texts. */
function depthOf(text: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isText) {
      if (letter === '\\') at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
    else if (letter === ']' || letter === '}') depth--;
  }
  return deepest;
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeKey);
}

/** How many events a second somebody may send for long, and how many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Lets so many requests of one owner through. */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  #sweptAt = 0;

  constructor(rate: Rate, clock: () => number) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Whether so many more of that owner are let through now: all, or none. */
  allows(owner: string, cost = 1): boolean {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock();
    this.#sweep(now);
    const bucket = this.#buckets.get(owner) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(owner, bucket);
    if (bucket.left < cost) return false;
    bucket.left -= cost;
    return true;
  }

  /** Who has been silent for long enough has everything again, and is forgotten. */
  #sweep(now: number): void {
    const { perSecond, burst } = this.#rate;
    const refillMs = (burst / perSecond) * 1000;
    if (now - this.#sweptAt < refillMs) return;
    this.#sweptAt = now;
    for (const [owner, { at }] of this.#buckets) if (now - at >= refillMs) this.#buckets.delete(owner);
  }
}
