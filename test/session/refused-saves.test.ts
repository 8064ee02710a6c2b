import { describe, expect, it, vi } from 'vitest';
import type { AgentEvent } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import type { EventKind, PendingEvent } from '../../src/model/pending.js';
import { RefusedSaves, type RefusedSavesOptions } from '../../src/session/refused-saves.js';
import { MINUTE, pass, SECOND, START, useFakeTime } from './set-up.js';

useFakeTime();

const lost = new PhoneError('unavailable', 'No answer.');
const denied = new PhoneError('denied', 'No right.');
const item = (kind: EventKind, event: AgentEvent): PendingEvent => ({ kind, event, at: START });
const fact = (callId: string): PendingEvent => item('fact', { type: 'call-ended', callId });
const lease = item('lease', { type: 'renew', page: 'p1' });
const choose = item('wish', { type: 'choose', statusId: 'break', by: { role: 'agent', id: 'ana' } });
const close = item('wish', { type: 'close', callId: 'c1' });

function setAside(pending: readonly EventKind[] = ['fact', 'lease', 'wish']) {
  const options = {
    retry: vi.fn<() => void>(),
    overdue: vi.fn<RefusedSavesOptions['overdue']>(),
    hasKind: (kind) => pending.includes(kind),
  } satisfies RefusedSavesOptions;
  return { aside: new RefusedSaves(options), ...options };
}

describe('what the store refused', () => {
  it.each<[what: string, refused: PendingEvent, held: readonly PendingEvent[], free: readonly PendingEvent[]]>([
    ['a lease holds leases', lease, [lease], [fact('c1'), choose, close]],
    ['a fact holds all facts', fact('c1'), [fact('c1'), fact('c2')], [lease, choose, close]],
    ['a wish about the status holds such wishes', choose, [choose], [lease, fact('c1'), close]],
    ['a wish about a call holds such wishes', close, [close], [lease, fact('c1'), choose]],
  ])('waits with its kind: %s', (...[, refused, held, free]) => {
    const { aside } = setAside();
    aside.onFailed(refused, lost);
    expect(held.map((one) => aside.holds(one))).toEqual(held.map(() => true));
    expect(free.map((one) => aside.holds(one))).toEqual(free.map(() => false));
  });

  it('is retried after a pause, and at once where the store saves anything', async () => {
    for (const kind of [lease, fact('c1'), choose]) {
      const { aside, retry } = setAside();
      aside.onFailed(kind, lost);
      await pass(SECOND);
      expect([retry.mock.calls.length, aside.holds(kind)]).toEqual([1, false]);
      aside.onFailed(kind, lost);
      aside.onSaved(item('lease', { type: 'sign-in', page: 'p1' }));
      expect(aside.holds(kind)).toBe(false);
    }
  });

  it('is told by the connection as long as something of its kind is pending', () => {
    for (const [pending, isTold] of [
      [['wish'], true],
      [[], false],
    ] as const) {
      const { aside } = setAside(pending);
      aside.onFailed(choose, lost);
      expect(aside.trouble).toEqual(isTold ? { state: 'offline', reason: lost } : undefined);
    }
    const { aside } = setAside([]);
    aside.onFailed(fact('c1'), lost);
    const { trouble } = aside;
    expect([trouble?.reason, aside.trouble === trouble, aside.refusesFacts]).toEqual([lost, true, true]);
    aside.onSettled(fact('c1'));
    expect([aside.trouble, aside.refusesFacts]).toEqual([undefined, false]);
  });

  it('is news where it is denied, unless something is refused already', () => {
    const { aside } = setAside();
    expect(aside.onDenied(fact('c1'), denied)).toBe(true);
    expect(aside.onDenied(lease, denied)).toBe(false);
    expect([aside.holds(fact('c2')), aside.trouble?.reason]).toEqual([true, denied]);
  });

  it('waits for a pause that the store asked for, whatever else is saved', async () => {
    const { aside } = setAside();
    aside.onFailed(choose, new PhoneError('unavailable', 'Later.', { data: { retryAfterMs: MINUTE } }));
    aside.retryNow();
    await pass(MINUTE - 1);
    expect(aside.holds(choose)).toBe(true);
    await pass(1);
    expect(aside.holds(choose)).toBe(false);
  });
});

describe('a fact that is refused five times while others are saved', () => {
  function overdue() {
    const parts = setAside();
    parts.aside.onFailed(fact('c1'), lost);
    parts.aside.onSaved(fact('c2'));
    for (let count = 0; count < 4; count++) parts.aside.onFailed(fact('c1'), lost);
    return parts;
  }

  it('goes behind other calls, and is retried every five minutes', async () => {
    const { aside, retry, overdue: report } = overdue();
    expect(report.mock.calls).toEqual([['c1', lost]]);
    expect([aside.isOverdue('c1'), aside.isOverdue('c2')]).toEqual([true, false]);
    expect([aside.holds(fact('c1')), aside.holds(fact('c2')), aside.refusesFacts]).toEqual([true, false, false]);
    await pass(5 * MINUTE);
    expect([aside.holds(fact('c1')), retry.mock.calls.length]).toEqual([false, 1]);
    aside.onFailed(fact('c1'), lost);
    expect([report.mock.calls.length, aside.holds(fact('c1'))]).toEqual([1, true]);
  });

  it('stays so while the store saves nothing at all, until it is settled', () => {
    const { aside } = overdue();
    aside.onFailed(fact('c3'), lost);
    aside.reset();
    expect([aside.isOverdue('c1'), aside.holds(fact('c3'))]).toEqual([true, false]);
    aside.onSettled(fact('c1'));
    expect(aside.isOverdue('c1')).toBe(false);
  });

  it('rings no alarm after the end', async () => {
    const { aside, retry } = overdue();
    aside.stop();
    await pass(10 * MINUTE);
    expect(retry).not.toHaveBeenCalled();
  });
});
