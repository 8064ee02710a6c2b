import { draftOf, FACTS, type AgentRecord, type Draft, type Instant, type PageId, type PageNote } from './agent.js';
import { hasLease, leaseOf, leavePage } from './presence.js';

/** The past is forgotten when it has more notes than this. */
const NOTES_LIMIT = 40;

/** The record to which a late fact is applied, and what pages did since. */
export function beforeTime(record: AgentRecord): { readonly draft: Draft; readonly pages: readonly PageNote[] } {
  const draft = draftOf(record);
  const { past } = record;
  if (past?.of !== record.at) return { draft, pages: [] };
  return { draft: Object.assign(draft, past.facts), pages: past.pages };
}

/** Keeps in the draft what the record was before time and the pages changed it. */
export function keepPast(draft: Draft, before: AgentRecord, pages: readonly PageNote[]): void {
  const others = FACTS.filter((name) => before[name] !== draft[name]);
  if (pages.length > NOTES_LIMIT || others.length + pages.length === 0) return;
  draft.past = { of: draft.at, facts: Object.fromEntries(others.map((name) => [name, before[name]])), pages };
}

/** Keeps in the draft what the record was before the page did this. `hasElapsed`: time had already changed it. */
export function notePage(draft: Draft, record: AgentRecord, note: PageNote, hasElapsed: boolean): void {
  // A regular renewal makes no difference to earlier facts.
  const isPlain = note.type === 'renew' && !hasElapsed && record.signedIn && hasLease(record);
  if (isPlain && !record.past) return;
  const { draft: before, pages } = beforeTime(record);
  keepPast(draft, before, withNote(before, pages, note));
}

/** Whether the page held a lease before time changed the record, or has come since. */
export function heldLease(record: AgentRecord, page: PageId): boolean {
  const { draft, pages } = beforeTime(record);
  const last = lastNote(pages, page);
  return last ? last.type === 'renew' : leaseOf(draft, page) !== undefined;
}

function lastNote(pages: readonly PageNote[], page: PageId): PageNote | undefined {
  return pages.filter((one) => one.page === page).at(-1);
}

/** If a page renews its lease in time, one note is enough. */
function withNote(before: Draft, pages: readonly PageNote[], note: PageNote): readonly PageNote[] {
  if (note.type !== 'renew') return [...pages, note].sort((one, other) => one.at - other.at);
  const { page, at, until, settings } = note;
  const { absenceLimitMinutes } = settings;
  const last = lastNote(pages, page);
  const lease = last ? last.type === 'renew' && last.until : leaseOf(before, page);
  if (!lease || lease <= at) return [...pages, note];
  if (last?.type === 'renew') {
    const held = { ...last, until, settings: { ...last.settings, absenceLimitMinutes } };
    return pages.map((one) => (one === last ? held : one));
  }
  before.leases = { ...before.leases, [page]: until };
  before.absenceLimitMinutes = absenceLimitMinutes;
  return pages;
}

/**
 * Returns the record after the page was left at that instant, for a store that learns of it at once or later; the same
 * object if nothing changes.
 */
export function departPage(record: AgentRecord, page: PageId, at: Instant, now: Instant): AgentRecord {
  const leases = leavePage(record, page, at, now);
  if (leases === record.leases) return record;
  const draft = { ...draftOf(record), leases };
  notePage(draft, record, { type: 'leave', page, at }, false);
  return draft;
}
