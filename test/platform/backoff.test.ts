import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhoneError } from '../../src/model/errors.js';
import { Backoff, RetryPauses } from '../../src/platform/backoff.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const refused = new PhoneError('denied', 'No.');
const lost = new PhoneError('unavailable', 'Gone.');
const later = new PhoneError('unavailable', 'Later.', { data: { retryAfterMs: 60_000 } });

/** After how many milliseconds it settles. */
async function lengthOf(pause: Promise<void>): Promise<number> {
  const startedAt = Date.now();
  let endedAt: number | undefined;
  void pause.then(() => (endedAt = Date.now()));
  while (endedAt === undefined) await vi.advanceTimersByTimeAsync(1);
  return endedAt - startedAt;
}

describe('the pauses of one loop', () => {
  it('double from half a second to thirty, and are short again after a success', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const over = vi.fn();
    const backoff = new Backoff(over);
    for (const ms of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      backoff.after(lost);
      vi.advanceTimersByTime(ms - 1);
      expect([backoff.isOn, backoff.hasFailed]).toEqual([true, true]);
      vi.advanceTimersByTime(1);
      expect(backoff.isOn).toBe(false);
    }
    expect(over).toHaveBeenCalledTimes(8);
    backoff.reset();
    expect(backoff.hasFailed).toBe(false);
    backoff.after(lost);
    vi.advanceTimersByTime(500);
    expect(over).toHaveBeenCalledTimes(9);
  });

  it('end early, unless the server asked for them', () => {
    const over = vi.fn();
    const backoff = new Backoff(over);
    backoff.after(lost);
    backoff.end();
    expect([backoff.isOn, backoff.isAsked]).toEqual([false, false]);
    backoff.after(later);
    backoff.end();
    backoff.reset();
    expect([backoff.isOn, backoff.isAsked]).toEqual([true, true]);
    backoff.stop();
    backoff.stop();
    vi.advanceTimersByTime(120_000);
    expect([backoff.isOn, over.mock.calls]).toEqual([false, []]);
  });
});

describe('the pauses of several loops', () => {
  const never = new AbortController().signal;

  it.each([
    [0, 0, 500],
    [0, 0.99, 5],
    [1, 0, 1000],
    [1, 1, 500],
    [20, 0, 30_000],
    [20, 1, 15_000],
  ])('grow with the failures before (%i), and differ at random (%d)', async (failures, random, ms) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    expect(await lengthOf(new RetryPauses().after(failures, never))).toBe(ms);
  });

  it('are no shorter than the server asks for', async () => {
    expect(await lengthOf(new RetryPauses().after(0, never, later))).toBe(60_000);
  });

  it('end with their signal, and do not begin after it', async () => {
    const ending = new AbortController();
    const pause = new RetryPauses().after(20, ending.signal, later);
    ending.abort();
    await pause;
    await new RetryPauses().after(20, ending.signal, later);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end together, unless the server asked for one; those after refusals end by themselves as well', async () => {
    const pauses = new RetryPauses();
    const ended: string[] = [];
    void pauses.after(20, never, lost).then(() => ended.push('lost'));
    void pauses.after(20, never, refused).then(() => ended.push('refused'));
    void pauses.after(20, never, later).then(() => ended.push('later'));
    pauses.retryRefused();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual(['refused']);
    pauses.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual(['refused', 'lost']);
  });
});
