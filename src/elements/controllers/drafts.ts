import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Call, CallId } from '../../model/agent.js';
import { callKey } from '../../model/conversation.js';
import { PhoneError } from '../../model/errors.js';
import type { AgentSession } from '../../session/agent-session.js';
import { wallClock } from '../../session/clock.js';
import { localKeys, readLocal, removeLocal, writeLocal } from '../../session/local-storage.js';
import { withLock } from '../../session/page-lock.js';

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
const PREFIX = 'phone-widget:draft:';

const watchers = new Set<() => void>();
/** What storage did not take: it lives as long as the page. */
const unsaved = new Map<string, Draft>();
/** The drafts as last read, so that long notes are not parsed anew for every drawing. */
const parsed = new Map<string, { readonly text: string; readonly draft: Draft | undefined }>();
const claimed = new Set<string>();

/** The draft of one call; undefined where the agent wrote nothing, or the session is not the agent's own. */
export function readDraft(owner: DraftOwner, callId: CallId): Draft | undefined {
  return isOwn(owner) ? draftAt(keyOf(owner, callId)) : undefined;
}

/**
 * Keeps what the agent wrote, at once and for every tab; without notes and tags nothing is kept. Throws `unavailable`
 * where the browser's storage is full: the text is then safe only as long as this page is open.
 */
export function writeDraft(owner: DraftOwner, call: Call, change: Partial<Pick<Draft, 'notes' | 'tags' | 'entry'>>): void {
  const key = keyOf(owner, call.id);
  const { id, direction, party } = call;
  const before = draftAt(key) ?? { notes: '', tags: [], entry: '' };
  const draft: Draft = { ...before, ...change, call: { id, direction, party }, at: wallClock() };
  try {
    if (draft.notes || draft.entry || draft.tags.length) writeLocal(key, JSON.stringify(draft));
    else removeLocal(key);
    unsaved.delete(key);
  } catch (cause) {
    unsaved.set(key, draft);
    const size = `${String(draft.notes.length)} characters of notes`;
    throw new PhoneError('unavailable', `drafts: the browser has no room for ${size}. Close the conversation before this page.`, { cause });
  } finally {
    tell();
  }
}

/** Forgets what the agent wrote about a call, in all tabs. */
export function dropDraft(owner: DraftOwner, callId: CallId): void {
  const key = keyOf(owner, callId);
  unsaved.delete(key);
  parsed.delete(key);
  removeLocal(key);
  tell();
}

/** The calls of which this agent has drafts in this browser. */
export function draftedCallIds(owner: DraftOwner): readonly CallId[] {
  if (!isOwn(owner)) return [];
  const start = keyOf(owner);
  const keys = new Set([...localKeys(start), ...[...unsaved.keys()].filter((key) => key.startsWith(start))]);
  return [...keys].flatMap((key) => draftAt(key)?.call.id ?? []);
}

/**
 * Runs `run` with the draft of a call while no other tab of this browser does the same for that call: what closes a
 * conversation and hands on its draft goes through here, and calls {@link dropDraft} when it was handed on. A tab that
 * waited gets the draft as it then is: undefined where another one handed it on. The tag that is being typed counts.
 */
export function claimDraft<T>(owner: DraftOwner, callId: CallId, run: (draft: Draft | undefined) => Promise<T>): Promise<T> {
  const key = keyOf(owner, callId);
  return withLock(key, async () => {
    claimed.add(key);
    tell();
    try {
      const draft = readDraft(owner, callId);
      return await run(draft && { ...draft, tags: withTag(draft.tags, draft.entry), entry: '' });
    } finally {
      claimed.delete(key);
      tell();
    }
  });
}

/** Whether this page is closing the conversation, or handing on its draft. */
export function isClaimed(owner: DraftOwner, callId: CallId): boolean {
  return claimed.has(keyOf(owner, callId));
}

/** The tags with one more, unless it is empty or there, in whatever case. */
export function withTag(tags: readonly string[], text: string): readonly string[] {
  const tag = text.trim().normalize();
  const there = tags.some((one) => one.toLowerCase() === tag.toLowerCase());
  return tag && !there ? [...tags, tag] : tags;
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
    }
    watchers.add(this.#changed);
  }

  hostDisconnected(): void {
    watchers.delete(this.#changed);
    if (watchers.size === 0) removeEventListener('storage', onStorage);
  }
}

function onStorage({ key }: StorageEvent): void {
  if (key?.startsWith(PREFIX)) tell();
}

function tell(): void {
  for (const changed of watchers) changed();
}

/** A supervisor who looks at an agent in the same browser is another person. */
function isOwn({ actor, agentId }: DraftOwner): boolean {
  return actor.role === 'agent' && actor.id === agentId;
}

/** JSON keeps the three apart whatever they are made of; without a call it is the start of all of the agent's keys. */
function keyOf(owner: DraftOwner, callId?: CallId): string {
  const start = `${PREFIX}${JSON.stringify([owner.store.name, owner.agentId]).slice(0, -1)},`;
  return callId === undefined ? start : `${start}${JSON.stringify(callKey(callId))}]`;
}

function draftAt(key: string): Draft | undefined {
  const text = readLocal(key);
  let known = parsed.get(key);
  if (text === null) parsed.delete(key);
  else if (known?.text !== text) parsed.set(key, (known = { text, draft: parseDraft(text) }));
  const draft = unsaved.get(key) ?? (text === null ? undefined : known?.draft);
  return draft && draft.at + DRAFT_LIFE_MS > wallClock() ? draft : undefined;
}

/** Storage is open to every script of the origin: what is no draft counts as none. */
function parseDraft(text: string): Draft | undefined {
  try {
    const { call, notes, tags, entry, at } = JSON.parse(text) as Partial<Draft>;
    const whole = typeof call?.id === 'string' && typeof call.party === 'object' && typeof notes === 'string';
    if (!whole || typeof entry !== 'string' || typeof at !== 'number' || !Array.isArray(tags)) return undefined;
    return { call, notes, tags: tags.filter((tag) => typeof tag === 'string'), entry, at };
  } catch {
    return undefined;
  }
}

function sweep(): void {
  for (const key of localKeys(PREFIX)) if (!draftAt(key)) removeLocal(key);
}
