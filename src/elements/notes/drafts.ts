import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { FIRST_INSTANT, type Call, type CallId, type Instant } from '../../model/agent.js';
import { callKey } from '../../model/conversation.js';
import { PhoneError } from '../../model/errors.js';
import type { AgentSession } from '../../session/agent-session.js';
import { wallClock } from '../../platform/time.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../../platform/storage.js';
import { withLock } from '../../platform/locks.js';
import { DraftHold, isHeld, settle } from './draft-hold.js';

/** What an agent wrote about one call: kept in this browser until the conversation is closed, 7 days at most. */
export interface Draft {
  readonly call: Call;
  readonly notes: string;
  readonly tags: readonly string[];
  /** The tag that is being typed. */
  readonly entry: string;
  /** When it was last changed, in this browser's clock. */
  readonly at: number;
}

/** Whose drafts: those of the session's agent, in the place that its store names. */
export type DraftOwner = Pick<AgentSession, 'agentId' | 'store' | 'actor'>;

/** How long a draft outlives its last change, in milliseconds. */
export const DRAFT_LIFE_MS = 7 * 86_400_000;
const KIND = 'draft';

const watchers = new Set<() => void>();
/** Those who hand drafts on. */
const closers = new Set<() => void>();
/** What this page knows while it watches: a page that empties its storage takes no text from under the agent's hands. */
const known = new Map<string, Draft>();
/** The drafts that another tab has handed on while they are held here: what is written from now on is handed on anew. */
const handedOn = new Set<string>();
/** The conversations that this page is closing, and those that it could not close, with the reason. */
const claims = new Map<string, { readonly error?: unknown }>();

/** Whether the session is the agent's own: a supervisor who looks at an agent in the same browser is another person. */
export function isOwn({ actor, agentId }: DraftOwner): boolean {
  return actor.role === 'agent' && actor.id === agentId;
}

/** The draft of one call; undefined where the agent wrote nothing, or the session is not the agent's own. */
export function readDraft(owner: DraftOwner, callId: CallId): Draft | undefined {
  return isOwn(owner) ? draftAt(keyOf(owner, callId)) : undefined;
}

/**
 * Keeps what the agent wrote, at once and for every tab; where nothing is left of it, nothing is kept. Throws
 * `unavailable` where the browser's storage is full: the text is then safe only as long as this page is open.
 */
export function writeDraft(
  owner: DraftOwner,
  call: Call,
  change: Partial<Pick<Draft, 'notes' | 'tags' | 'entry'>>,
): void {
  const { id, direction, party } = call;
  const key = keyOf(owner, id);
  const draft: Draft = { ...nothing, ...draftAt(key), ...change, call: { id, direction, party }, at: wallClock() };
  handedOn.delete(key);
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

/** Forgets the draft that was handed on, in all tabs; where somebody has written since, the draft stays. */
export function dropDraft(owner: DraftOwner, callId: CallId, handed: Draft | undefined): void {
  const key = keyOf(owner, callId);
  known.delete(key);
  if (wordsOf(finished(draftAt(key))) === wordsOf(handed)) forgetDraft(key);
  else tell();
}

/** Forgets all drafts of the agent, who was erased, whoever is at them. */
export function dropDrafts({ store, agentId }: DraftOwner): void {
  for (const key of localKeys(localPrefix(KIND, store.name, agentId))) forgetDraft(key);
}

/** The calls of which this agent has drafts in this browser that can be handed on: nobody in this page is at them. */
export function draftedCallIds(owner: DraftOwner): readonly CallId[] {
  if (!isOwn(owner)) return [];
  const prefix = localPrefix(KIND, owner.store.name, owner.agentId);
  const keys = new Set([...localKeys(prefix), ...[...known.keys()].filter((key) => key.startsWith(prefix))]);
  return [...keys].flatMap((key) => {
    const { call } = (!isHeld(key) && draftAt(key)) || {};
    // A draft that storage has under a key of another form is nobody's.
    return call && keyOf(owner, call.id) === key ? call.id : [];
  });
}

/** Under which a draft is kept, held and claimed. */
export function keyOf({ store, agentId }: DraftOwner, callId: CallId): string {
  return localKey(KIND, store.name, agentId, callKey(callId));
}

/** What keeps the draft of a call while the focus is in one of its fields; `left` is called when they are left. */
export function holdOf(owner: DraftOwner, callId: CallId, left: () => void): DraftHold {
  const key = keyOf(owner, callId);
  return new DraftHold(key, () => {
    if (handedOn.delete(key)) known.delete(key);
    left();
    tell();
  });
}

/** Calls `changed` whenever there may be something to hand on. Returns what ends that. */
export function watchLeaving(changed: () => void): () => void {
  closers.add(changed);
  return () => void closers.delete(changed);
}

/**
 * Runs `run` with the draft of a call while no other tab of this browser does so for the same call: whatever closes a
 * conversation or hands on its draft goes through here, and calls {@link dropDraft} once that is done. Who had to wait
 * gets the draft as it then is: undefined where another tab has handed it on. A tag that is still being typed counts.
 * Without Web Locks, as in a page that is not secure, nobody waits.
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
      // Gone while this tab waited, and not told yet.
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

/** What a {@link claimDraft} of this page came to: absent where it succeeded, without an error while it runs. */
export function claimOf(owner: DraftOwner, callId: CallId): { readonly error?: unknown } | undefined {
  return claims.get(keyOf(owner, callId));
}

/** The tags with one more, unless it is empty or already there in whatever case. */
export function withTag(tags: readonly string[], text: string): readonly string[] {
  const tag = text.trim().normalize();
  const isThere = tags.some((one) => one.toLowerCase() === tag.toLowerCase());
  return tag && !isThere ? [...tags, tag] : tags;
}

/** Redraws its element when a draft changes, in this tab or in another one. */
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
  if (isHeld(key) && readLocal(key) === null) handedOn.add(key);
  else known.delete(key);
  tell();
}

/** What happened meanwhile nobody told this page: it reads anew. */
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

/** Storage is open to every script of the origin: a field that is damaged counts as empty, and takes no other with it. */
function parseDraft(key: string): Draft | undefined {
  try {
    const { call, notes, tags, entry, at } = JSON.parse(readLocal(key) ?? '') as Partial<Draft>;
    const kept = { notes: textOf(notes), tags: Array.isArray(tags) ? tags.filter(textOf) : [], entry: textOf(entry) };
    if (!kept.notes && !kept.entry && kept.tags.length === 0) return undefined;
    const [, , id] = JSON.parse(key.slice(key.indexOf('['))) as [string, string, CallId];
    const { id: told, direction, party } = Object(call) as Partial<Call>;
    const whose: Call = {
      // The key has no more than a hash of a long id. One that names no call throws.
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

function wordsOf(draft: Draft | undefined): string {
  return JSON.stringify([draft?.notes, draft?.tags]);
}

/** As it is handed on: the tag that is being typed is one. */
function finished(draft: Draft | undefined): Draft | undefined {
  return draft && { ...draft, tags: withTag(draft.tags, draft.entry), entry: '' };
}

function sweep(): void {
  for (const key of localKeys(localPrefix(KIND))) if (!draftAt(key)) removeLocal(key);
}
