import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createAlarm,
  delay,
  every,
  monotonicNow,
  startTimer,
  wallClock,
  withTimeout,
  type Alarm,
} from '../../src/platform/time.js';

const START = Date.UTC(2026, 4, 4);
let alarms: Alarm[] = [];

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => {
  for (const alarm of alarms) alarm.set(undefined);
  alarms = [];
  vi.useRealTimers();
});

function alarmOf(run: () => void): Alarm {
  const alarm = createAlarm(run);
  alarms.push(alarm);
  return alarm;
}

describe('alarms', () => {
  it('share one timer, set to the nearest', () => {
    const rung: string[] = [];
    const [one, other] = [alarmOf(() => rung.push('one')), alarmOf(() => rung.push('other'))];
    one.set(2000);
    other.set(1000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(rung).toEqual(['other']);
    vi.advanceTimersByTime(1000);
    expect(rung).toEqual(['other', 'one']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ring once, at the last delay that was set', () => {
    const run = vi.fn();
    const alarm = alarmOf(run);
    alarm.set(1000);
    alarm.set(3000);
    vi.advanceTimersByTime(2999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('can be set anew by another one that rings at the same moment', () => {
    const rung: string[] = [];
    const other = createAlarm(() => rung.push('other'));
    alarms.push(other);
    alarmOf(() => other.set(500)).set(1000);
    other.set(1000);
    other.set(1000);
    vi.advanceTimersByTime(1499);
    const before = [...rung];
    vi.advanceTimersByTime(1);
    expect([before, rung]).toEqual([[], ['other']]);
  });

  it('one that throws keeps no other from ringing', () => {
    const run = vi.fn();
    alarmOf(() => {
      throw new Error('bad');
    }).set(1000);
    alarmOf(run).set(1000);
    expect(() => vi.advanceTimersByTime(1000)).toThrow('bad');
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('past and broken delays ring at once', () => {
    const run = vi.fn();
    alarmOf(run).set(-5);
    vi.advanceTimersByTime(0);
    alarmOf(run).set(0.4);
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('far ones ring no sooner than they should', () => {
    const run = vi.fn();
    const days = 40 * 86_400_000;
    alarmOf(run).set(days);
    vi.advanceTimersByTime(days - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('go on in time where the computer’s clock is set back, and ring at once after a sleep', () => {
    const run = vi.fn();
    const alarm = alarmOf(run);
    alarm.set(1000);
    vi.setSystemTime(START - 300_000);
    vi.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(1);
    alarm.set(60_000);
    vi.setSystemTime(START + 3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('a timer that rings a little early is wound once more', () => {
    const run = vi.fn();
    alarmOf(run).set(1000);
    vi.setSystemTime(START - 10);
    vi.advanceTimersByTime(1000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('stand where the page’s timers are replaced while one is wound', () => {
    const run = vi.fn();
    const alarm = alarmOf(() => {});
    alarm.set(1000);
    vi.useRealTimers();
    vi.useFakeTimers({ now: START });
    alarmOf(run).set(2000);
    vi.advanceTimersByTime(2000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('the clock is that of the computer at this moment', () => {
    expect(wallClock()).toBe(START);
  });
});

describe('waiting with a limit', () => {
  const tooLate = { code: 'unavailable' };

  it('settles as the promise does, and leaves no timer', async () => {
    await expect(withTimeout(Promise.resolve(7), 1000)).resolves.toBe(7);
    await expect(withTimeout(Promise.reject(new Error('bad')), 1000)).rejects.toThrow('bad');
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at its limit, or when it is ended', async () => {
    const never = new Promise(() => {});
    const limited = expect(withTimeout(never, 1000)).rejects.toMatchObject(tooLate);
    await vi.advanceTimersByTimeAsync(1000);
    await limited;
    const ending = new AbortController();
    const ended = expect(withTimeout(never, 1000, { signal: ending.signal })).rejects.toMatchObject(tooLate);
    ending.abort();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a value at once, and rejects with an error of the caller', async () => {
    await expect(withTimeout(7, 1000)).resolves.toBe(7);
    const own = withTimeout(new Promise(() => {}), 1000, { error: () => new Error('The server is silent.') });
    const refused = expect(own).rejects.toThrow('The server is silent.');
    await vi.advanceTimersByTimeAsync(1000);
    await refused;
  });
});

describe('waiting', () => {
  it('ends after its time, when it is aborted, and at once where it was', async () => {
    const ended: string[] = [];
    const ending = new AbortController();
    void delay(1000).then(() => ended.push('time'));
    void delay(9000, ending.signal).then(() => ended.push('abort'));
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toEqual(['time']);
    ending.abort();
    void delay(9000, ending.signal).then(() => ended.push('before'));
    await vi.advanceTimersByTimeAsync(0);
    expect([ended, vi.getTimerCount()]).toEqual([['time', 'abort', 'before'], 0]);
  });
});

describe('a timer', () => {
  it('runs once, unless it is stopped', () => {
    const run = vi.fn();
    startTimer(1000, run);
    startTimer(500, run)();
    vi.advanceTimersByTime(5000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('that repeats goes on until it is stopped', () => {
    const run = vi.fn();
    const stop = every(1000, run);
    vi.advanceTimersByTime(3500);
    stop();
    vi.advanceTimersByTime(5000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('that repeats keeps no process alive, and runs in a browser as well', () => {
    vi.useRealTimers();
    const set = vi.spyOn(globalThis, 'setInterval');
    every(1000, () => {})();
    expect((set.mock.results[0]?.value as NodeJS.Timeout).hasRef()).toBe(false);
    set.mockReturnValueOnce(7 as never);
    expect(every(1000, () => {})).not.toThrow();
    set.mockRestore();
  });
});

describe('the time that has passed', () => {
  it('does not follow the clock of the computer', () => {
    const before = monotonicNow();
    vi.setSystemTime(START + 3_600_000);
    expect(monotonicNow()).toBe(before);
    vi.advanceTimersByTime(500);
    expect(monotonicNow()).toBe(before + 500);
  });
});
