import type { Control } from '../../calls/call-source.js';
import type { Conversation } from '../../model/view.js';

/** Ringing calls first, then those in progress, then those that are over. */
const ORDER = { ringing: 0, live: 1, held: 1, ended: 2 };
/** How long before After Call Work closes by itself the agent is warned. */
const WARNING_MS = 30_000;
/** The commas of the world's keyboards: each ends a tag, as Enter does. */
const COMMA = /[,،、，]/;

/** A control with a button. */
export type CallControl = Exclude<Control, 'dial'>;

/** Conversations in the order in which they are shown. */
export function inOrder(conversations: readonly Conversation[]): readonly Conversation[] {
  return [...conversations].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
}

/** Whether its running time or the time left is shown. */
export function hasRunningTime({ state, closesAt }: Conversation): boolean {
  return ORDER[state] === 1 || closesAt !== undefined;
}

/** The time left, in milliseconds, where the agent is to be warned that After Call Work closes by itself. */
export function warningTime({ closesAt }: Conversation, now: number): number | undefined {
  const left = closesAt === undefined ? 0 : closesAt - now;
  return left > 0 && left <= WARNING_MS ? left : undefined;
}

/** The controls that a call has in its state, in the order in which they are shown; the source may lack some. */
export function controlsOf(state: Conversation['state'], isMuted: boolean): readonly CallControl[] {
  if (state === 'ended') return [];
  if (state === 'ringing') return ['answer', 'decline'];
  return [state === 'held' ? 'resume' : 'hold', isMuted ? 'unmute' : 'mute', 'sendDigits', 'transfer', 'hangUp'];
}

/** The tags that a text ends with its commas, and the rest, which is still being typed. */
export function splitTags(text: string): { readonly tags: readonly string[]; readonly entry: string } {
  const tags = text.split(COMMA);
  const entry = tags.pop() as string;
  return { tags, entry: tags.length ? entry.trimStart() : entry };
}

/** Where a key was pressed among the chips and the field behind them. */
export interface TagKey {
  readonly key: string;
  /** The index of the chip; the number of chips: the field. */
  readonly at: number;
  readonly count: number;
  /** What stands in the field, and whether its caret is in front of all. */
  readonly entry: string;
  readonly isCaretAtStart: boolean;
  readonly isRightToLeft: boolean;
}

/** What a key does: adds what was typed as a tag, removes a tag, or moves the focus to a chip or the field. */
export type TagAction = { readonly add: true } | { readonly remove: number } | { readonly focus: number };

/** What a key does in the tags; undefined for a key of the field. */
export function tagActionOf({ key, at, count, entry, isCaretAtStart, isRightToLeft }: TagKey): TagAction | undefined {
  const inField = at === count;
  const isAtStart = !inField || isCaretAtStart;
  const [forward, back] = isRightToLeft ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  if (key === 'Enter' && inField) return { add: true };
  if (key === 'Backspace' && inField && !entry) return { remove: at - 1 };
  if ((key === 'Backspace' || key === 'Delete') && !inField) return { remove: at };
  if (key === forward && !inField) return { focus: at + 1 };
  if (key === back && isAtStart) return { focus: at - 1 };
  if (key === 'Home' && isAtStart) return { focus: 0 };
  if (key === 'End' && !inField) return { focus: count };
  return undefined;
}

/** The direction of a text by its first letter, as `dir=auto` has it, which makes typing in long notes slow. */
export function directionOf(text = ''): 'rtl' | 'ltr' | undefined {
  const [letter] = /\p{L}/u.exec(text) ?? [];
  if (!letter) return undefined;
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter) ? 'rtl' : 'ltr';
}
