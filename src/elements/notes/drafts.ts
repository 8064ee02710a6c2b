import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { FIRST_INSTANT, type Call, type CallId, type Instant } from '../../model/agent.js';
import { callKey } from '../../model/conversation.js';
import { PhoneError } from '../../model/errors.js';
import type { AgentSession } from '../../session/agent-session.js';
import { wallClock } from '../../platform/time.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../../platform/storage.js';
import { withLock } from '../../platform/locks.js';
import { DraftHold, isHeld, settle } from './draft-hold.js';

/** The notes and tags of one call, kept in this browser until the conversation is closed; 7 days at most. */
export interface Draft {
  readonly call: Call;
  readonly notes: string;
  readonly tags: readonly string[];
  /** The tag that is being typed. */
  readonly entry: string;
  /** When it was last changed, in this browser's clock. */
  readonly at: number;
}

/** The owner of drafts: the session's agent, in the place that its store names. */
type DraftOwner = Pick<AgentSession, 'agentId' | 'store' | 'actor'>;

/** How long a draft is kept after its last change, in milliseconds. */
const DRAFT_LIFE_MS = 7 * 86_400_000;
const KIND = 'draft';

const watchers = new Set<() => void>();
/** The functions that hand drafts over. */
const closers = new Set<() => void>();
/** The drafts that this page has read: one that empties its storage does not take the text that is being written. */
const known = new Map<string, Draft>();
/** Drafts that another tab has handed over while they are held here: what is written from now on is handed over again. */
const handedOver = new Set<string>();
/** The conversations that this page is closing, and those that it failed to close, with the error. */
const claims = new Map<string, { readonly error?: unknown }>();

/** Whether the session is the agent's own: a supervisor may watch an agent in the same browser. */
export function isOwn({ actor, agentId }: DraftOwner): boolean {
  return actor.role === 'agent' && actor.id === agentId;
}

/** The draft of one call; undefined without one, or where the session is not the agent's own. */
export function readDraft(owner: DraftOwner, callId: CallId): Draft | undefined {
  return isOwn(owner) ? draftAt(keyOf(owner, callId)) : undefined;
}

/**
 * Writes a draft to storage at once, for every tab; an empty draft is removed. Throws `unavailable` if storage is full:
 * the text then lasts only while this page is open.
 */
export function writeDraft(
  owner: DraftOwner,
  call: Call,
  change: Partial<Pick<Draft, 'notes' | 'tags' | 'entry'>>,
): void {
  const { id, direction, party } = call;
  const key = keyOf(owner, id);
  const draft: Draft = { ...nothing, ...draftAt(key), ...change, call: { id, direction, party }, at: wallClock() };
  handedOver.delete(key);
  if (!draft.notes && !draft.entry && draft.tags.length === 0) {
    forgetDraft(key);
    return;
  }
  known.set(key, draft);
  try {
    writeLocal(key, JSON.stringify(draft));
  } catch (cause) {
    const size = `${draft.notes.length} characters of notes`;
    throw new PhoneError(
      'unavailable',
      `drafts: the browser has no room for ${size}. Keep this page open until the conversation is closed.`,
      { cause },
    );
  } finally {
    tell();
  }
}

/** Removes a draft that was handed over, in all tabs, unless it has changed since. */
export function dropDraft(owner: DraftOwner, callId: CallId, handed: Draft | undefined): void {
  const key = keyOf(owner, callId);
  known.delete(key);
  if (textsOf(finished(draftAt(key))) === textsOf(handed)) forgetDraft(key);
  else tell();
}

/** Removes all drafts of an agent who was erased, even those that are being written. */
export function dropDrafts({ store, agentId }: DraftOwner): void {
  for (const key of localKeys(localPrefix(KIND, store.name, agentId))) forgetDraft(key);
}

/** The calls whose drafts can be handed over: those of this agent in this browser that are not being written here. */
export function draftedCallIds(owner: DraftOwner): readonly CallId[] {
  if (!isOwn(owner)) return [];
  const prefix = localPrefix(KIND, owner.store.name, owner.agentId);
  const keys = new Set([...localKeys(prefix), ...[...known.keys()].filter((key) => key.startsWith(prefix))]);
  return [...keys].flatMap((key) => {
    const { call } = (!isHeld(key) && draftAt(key)) || {};
    // A draft under a key of another form belongs to nobody.
    return call && keyOf(owner, call.id) === key ? call.id : [];
  });
}

/** The key under which a draft is stored, held and claimed. */
export function keyOf({ store, agentId }: DraftOwner, callId: CallId): string {
  return localKey(KIND, store.name, agentId, callKey(callId));
}

/** The hold of a draft while one of its fields has the focus; `left` is called when the fields are left. */
export function holdOf(owner: DraftOwner, callId: CallId, left: () => void): DraftHold {
  const key = keyOf(owner, callId);
  return new DraftHold(key, () => {
    if (handedOver.delete(key)) known.delete(key);
    left();
    tell();
  });
}

/** Calls `changed` whenever there may be a draft to hand over. Returns a function that ends that. */
export function watchLeaving(changed: () => void): () => void {
  closers.add(changed);
  return () => void closers.delete(changed);
}

/**
 * Runs `run` with the draft of a call while no other tab of this browser does so for the same call. Everything that closes
 * a conversation or hands over its draft runs here, and then calls {@link dropDraft}. After waiting for another tab, `run`
 * gets the present draft: undefined if the other tab has handed it over. A tag that is still being typed counts. Without
 * Web Locks, as on an insecure page, tabs do not wait for each other.
 */
export function claimDraft<T>(
  owner: DraftOwner,
  callId: CallId,
  run: (draft: Draft | undefined) => Promise<T>,
): Promise<T> {
  const key = keyOf(owner, callId);
  const before = readLocal(key);
  return new Promise<T>((resolve, reject) => {
    void withLock(key, async () => {
      setClaim(key, {});
      // Removed while this tab waited; its storage event is still to come.
      if (before !== null && readLocal(key) === null) known.delete(key);
      try {
        resolve(await run(finished(readDraft(owner, callId))));
        setClaim(key, undefined);
      } catch (error) {
        setClaim(key, { error });
        reject(error as Error);
      }
      await settle();
    });
  });
}

/** The state of a {@link claimDraft} of this page: without `error` while it runs, with one after it failed, else absent. */
export function claimOf(owner: DraftOwner, callId: CallId): { readonly error?: unknown } | undefined {
  return claims.get(keyOf(owner, callId));
}

/** The tags with one more, unless it is empty or there already; case does not matter. */
export function withTag(tags: readonly string[], text: string): readonly string[] {
  const tag = text.trim().normalize();
  const isThere = tags.some((one) => one.toLowerCase() === tag.toLowerCase());
  return tag && !isThere ? [...tags, tag] : tags;
}

/** Updates its element when a draft changes in this or another tab. */
export class DraftsController implements ReactiveController {
  readonly #changed: () => void;

  constructor(host: ReactiveControllerHost) {
    this.#changed = () => host.requestUpdate();
    host.addController(this);
  }

  hostConnected(): void {
    if (watchers.size === 0) {
      sweep();
      addEventListener('storage', onStorage);
      addEventListener('pageshow', forget);
    }
    watchers.add(this.#changed);
  }

  hostDisconnected(): void {
    watchers.delete(this.#changed);
    if (watchers.size > 0) return;
    removeEventListener('storage', onStorage);
    removeEventListener('pageshow', forget);
    forget();
  }
}

const nothing = { notes: '', tags: [], entry: '' } as const;

function onStorage({ key }: StorageEvent): void {
  if (!key?.startsWith(localPrefix(KIND))) return;
  if (isHeld(key) && readLocal(key) === null) handedOver.add(key);
  else known.delete(key);
  tell();
}

/** Reads everything again: this page was not told what has happened meanwhile. */
function forget(): void {
  known.clear();
  tell();
}

function setClaim(key: string, claim: { readonly error?: unknown } | undefined): void {
  if (claim) claims.set(key, claim);
  else claims.delete(key);
  tell();
}

function tell(): void {
  for (const changed of [...watchers, ...closers]) changed();
}

function forgetDraft(key: string): void {
  known.delete(key);
  removeLocal(key);
  tell();
}

function draftAt(key: string): Draft | undefined {
  const draft = known.get(key) ?? parseDraft(key);
  if (!draft || draft.at + DRAFT_LIFE_MS <= wallClock()) return undefined;
  if (watchers.size > 0) known.set(key, draft);
  return draft;
}

/** Every script of the origin can write to storage: a damaged field counts as empty, and the others are kept. */
function parseDraft(key: string): Draft | undefined {
  try {
    const { call, notes, tags, entry, at } = JSON.parse(readLocal(key) ?? '') as Partial<Draft>;
    const kept = { notes: textOf(notes), tags: Array.isArray(tags) ? tags.filter(textOf) : [], entry: textOf(entry) };
    if (!kept.notes && !kept.entry && kept.tags.length === 0) return undefined;
    const [, , id] = JSON.parse(key.slice(key.indexOf('['))) as [string, string, CallId];
    const { id: told, direction, party } = Object(call) as Partial<Call>;
    const whose: Call = {
      // The key has only a hash of a long id. A key that names no call throws.
      id: callKey(textOf(told)) === id ? (told as CallId) : callKey(id),
      direction: direction === 'outbound' ? direction : 'inbound',
      party: partyOf(Object(party) as Call['party']),
    };
    return { ...kept, call: whose, at: (at as Instant) >= FIRST_INSTANT ? Number(at) : wallClock() };
  } catch {
    return undefined;
  }
}

function partyOf({ name, number }: Call['party']): Call['party'] {
  return { ...(textOf(name) ? { name } : {}), ...(textOf(number) ? { number } : {}) } as Call['party'];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(draft: Draft | undefined): string {
  return JSON.stringify([draft?.notes, draft?.tags]);
}

/** The draft as it is handed over: the tag that is being typed counts as one. */
function finished(draft: Draft | undefined): Draft | undefined {
  return draft && { ...draft, tags: withTag(draft.tags, draft.entry), entry: '' };
}

function sweep(): void {
  for (const key of localKeys(localPrefix(KIND))) if (!draftAt(key)) removeLocal(key);
}
