import type { Account } from '../../src/model/account.js';
import type { AgentEvent, Call, CallId, Carrier, Instant, Outcome, PageId } from '../../src/model/agent.js';
import type { PhoneErrorCode } from '../../src/model/errors.js';

/*
 * What the contract says, once more, in the plainest way: one mutable agent, time that walks from instant to instant, and a
 * paragraph of the contract beside each rule. It shares no code with the model, only the names of its types.
 */

const SECOND = 1000;
const LEASE = 150 * SECOND;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Wanted {
  readonly statusId: string;
  readonly number: string | undefined;
  readonly at: Instant;
  readonly by: string;
  readonly cause: string;
}

interface Talk {
  readonly id: CallId;
  readonly direction: Call['direction'];
  state: 'ringing' | 'live' | 'held' | 'ended';
  carriers: Set<Carrier>;
  /** The last instant at which a source reported it. */
  last: Instant;
  begins: Instant;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  outcome: Outcome | undefined;
  presumed: boolean;
  limit: number;
  extension: number;
  left: number;
  closesAt: Instant | undefined;
}

/** What everyone should see, short. */
export interface Seen {
  readonly status: string;
  readonly since: Instant;
  readonly cause: string;
  readonly by: string | undefined;
  readonly next: string | undefined;
  readonly present: boolean;
  readonly takesCalls: boolean;
  readonly route: string | null;
  readonly conversations: readonly string[];
}

type Fact = Extract<AgentEvent, { type: `call-${string}` }>;

/** What a fact says, when, and of which call. */
interface Told {
  readonly id: CallId;
  readonly talk: Talk | undefined;
  readonly carrier: Carrier;
  readonly at: Instant;
}

/** What a page did, when, and under which settings. */
interface Coming {
  readonly event: AgentEvent;
  readonly at: Instant;
  readonly account: Account;
}

/** One agent by the contract. */
export class Oracle {
  #pages = new Map<PageId, Instant>();
  #signedOut: { by: string } | undefined;
  #signedIn = false;
  #tooLong = false;
  #absentSince: Instant | undefined;
  #absenceLimit = 0;
  #choice: Wanted | undefined;
  #next: Wanted | undefined;
  #wish: Instant = 0;
  #missed = 0;
  #talks: Talk[] = [];
  /** Reported ends, and the agent's word that a call is over. */
  #over = new Map<CallId, Instant>();
  #word = new Map<CallId, Instant>();
  #shown = { status: 'offline', since: 0 };
  /** Calls whose end was presumed, and whose conversations time has closed since, at that instant. */
  #closed = new Map<CallId, { readonly talk: Talk; readonly at: Instant }>();
  /** The agent as the last event that was no page's left it, and what pages did since. */
  #before: Oracle | undefined;
  #coming: readonly Coming[] = [];
  #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  set account(account: Account) {
    this.#account = account;
  }

  /** The event happens; the code of a refusal, or undefined. */
  apply(event: AgentEvent, now: Instant): PhoneErrorCode | undefined {
    const isDated = /^(call-|choose|withdraw)/.test(event.type);
    const at = (this.#before ?? this).#instantOf(event, now);
    if (isDated && at < now) return this.#applyLate(event, at, now);
    this.#pass(now);
    const isOfPage =
      ['renew', 'leave', 'page-died'].includes(event.type) || (event.type === 'sign-in' && !this.#signedOut);
    const known = this.#dump();
    const refusal = this.#happen(event, at, now);
    const isIdle = known === this.#dump();
    this.#show(at);
    this.#pass(now);
    if (isOfPage) {
      if (!isIdle || this.#hasGone(event as { type: string; page: PageId }, at))
        this.#coming = [...this.#coming, { event, at, account: this.#account }].sort((one, other) => one.at - other.at);
    } else if (!isIdle) this.#remember();
    return refusal;
  }

  // Facts that had to wait lead to what they would have led to in time, where no event of another author was saved since.
  #applyLate(event: AgentEvent, at: Instant, now: Instant): PhoneErrorCode | undefined {
    const then = (this.#before ?? new Oracle(this.#account)).#copy();
    then.#account = this.#account;
    const isEarlier = (one: Coming): boolean =>
      one.at < at || (one.at === at && ['renew', 'sign-in'].includes(one.event.type));
    then.#replay(this.#coming.filter(isEarlier), at);
    if (!event.type.startsWith('call-')) then.#wish = this.#wish;
    const known = then.#dump();
    const refusal = then.#happen(event, at, now);
    if (known === then.#dump()) return refusal;
    then.#show(at);
    const later = this.#coming.filter((one) => !isEarlier(one));
    this.#become(then);
    this.#remember();
    this.#coming = later;
    this.#replay(later, now);
    return refusal;
  }

  // A page of which nothing is known any more may have had another lease, of which a fact is still to tell.
  #hasGone({ type, page }: { readonly type: string; readonly page: PageId }, at: Instant): boolean {
    const isRenewed = (this.#pages.get(page) ?? 0) > at + LEASE;
    if (isRenewed || (type !== 'leave' && type !== 'page-died')) return false;
    const last = this.#coming.filter(({ event }) => 'page' in event && event.page === page).at(-1);
    const before = this.#before;
    return last ? ['renew', 'sign-in'].includes(last.event.type) : before !== undefined && before.#pages.has(page);
  }

  // Nothing past is rewritten: pages come under the settings of then.
  #replay(coming: readonly Coming[], until: Instant): void {
    for (const { event, at, account } of coming) {
      this.#pass(at);
      const present = this.#account;
      this.#account = account;
      this.#happen(event, at, at);
      this.#account = present;
      this.#show(at);
    }
    this.#pass(until);
  }

  #remember(): void {
    this.#before = this.#copy();
    this.#coming = [];
  }

  /** What everyone sees then; looking changes nothing. */
  seen(now: Instant): Seen {
    const copy = this.#copy();
    copy.#pass(now);
    return copy.#see();
  }

  // Call facts: between the last instant for that call and now. Choice, withdrawal, leaving: at most five minutes back.
  #instantOf(event: AgentEvent, now: Instant): Instant {
    const at = 'at' in event && event.at !== undefined ? Math.min(event.at, now) : now;
    if (!event.type.startsWith('call-')) return Math.max(at, now - 5 * MINUTE);
    return Math.max(at, this.#talk(idOf(event as Fact))?.last ?? at);
  }

  #happen(event: AgentEvent, at: Instant, now: Instant): PhoneErrorCode | undefined {
    switch (event.type) {
      case 'sign-in':
        return this.#enter(event.page, now, now);
      case 'renew':
        return this.#signedOut ? undefined : this.#enter(event.page, now, now);
      case 'leave':
        return this.#leave(event.page, at);
      case 'page-died':
        return this.#dropPages([event.page], now);
      case 'sign-out':
        return this.#signOut(event.by?.id ?? 'ana', event.force === true, now);
      case 'choose':
        return this.#choose(event, at, now);
      case 'withdraw':
        if (!this.#next) return undefined;
        if (at < this.#wish) return 'outdated';
        this.#next = undefined;
        this.#wish = at;
        return undefined;
      case 'close':
        return this.#closeByHand(event.callId, now);
      case 'extend':
        return this.#extend(event.callId, event.until);
      default:
        return this.#fact(event, at);
    }
  }

  // Sign in: first ever, after sign-out, or after absence beyond the limit: the account's status, next dropped.
  #enter(page: PageId, at: Instant, now: Instant): undefined {
    this.#lease(page, now + LEASE);
    if (this.#signedIn) return;
    this.#signedIn = true;
    this.#signedOut = undefined;
    this.#tooLong = false;
    // What somebody has wished since stands.
    if (at < this.#wish) return;
    const statusId = this.#account.settings.signInStatus;
    this.#choice = { statusId, number: undefined, at, by: 'ana', cause: 'sign-in' };
    this.#next = undefined;
    this.#wish = at;
  }

  #lease(page: PageId, until: Instant): void {
    if (until <= (this.#pages.get(page) ?? -Infinity)) return;
    this.#pages.set(page, until);
    this.#absenceLimit = this.#account.settings.absenceLimitMinutes * MINUTE;
  }

  // Leaving shortens the lease to 10 s, or to 60 s while the page carries a live call.
  #leave(page: PageId, at: Instant): undefined {
    const lease = this.#pages.get(page);
    if (lease === undefined || lease - LEASE > at) return;
    const carries = this.#talks.some((talk) => isLive(talk) && talk.carriers.has(page));
    this.#pages.set(page, Math.min(lease, at + (carries ? 60 : 10) * SECOND));
  }

  #signOut(by: string, force: boolean, now: Instant): PhoneErrorCode | undefined {
    if (this.#talks.some(isLive) && !force) return 'call-in-progress';
    const first = !this.#signedOut;
    const wasHere = this.#pages.size > 0;
    const rests = this.#talks.every(({ state }) => state === 'ended') && !wasHere && !this.#next && this.#missed === 0;
    if (!first && rests) return undefined;
    if (first) this.#signedOut = { by };
    this.#signedIn = false;
    this.#tooLong = false;
    this.#next = undefined;
    this.#missed = 0;
    this.#wish = Math.max(now, this.#wish);
    this.#talks = this.#talks.filter(({ state }) => state !== 'ringing');
    if (wasHere) this.#dropPages([...this.#pages.keys()], now);
    for (const talk of this.#talks.filter(isLive)) this.#presume(talk, now);
    return undefined;
  }

  #choose(event: Extract<AgentEvent, { type: 'choose' }>, at: Instant, now: Instant): PhoneErrorCode | undefined {
    const { statusId, by, forwardTo, page } = event;
    const status = this.#account.statuses.find(({ id }) => id === statusId);
    const forwards = statusId === 'forward-to-phone';
    if (forwards ? !this.#account.settings.forwardToPhone : !status?.enabled) return 'invalid-status';
    if (forwards && !/^\+[1-9]\d{6,14}$/.test(forwardTo ?? '')) return 'invalid-number';
    if (at < this.#wish) return 'outdated';
    if (this.#signedOut && by.role === 'agent' && page) this.#enter(page, at, now);
    this.#missed = 0;
    const cause = by.role === 'agent' ? 'agent' : 'supervisor';
    this.#want({ statusId, number: forwards ? forwardTo : undefined, at, by: by.id, cause });
    return undefined;
  }

  // While a conversation is open it becomes next; the status one already had leaves nothing waiting.
  #want(wanted: Wanted): void {
    const same = (one: Wanted | undefined): boolean =>
      one?.statusId === wanted.statusId && one.number === wanted.number;
    if (this.#talks.some(isOpen)) {
      if (same(this.#choice) ? !this.#next : same(this.#next)) return;
      this.#next = same(this.#choice) ? undefined : wanted;
    } else {
      if (same(this.#choice)) return;
      this.#choice = wanted;
      const counts = wanted.number !== undefined && this.#pages.size === 0 && this.#absentSince === undefined;
      if (counts) {
        this.#absentSince = wanted.at;
        this.#absenceLimit = this.#account.settings.absenceLimitMinutes * MINUTE;
      }
    }
    this.#wish = Math.max(wanted.at, this.#wish);
  }

  #closeByHand(id: CallId, now: Instant): PhoneErrorCode | undefined {
    const talk = this.#talk(id);
    if (!talk || talk.state === 'ringing') return undefined;
    if (isLive(talk)) return 'call-in-progress';
    this.#close(talk, now);
    return undefined;
  }

  // The conversation is gone; with the last one, what waits comes into force.
  #close(talk: Talk, at: Instant, isByTime = false): void {
    this.#talks = this.#talks.filter((one) => one !== talk);
    this.#closed.delete(talk.id);
    if (isByTime && talk.presumed) this.#closed.set(talk.id, { talk: { ...talk }, at });
    if (!this.#next || this.#talks.some(isOpen)) return;
    this.#choice = this.#next;
    this.#next = undefined;
  }

  #extend(id: CallId, until: Instant): PhoneErrorCode | undefined {
    const talk = this.#talk(id);
    if (talk?.closesAt === undefined || until <= talk.closesAt) return undefined;
    if (talk.left === 0 || until > talk.closesAt + talk.extension * SECOND) return 'not-supported';
    talk.closesAt = until;
    talk.left--;
    return undefined;
  }

  #fact(event: Fact, at: Instant): undefined {
    const id = idOf(event);
    const talk = this.#talk(id);
    const told: Told = { id, talk, carrier: ('carrier' in event ? event.carrier : undefined) ?? 'elsewhere', at };
    switch (event.type) {
      case 'call-ringing':
        return this.#ring(event.call, told);
      case 'call-started':
        if (talk && isLive(talk)) return this.#carry(talk, told);
        if (talk?.state === 'ended') return this.#takeBack(talk, 'live', told);
        return !talk && this.#closedSince(told) ? this.#reopen('live', told) : this.#start(event.call, told);
      case 'call-held':
      case 'call-resumed': {
        const state = event.type === 'call-held' ? 'held' : 'live';
        if (talk?.state === 'ended') return this.#takeBack(talk, state, told);
        if (!talk) return this.#reopen(state, told);
        if (!isLive(talk)) return;
        const isNews = event.at === undefined || event.at >= talk.last;
        this.#carry(talk, told);
        if (isNews) talk.state = state;
        return;
      }
      case 'call-ended':
        return this.#end(event.outcome, told);
      case 'call-presumed-ended':
        if (!talk || talk.state === 'ended') return;
        this.#presume(talk, at);
        if (event.by) {
          this.#word.set(id, at);
          this.#over.delete(id);
        }
        return;
    }
  }

  // It ends by itself, uncounted, 120 s after it rang; a repeated ringing adds a carrier and does not restart that.
  #ring(call: Call, told: Told): undefined {
    const { talk, carrier, at } = told;
    if (talk?.state === 'ringing') return this.#carry(talk, told);
    if (talk || this.#isOver(call.id, at) || this.#isWordNewer(told)) return;
    this.#report(told);
    this.#add({ ...freshTalk(call, at), carriers: new Set([carrier]) });
  }

  // The limit and extensions in force now are written into the conversation; an inbound answer sets missed calls to 0.
  #start(call: Call, told: Told): undefined {
    const { at } = told;
    if (this.#isOver(call.id, at) || this.#isWordNewer(told)) return;
    this.#report(told);
    this.#word.delete(call.id);
    const talk = told.talk ?? freshTalk(call, at);
    if (!told.talk) this.#add(talk);
    const { acwLimitSeconds, acwExtensionSeconds, acwExtensions } = this.#account.settings;
    Object.assign(talk, { state: 'live', carriers: new Set([told.carrier]), startedAt: at, last: at });
    Object.assign(talk, { limit: acwLimitSeconds, extension: acwExtensionSeconds, left: acwExtensions });
    if (talk.direction === 'inbound') this.#missed = 0;
  }

  #carry(talk: Talk, told: Told): undefined {
    this.#report(told);
    talk.carriers.add(told.carrier);
    talk.last = told.at;
  }

  // Taken back is a presumed end; the earlier carriers are forgotten. What was known before the end is no new report.
  #takeBack(talk: Talk, state: 'live' | 'held', told: Told): undefined {
    const { carrier, at } = told;
    if (!talk.presumed || this.#isWordNewer(told) || (at === talk.last && at < talk.endedAt!)) return;
    if (this.#isOver(talk.id, at)) return;
    if (!this.#talks.includes(talk)) this.#add(talk);
    this.#closed.delete(talk.id);
    this.#report(told);
    this.#word.delete(talk.id);
    Object.assign(talk, { state, carriers: new Set([carrier]), last: at });
    Object.assign(talk, { endedAt: undefined, outcome: undefined, presumed: false, closesAt: undefined });
  }

  // What was reported before its panel was closed by time still takes the end back.
  #reopen(state: 'live' | 'held', told: Told): undefined {
    const talk = this.#closedSince(told);
    if (talk) this.#takeBack(talk, state, told);
  }

  #closedSince({ id, at }: Told): Talk | undefined {
    const closed = this.#closed.get(id);
    return closed && at < closed.at ? { ...closed.talk, carriers: new Set() } : undefined;
  }

  // A call that the agent declared over is taken back by a new fact only.
  #isWordNewer({ id, at }: Told): boolean {
    return at < (this.#word.get(id) ?? -Infinity);
  }

  // A fact that is taken renews the lease of its page to 150 s after its own instant, signed out or not; where the agent was
  // absent beyond the limit (or never there), and not signed out, it is that page's sign-in.
  #report({ carrier, at }: Told): void {
    if (carrier === 'elsewhere') return;
    this.#lease(carrier, at + LEASE);
    if (!this.#signedIn && !this.#signedOut) this.#enter(carrier, at, at);
  }

  #end(outcome: Outcome | undefined, { id, talk, at }: Told): undefined {
    if (outcome === 'answered-elsewhere') {
      if (talk?.state === 'ringing') this.#remove(talk);
      return;
    }
    if (this.#isOver(id, at) || (talk?.state === 'ended' && !talk.presumed)) return;
    this.#over.set(id, at);
    this.#word.delete(id);
    if (!talk) return;
    if (talk.state === 'ringing') {
      this.#remove(talk);
      if (talk.direction === 'inbound' && (outcome === 'missed' || outcome === undefined)) this.#countMissed(at);
    } else if (isLive(talk)) {
      this.#finish(talk, at, { outcome, presumed: false });
    } else {
      Object.assign(talk, { endedAt: Math.min(talk.endedAt!, at), outcome, presumed: false });
      this.#closeUnanswered(talk, at);
    }
  }

  #countMissed(at: Instant): void {
    const { missedCallLimit, missedCallStatus } = this.#account.settings;
    this.#missed++;
    if (missedCallLimit === 0 || this.#missed < missedCallLimit) return;
    this.#missed = 0;
    if (at < this.#wish) return;
    this.#want({ statusId: missedCallStatus, number: undefined, at, by: 'missed-calls', cause: 'missed-calls' });
  }

  #presume(talk: Talk, at: Instant): void {
    if (talk.state === 'ringing') this.#remove(talk);
    else this.#finish(talk, at, { outcome: undefined, presumed: true });
  }

  #finish(talk: Talk, at: Instant, how: { outcome: Outcome | undefined; presumed: boolean }): void {
    Object.assign(talk, how, { state: 'ended', carriers: new Set(), endedAt: at });
    talk.closesAt = talk.limit > 0 ? at + talk.limit * SECOND : undefined;
    // Ends while no page is open, the agent not signed out, choice or next being Forward to Phone: leaves no conversation.
    const forwards = [this.#choice, this.#next].some((one) => one?.statusId === 'forward-to-phone');
    if (this.#pages.size === 0 && !this.#signedOut && forwards) this.#close(talk, at, true);
    else this.#closeUnanswered(talk, at);
  }

  #closeUnanswered(talk: Talk, at: Instant): void {
    const unanswered = ['missed', 'declined', 'cancelled', 'failed'].includes(talk.outcome ?? '');
    const closes = unanswered && talk.direction === 'outbound' && !this.#account.settings.acwAfterUnansweredCall;
    if (closes) this.#close(talk, at);
  }

  #dropPages(pages: readonly PageId[], at: Instant): undefined {
    const dropped = pages.filter((page) => this.#pages.delete(page));
    if (dropped.length === 0) return;
    if (this.#pages.size === 0) this.#absentSince = Math.max(at, this.#absentSince ?? at);
    for (const talk of [...this.#talks]) {
      const carried = dropped.filter((page) => talk.carriers.delete(page)).length > 0;
      if (carried && (talk.carriers.size === 0 || this.#dueOf(talk) <= at)) this.#presume(talk, at);
    }
  }

  #dueOf(talk: Talk): Instant {
    if (talk.state === 'ringing') return talk.begins + 120 * SECOND;
    if (talk.state === 'ended') return talk.closesAt ?? Infinity;
    return [...talk.carriers].every((carrier) => carrier === 'elsewhere') ? talk.last + 12 * HOUR : Infinity;
  }

  // Absence beyond the limit closes the open conversations, ends Forward to Phone and makes the next sign-in the first.
  #absenceDue(): Instant {
    if (this.#pages.size > 0 || this.#absentSince === undefined) return Infinity;
    const due = this.#absentSince + this.#absenceLimit;
    const toDo = this.#talks.some(({ state }) => state === 'ended') || (!this.#signedOut && !this.#tooLong);
    return toDo ? due : Infinity;
  }

  #pass(now: Instant): void {
    for (;;) {
      const dues = [...this.#pages.values(), ...this.#talks.map((talk) => this.#dueOf(talk)), this.#absenceDue()];
      const at = Math.min(...dues);
      if (at > now || at === Infinity) return;
      this.#dropPages(
        [...this.#pages].filter(([, until]) => until <= at).map(([page]) => page),
        at,
      );
      for (const talk of [...this.#talks]) {
        if (this.#dueOf(talk) > at || !this.#talks.includes(talk)) continue;
        if (talk.state === 'ended') this.#close(talk, at, true);
        else this.#presume(talk, at);
      }
      if (this.#absenceDue() <= at) this.#beAbsent(at);
      this.#show(at);
    }
  }

  #beAbsent(at: Instant): void {
    this.#signedIn = false;
    this.#tooLong = !this.#signedOut;
    for (const talk of this.#talks.filter(({ state }) => state === 'ended')) this.#close(talk, at, true);
  }

  #isOver(id: CallId, at: Instant): boolean {
    return at < (this.#over.get(id) ?? -Infinity) + HOUR;
  }

  #talk(id: CallId): Talk | undefined {
    return this.#talks.find((talk) => talk.id === id);
  }

  #add(talk: Talk): void {
    this.#talks = [...this.#talks, talk].sort((one, other) => one.begins - other.begins);
  }

  #remove(talk: Talk): void {
    this.#talks = this.#talks.filter((one) => one !== talk);
  }

  #show(at: Instant): void {
    const { status } = this.#see();
    if (status !== this.#shown.status) this.#shown = { status, since: Math.max(at, this.#shown.since) };
  }

  // The four rows, the first that applies.
  #see(): Seen {
    const present = this.#signedIn && this.#pages.size > 0;
    const forwards = this.#choice?.statusId === 'forward-to-phone' && !this.#signedOut && !this.#tooLong;
    const row = this.#rowOf(present, forwards);
    const status = this.#account.statuses.find(({ id }) => id === row.status);
    const takesCalls = status?.takesCalls ?? false;
    const rings = this.#talks.some(({ state }) => state === 'ringing');
    const route = row.status === 'forward-to-phone' ? (this.#choice?.number ?? null) : 'widget';
    return {
      ...row,
      since: this.#shown.since,
      next: this.#next && `${this.#next.statusId} ${this.#next.number ?? ''} ${this.#next.by} ${this.#next.at}`,
      present,
      takesCalls,
      route: takesCalls && !rings ? route : null,
      conversations: this.#talks.map(toldOf),
    };
  }

  #rowOf(present: boolean, forwards: boolean): { status: string; cause: string; by: string | undefined } {
    if (this.#talks.some(isLive)) return { status: 'busy', cause: 'call', by: undefined };
    if (!present && !forwards) {
      const out = this.#signedOut;
      return { status: 'offline', cause: out ? 'sign-out' : 'lease', by: out?.by };
    }
    if (present && this.#talks.some(isOpen)) return { status: 'after-call-work', cause: 'call', by: undefined };
    const { statusId, cause, by } = this.#choice!;
    return { status: statusId, cause, by };
  }

  #copy(): Oracle {
    const copy = new Oracle(this.#account);
    copy.#become(this);
    return copy;
  }

  /** Becomes like the other, its memory of before excepted. */
  #become(other: Oracle): void {
    this.#pages = new Map(other.#pages);
    this.#signedOut = other.#signedOut;
    this.#signedIn = other.#signedIn;
    this.#tooLong = other.#tooLong;
    this.#absentSince = other.#absentSince;
    this.#absenceLimit = other.#absenceLimit;
    this.#choice = other.#choice;
    this.#next = other.#next;
    this.#wish = other.#wish;
    this.#missed = other.#missed;
    this.#talks = other.#talks.map((talk) => ({ ...talk, carriers: new Set(talk.carriers) }));
    this.#over = new Map(other.#over);
    this.#word = new Map(other.#word);
    this.#closed = new Map(other.#closed);
    this.#shown = other.#shown;
  }

  /** Everything that events can change, as a text. */
  #dump(): string {
    const talks = this.#talks.map((talk) => ({ ...talk, carriers: [...talk.carriers] }));
    const maps = [this.#pages, this.#over, this.#word, this.#closed].map((map) => [...map]);
    const wished = [this.#choice, this.#next, this.#wish, this.#missed];
    const presence = [this.#signedOut, this.#signedIn, this.#tooLong, this.#absentSince, this.#absenceLimit];
    return JSON.stringify([talks, maps, wished, presence]);
  }
}

/** A conversation, short: id, state, start, end, limit, extensions, outcome. */
export function toldOf(talk: {
  readonly id: CallId;
  readonly state: string;
  readonly startedAt?: Instant | undefined;
  readonly endedAt?: Instant | undefined;
  readonly closesAt?: Instant | undefined;
  readonly outcome?: Outcome | undefined;
}): string {
  const { id, state, startedAt = '-', endedAt = '-', closesAt = '-', outcome = '-' } = talk;
  return [id, state, startedAt, endedAt, closesAt, outcome].join(' ');
}

const isLive = ({ state }: Talk): boolean => state === 'live' || state === 'held';
const isOpen = ({ state }: Talk): boolean => state !== 'ringing';
const idOf = (event: Fact): CallId => ('call' in event ? event.call.id : event.callId);

const freshTalk = ({ id, direction }: Call, at: Instant): Talk => ({
  id,
  direction,
  state: 'ringing',
  carriers: new Set(),
  last: at,
  begins: at,
  startedAt: undefined,
  endedAt: undefined,
  outcome: undefined,
  presumed: false,
  limit: 0,
  extension: 0,
  left: 0,
  closesAt: undefined,
});
