import type { Account } from './account.js';
import { hasUnknown, type AgentRecord, type CallEntry, type Choice, type Draft, type Instant } from './agent.js';
import { closeCall, removeCall } from './conversation.js';
import { dropPages, updateShown } from './elapse.js';

/** A record is at most this many bytes of JSON in UTF-8. */
const RECORD_BYTES = 16_384;

/**
 * Cuts the record to its size. Its past goes first, then the oldest tombstones and closings; then the oldest ended
 * conversations close as `limit`. If that is not enough, the oldest ringing calls go, then the leases of pages without a
 * call that run out first, and at last the oldest calls that go on.
 */
export function fitRecord(account: Account, draft: Draft, now: Instant): void {
  if (isSurelySmall(draft)) return;
  if (draft.past && excessOf(draft) > 0) delete draft.past;
  for (let excess = excessOf(draft); excess > 0; excess = excessOf(draft))
    if (!cutOldest(account, draft, excess, now)) break;
  updateShown(account, draft, now);
}

// The most bytes that a record and one entry of its lists take without their texts, and that one character of a text takes.
const FIXED_BYTES = 2500;
const CALL_BYTES = 400;
const ENTRY_BYTES = 80;
const CHARACTER_BYTES = 6;

/** Whether a cheap upper bound shows that the record fits, so that it need not be measured. Counts every text of the record. */
function isSurelySmall(record: AgentRecord): boolean {
  if (record.past || hasUnknown(record)) return false;
  const { agentId, agentName, leases, calls, choice, next, signOut, withdrawn, tombstones, closings } = record;
  let entries = tombstones.length + closings.length;
  let characters =
    agentId.length +
    lengthOf(agentName) +
    choiceLength(choice) +
    choiceLength(next) +
    lengthOf(signOut?.by.id) +
    lengthOf(signOut?.by.name) +
    lengthOf(withdrawn?.by.id) +
    lengthOf(withdrawn?.by.name);
  for (const page in leases) {
    entries++;
    characters += page.length;
  }
  for (const { id, party, carriers } of calls) {
    entries += carriers.length;
    characters += id.length + lengthOf(party.name) + lengthOf(party.number);
    for (const carrier of carriers) characters += lengthOf(carrier);
  }
  for (const { id } of tombstones) characters += id.length;
  for (const { id, by } of closings) {
    if (by) entries++;
    characters += id.length + lengthOf(by?.id) + lengthOf(by?.name);
  }
  const bytes = FIXED_BYTES + CALL_BYTES * calls.length + ENTRY_BYTES * entries + CHARACTER_BYTES * characters;
  return bytes <= RECORD_BYTES;
}

function choiceLength(choice: Choice | null): number {
  if (!choice) return 0;
  return choice.statusId.length + lengthOf(choice.forwardTo) + choice.by.id.length + lengthOf(choice.by.name);
}

function lengthOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length;
}

/** Cuts as much of the oldest as makes up for the excess; false if nothing is left to cut. */
function cutOldest(account: Account, draft: Draft, excess: number, now: Instant): boolean {
  const { tombstones, closings, calls } = draft;
  const cut = <T>(items: readonly T[], one: (item: T) => void): boolean => {
    items.slice(0, enough(items, excess)).forEach(one);
    return items.length > 0;
  };
  const of = (...states: readonly CallEntry['state'][]) => calls.filter(({ state }) => states.includes(state));
  const close = ({ id }: CallEntry): void => closeCall(draft, { id, at: now, cause: 'limit' });
  const idle = Object.entries(draft.leases)
    .filter(([page]) => !calls.some(({ carriers }) => carriers.includes(page)))
    .sort(([, one], [, other]) => one - other);
  return (
    cut(tombstones, () => (draft.tombstones = draft.tombstones.slice(1))) ||
    // A cut closes conversations, and says so in their closings: the newest of them stays.
    cut(closings.slice(0, -1), () => (draft.closings = draft.closings.slice(1))) ||
    cut(of('ended'), close) ||
    cut(of('ringing'), ({ id }) => removeCall(draft, id)) ||
    cut(idle, ([page]) => dropPages(account, draft, [page], now)) ||
    cut(of('live', 'held'), close)
  );
}

/** How many of the items, from the first, make up for the excess. */
function enough(items: readonly unknown[], excess: number): number {
  let bytes = 0;
  return 1 + items.findIndex((item, index) => (bytes += bytesOf(item)) >= excess || index === items.length - 1);
}

function excessOf(record: AgentRecord): number {
  return bytesOf(record) - RECORD_BYTES;
}

function bytesOf(value: unknown): number {
  const json = JSON.stringify(value);
  let bytes = json.length;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
