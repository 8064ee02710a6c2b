import { PhoneError } from '../../model/errors.js';
import type { Identity } from '../access/identity.js';
import type { RateLimit, RateLimitOptions } from '../server-options.js';
import { Refusal, refusal } from './problems.js';
import { RateLimiter } from './rate-limiter.js';
import { FACTS_AT_ONCE } from './save-event.js';

const PERSON: RateLimit = { perSecond: 200, burst: 2_000 };
const MACHINE: RateLimit = { perSecond: 2_000, burst: 20_000 };

/** The rate limits of a server: of each person or machine, and of each account as a whole. */
export class RateLimits {
  readonly #people: RateLimiter;
  readonly #machines: RateLimiter;
  readonly #accounts: RateLimiter | undefined;

  /** Throws `invalid-setting` for a limit that no request, or no full list of facts, could ever meet. */
  constructor({ person = PERSON, machine = MACHINE, account }: RateLimitOptions, clock: () => number) {
    this.#people = new RateLimiter(checked('person', person, 1), clock);
    this.#machines = new RateLimiter(checked('machine', machine, FACTS_AT_ONCE), clock);
    if (account !== undefined) this.#accounts = new RateLimiter(checked('account', account, FACTS_AT_ONCE), clock);
  }

  /** Charges that many requests. Throws a refusal (429), and charges nothing, if they go beyond a limit. */
  charge({ account, id, roles }: Identity, count: number): void {
    const isMachine = roles.includes('telephony') || roles.includes('router');
    const own = isMachine ? this.#machines : this.#people;
    const owner = JSON.stringify([account, id]);
    const ownWaitMs = own.waitMs(owner, count);
    if (ownWaitMs > 0) throw tooMany('requests', ownWaitMs);
    const accountWaitMs = this.#accounts?.waitMs(account, count) ?? 0;
    if (accountWaitMs > 0) throw tooMany('requests of this account', accountWaitMs);
    own.charge(owner, count);
    this.#accounts?.charge(account, count);
  }
}

function checked(name: keyof RateLimitOptions, limit: RateLimit, leastBurst: number): RateLimit {
  const { perSecond, burst } = Object(limit) as Partial<RateLimit>;
  if (!Number.isFinite(perSecond) || Number(perSecond) <= 0) {
    throw invalid(`${name}.perSecond is ${String(perSecond)}. Give a number above 0.`);
  }
  if (!Number.isFinite(burst) || Number(burst) < leastBurst) {
    throw invalid(`${name}.burst is ${String(burst)}. Give a number of at least ${leastBurst}.`);
  }
  return limit;
}

function invalid(what: string): PhoneError {
  return new PhoneError('invalid-setting', `server: rateLimits.${what}`);
}

function tooMany(what: string, waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / 1000);
  const when = seconds === 1 ? 'a second' : `${seconds} seconds`;
  const { problem, headers } = refusal(429, `Too many ${what} in a short time. Try again in ${when}.`);
  return new Refusal(problem, { ...headers, 'retry-after': String(seconds) });
}
