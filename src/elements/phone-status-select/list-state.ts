import type { StatusId } from '../../model/status.js';

/** How many options Page Up and Page Down move, as the ARIA authoring guide suggests. */
const PAGE = 10;
/** How long typed letters belong together, in milliseconds. */
const TYPE_AHEAD_MS = 700;
/** From this many statuses on, the list has a filter. */
const FILTER_FROM = 12;

/** The list of a selector, as plain data: it knows no DOM. */
export interface ListState {
  readonly isOpen: boolean;
  /** Whether it has a filter. Decided when it opens: a status that an admin adds meanwhile moves nobody's focus. */
  readonly isLong: boolean;
  readonly filter: string;
  /** The index of the active option among those shown. */
  readonly active: number;
  /** The status of the active option, which stays active when another is put in front of it. */
  readonly activeId?: StatusId | undefined;
  /** The letters typed in quick succession, and when the last of them was typed, in milliseconds. */
  readonly typed: string;
  readonly typedAt: number;
}

/** A key as the list sees it. */
export interface ListKey {
  readonly key: string;
  readonly altKey: boolean;
  /** Whether it types text in a field. */
  readonly isText: boolean;
  /** Whether the filter has the focus, and not the selector. */
  readonly inFilter: boolean;
}

/**
 * What a key does: a number makes that option active, and opens a closed list there; `open` opens it at the current
 * status; `leave` chooses on the way out of the selector; `type` adds the key to the letters typed.
 */
export type ListAction = number | 'open' | 'choose' | 'leave' | 'close' | 'type';

/** A list that is not open. */
export const closedList: ListState = { isOpen: false, isLong: false, filter: '', active: 0, typed: '', typedAt: 0 };

/** Opens the list of `count` statuses with one of them active; -1, as for a status that is not in the list: the first. */
export function openList(count: number, active: number): ListState {
  return { ...closedList, isOpen: true, isLong: count >= FILTER_FROM, active: Math.max(0, active) };
}

/** What a key does to a list that shows `count` options; undefined for a key that is not the list's. */
export function actionOf(
  pressed: ListKey,
  { isOpen, filter, active }: ListState,
  count: number,
): ListAction | undefined {
  const { key, altKey, isText, inFilter } = pressed;
  const isEdge = key === 'Home' || key === 'End';
  const isEnter = key === 'Enter' || (key === ' ' && !inFilter);
  if (!isOpen) {
    if (isEdge || key === 'ArrowUp') return altKey ? 'open' : key === 'End' ? count - 1 : 0;
    if (isEnter || key === 'ArrowDown') return 'open';
  } else {
    const movesCaret = isEdge && inFilter && filter !== '';
    const moved = altKey || movesCaret ? undefined : movedBy(key, active, count);
    if (moved !== undefined) return moved;
    if (isEnter || (key === 'ArrowUp' && altKey)) return 'choose';
    if (key === 'Escape') return 'close';
    if (key === 'Tab') return 'leave';
  }
  return isText && !inFilter ? 'type' : undefined;
}

/** Where a key moves the active option of an open list; undefined for a key that moves nothing. */
function movedBy(key: string, active: number, count: number): number | undefined {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE,
    PageUp: active - PAGE,
    Home: 0,
    End: count - 1,
  };
  const target = to[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}

/** Filters the list by a part of a name, and makes the first option active whose name starts with it. `names`: all names. */
export function filterList(state: ListState, filter: string, names: readonly string[]): ListState {
  const wanted = folded(filter.trim());
  const first = matching(names, filter, (name) => name).findIndex((name) => folded(name).startsWith(wanted));
  return { ...state, filter, active: Math.max(0, first), activeId: undefined };
}

/** The items whose name has the filter in it, in whatever case, width and accents. */
export function matching<T>(items: readonly T[], filter: string, nameOf: (item: T) => string): readonly T[] {
  const wanted = folded(filter.trim());
  return wanted ? items.filter((item) => folded(nameOf(item)).includes(wanted)) : items;
}

/**
 * Makes the next option after `from` active whose name starts with the letters typed in quick succession, `key` at `at`
 * among them. One letter again and again goes through its options.
 */
export function typeAhead(
  state: ListState,
  { key, at, from }: { readonly key: string; readonly at: number; readonly from: number },
  names: readonly string[],
): ListState {
  const typed = (at - state.typedAt > TYPE_AHEAD_MS ? '' : state.typed) + folded(key);
  const letter = typed.charAt(0);
  const isOneLetter = [...typed].every((one) => one === letter);
  const wanted = isOneLetter ? letter : typed;
  const start = Math.max(0, isOneLetter ? from + 1 : from);
  const found = [...names.slice(start), ...names.slice(0, start)].findIndex((name) => folded(name).startsWith(wanted));
  const active = found < 0 ? state.active : (start + found) % names.length;
  return { ...state, active, typed, typedAt: at };
}

/** Text as it is compared: without case, width and accents. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
