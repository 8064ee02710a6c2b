import { afterEach, expect, it, vi } from 'vitest';
import { Listeners } from '../../src/platform/listeners.js';

afterEach(() => vi.restoreAllMocks());

it('listeners are called until they are removed, each as often as it was added', () => {
  const listeners = new Listeners<number>();
  const heard: number[] = [];
  const listener = (value: number): void => void heard.push(value);
  const removes = [listeners.add(listener), listeners.add(listener)];
  listeners.tell(1);
  removes[0]?.();
  removes[0]?.();
  listeners.tell(2);
  expect([heard, listeners.size]).toEqual([[1, 1, 2], 1]);
});

it('listeners that are added during a call are not called yet', () => {
  const listeners = new Listeners<number>();
  const heard: string[] = [];
  listeners.add(() => void listeners.add(() => heard.push('late')));
  listeners.tell(1);
  expect(heard).toEqual([]);
});

it('listeners are called only as long as the value is current', () => {
  const listeners = new Listeners<number>();
  const heard: string[] = [];
  let isCurrent = true;
  listeners.add(() => (isCurrent = false));
  listeners.add(() => heard.push('other'));
  listeners.tell(1, () => isCurrent);
  expect(heard).toEqual([]);
});

it('a listener that throws does not stop the others, and the console names the part', () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  const error = new Error('bad');
  const listeners = new Listeners<number>('store');
  const other = vi.fn();
  listeners.add(() => {
    throw error;
  });
  listeners.add(other);
  listeners.tell(7);
  expect(other).toHaveBeenCalledWith(7);
  expect(logged).toHaveBeenCalledWith('[phone-widget] store: a listener threw.', error);
});
