import { describe, expect, it } from 'vitest';
import {
  actionOf,
  closedList,
  filterList,
  folded,
  matching,
  openList,
  typeAhead,
  type ListAction,
  type ListKey,
  type ListState,
} from '../../src/elements/phone-status-select/list-state.js';

const COUNT = 25;
const press = (key: string, more: Partial<ListKey> = {}): ListKey => ({
  key,
  altKey: false,
  isText: key.length === 1,
  inFilter: false,
  ...more,
});
const at = (active: number, more: Partial<ListState> = {}): ListState => ({ ...openList(COUNT, active), ...more });

type Case = readonly [title: string, pressed: ListKey, action: ListAction | undefined];

describe('a closed list', () => {
  const cases: readonly Case[] = [
    ['opens at the current status with Enter', press('Enter'), 'open'],
    ['opens at the current status with Space', press(' '), 'open'],
    ['opens at the current status with Arrow Down', press('ArrowDown'), 'open'],
    ['opens at the first status with Arrow Up', press('ArrowUp'), 0],
    ['opens at the first status with Home', press('Home'), 0],
    ['opens at the last status with End', press('End'), COUNT - 1],
    ['opens at the current status with Alt+Arrow Down', press('ArrowDown', { altKey: true }), 'open'],
    ['opens at the current status with Alt+Arrow Up', press('ArrowUp', { altKey: true }), 'open'],
    ['opens at the current status with Alt+End', press('End', { altKey: true }), 'open'],
    ['takes a letter for type-ahead', press('l'), 'type'],
    ['leaves Tab to the page', press('Tab'), undefined],
    ['leaves Escape to the page', press('Escape'), undefined],
    ['leaves Page Down to the page', press('PageDown'), undefined],
    ['leaves F5 to the page', press('F5'), undefined],
  ];
  for (const [title, pressed, action] of cases) {
    it(title, () => {
      expect(actionOf(pressed, closedList, COUNT)).toBe(action);
    });
  }
});

describe('an open list', () => {
  const cases: readonly (readonly [...Case, state: ListState])[] = [
    ['moves down with Arrow Down', press('ArrowDown'), 6, at(5)],
    ['moves up with Arrow Up', press('ArrowUp'), 4, at(5)],
    ['stays at the first option', press('ArrowUp'), 0, at(0)],
    ['stays at the last option', press('ArrowDown'), COUNT - 1, at(COUNT - 1)],
    ['moves ten down with Page Down', press('PageDown'), 15, at(5)],
    ['moves ten up with Page Up, to the first at most', press('PageUp'), 0, at(5)],
    ['moves to the first option with Home', press('Home'), 0, at(5)],
    ['moves to the last option with End', press('End'), COUNT - 1, at(5)],
    ['moves to the first option with Home in an empty filter', press('Home', { inFilter: true }), 0, at(5)],
    ['moves the caret with Home in a filter', press('Home', { inFilter: true }), undefined, at(5, { filter: 'l' })],
    ['moves the caret with End in a filter', press('End', { inFilter: true }), undefined, at(5, { filter: 'l' })],
    ['moves down from a filter', press('ArrowDown', { inFilter: true }), 6, at(5, { filter: 'l' })],
    ['chooses with Enter', press('Enter'), 'choose', at(5)],
    ['chooses with Enter in the filter', press('Enter', { inFilter: true }), 'choose', at(5)],
    ['chooses with Space', press(' '), 'choose', at(5)],
    ['types a space in the filter', press(' ', { inFilter: true }), undefined, at(5)],
    ['chooses with Alt+Arrow Up', press('ArrowUp', { altKey: true }), 'choose', at(5)],
    ['does nothing with Alt+Arrow Down', press('ArrowDown', { altKey: true }), undefined, at(5)],
    ['closes with Escape', press('Escape'), 'close', at(5)],
    ['chooses on the way out with Tab', press('Tab'), 'leave', at(5)],
    ['takes a letter for type-ahead', press('l'), 'type', at(5)],
    ['leaves a letter to the filter', press('l', { inFilter: true }), undefined, at(5)],
  ];
  for (const [title, pressed, action, state] of cases) {
    it(title, () => {
      expect(actionOf(pressed, state, COUNT)).toBe(action);
    });
  }

  it('has a filter from 12 statuses on', () => {
    expect([openList(11, 0).isLong, openList(12, 0).isLong]).toEqual([false, true]);
  });

  it('has the first option active where the current status is not in it', () => {
    expect(openList(5, -1)).toMatchObject({ isOpen: true, active: 0, filter: '', typed: '' });
  });
});

describe('a filter', () => {
  const names = ['Available', 'Away', 'Büro', 'Coffee break', 'Breakfast'];
  const filtered = (filter: string): readonly string[] => matching(names, filter, (name) => name);

  it('shows the names with the text in them, without case and accents', () => {
    expect(filtered('BREAK')).toEqual(['Coffee break', 'Breakfast']);
    expect(filtered(' buro ')).toEqual(['Büro']);
    expect(filtered('zzz')).toEqual([]);
  });

  it('shows all names where it is blank', () => {
    expect(filtered('  ')).toBe(names);
  });

  it('makes the first option active whose name starts with it, else the first', () => {
    expect(filterList(at(3), 'break', names)).toMatchObject({ filter: 'break', active: 1, activeId: undefined });
    expect(filterList(at(3), 'wa', names).active).toBe(0);
    expect(filterList(at(3), 'zzz', names).active).toBe(0);
  });
});

describe('type-ahead', () => {
  const names = ['Available', 'Away', 'Break', 'Ärztin', 'Lunch'];
  /** Types letters, one every `gap` milliseconds, from the option at `from`. */
  const typed = (letters: string, { from, gap = 100 }: { from: number; gap?: number }): number => {
    let state: ListState = { ...at(Math.max(0, from)) };
    [...letters].forEach((key, index) => {
      state = typeAhead(state, { key, at: 5000 + index * gap, from: index ? state.active : from }, names);
    });
    return state.active;
  };

  const cases: readonly (readonly [title: string, letters: string, from: number, active: number])[] = [
    ['finds the next name that starts with the letter', 'b', 0, 2],
    ['starts again at the beginning', 'b', 4, 2],
    ['goes through the names of one letter', 'aa', 0, 3],
    ['comes back to the first of them', 'aaa', 0, 0],
    ['takes letters in quick succession together', 'aw', 0, 1],
    ['keeps the option that already fits', 'lun', 4, 4],
    ['ignores case and accents', 'AR', 0, 3],
    ['stays where no name fits', 'z', 2, 2],
    ['begins with the first name where no option is active', 'a', -1, 0],
  ];
  for (const [title, letters, from, active] of cases) {
    it(title, () => {
      expect(typed(letters, { from })).toBe(active);
    });
  }

  it('forgets letters after 700 ms', () => {
    expect(typed('al', { from: 2, gap: 701 })).toBe(4);
    expect(typed('al', { from: 2, gap: 700 })).toBe(3);
  });

  it('does nothing in an empty list', () => {
    expect(typeAhead(at(0), { key: 'a', at: 5000, from: 0 }, []).active).toBe(0);
  });
});

it('folds text to what is compared', () => {
  expect(folded('Ｂüro ÉTÉ')).toBe('buro ete');
});
