import { describe, expect, it, vi } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import { PendingEvents } from '../../src/session/pending-events.js';
import { SaveLoop } from '../../src/session/save-loop.js';
import type { Base } from '../../src/session/synced-state.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { inbound, MINUTE, outcome, pass, SECOND, settle, START, useFakeTime } from './set-up.js';

useFakeTime();

type Save = StatusStore['saveAgent'];
const ana = { role: 'agent', id: 'ana' } as const;
const chosen = (statusId: string): AgentEvent => ({ type: 'choose', statusId, by: ana, at: Date.now() });
const away = (): PhoneError => new PhoneError('unavailable', 'No answer.');

/** A loop over pending events, and a state that takes what was saved. */
function saveLoop({ isComplete = true, isLapsed = false } = {}) {
  const agent: Base = { value: newAgentRecord('ana'), revision: 1 };
  const synced = {
    account: defaultAccount,
    record: agent.value,
    isErased: false,
    agent: agent as Base | undefined,
    forbidden: undefined as PhoneError | undefined,
    isComplete,
    complete: new Promise<void>(() => {}),
    read: vi.fn<() => Promise<void>>(async () => void (synced.isComplete = true)),
    takeAgent(entry: Base | undefined) {
      synced.agent = entry;
      synced.record = entry!.value;
    },
    takeError: vi.fn<(error: unknown) => boolean>(() => false),
  };
  const save = vi.fn<Save>(async (value, basedOn) => ({ value, revision: (basedOn ?? 0) + 1 }));
  const store = { saveAgent: save } as unknown as StatusStore;
  const [changed, report] = [vi.fn<() => void>(), vi.fn<(error: PhoneError) => void>()];
  const now = (): number => Date.now();
  const context = { page: 'p1', isOwn: true, now, changed };
  const pending = new PendingEvents(context, { synced, outbox: { keep: () => {} } });
  const afterReconnect = vi.fn<() => Promise<void>>(async () => {});
  const resync = vi.fn<() => Promise<void>>(async () => {});
  const parts = {
    synced: synced as typeof synced & {
      takeAgent: (entry: { value: AgentRecord; revision: number } | undefined) => void;
    },
    pending,
    page: { lease: { isLapsed, afterReconnect }, tracker: { resync } },
  };
  const saves = new SaveLoop({ agentName: 'Ana', store, now, changed, report }, parts);
  const savedTypes = (): string[] => save.mock.calls.map(([, , { type }]) => type);
  return { saves, save, savedTypes, changed, report, afterReconnect, resync, ...parts };
}

describe('the loop', () => {
  it('saves nothing until it is opened, then one event after another, each on the newest record', async () => {
    const { saves, save, savedTypes, pending } = saveLoop();
    pending.add({ type: 'sign-in', page: 'p1' }, 'lease');
    const asked = outcome(pending.ask(chosen('break')));
    saves.run();
    expect(save).not.toHaveBeenCalled();
    saves.open();
    await saves.idle();
    expect([savedTypes(), save.mock.calls.map(([, basedOn]) => basedOn)]).toEqual([
      ['sign-in', 'choose'],
      [1, 2],
    ]);
    expect(save.mock.calls[0]?.[0].agentName).toBe('Ana');
    await settle();
    expect([asked.now, saves.trouble]).toEqual(['done', undefined]);
  });

  it('does not save an event that changes nothing', async () => {
    const { saves, save, pending } = saveLoop();
    saves.open();
    pending.add({ type: 'page-died', page: 'p9' }, 'lease');
    saves.run();
    await saves.idle();
    expect([save.mock.calls.length, pending.hasKind('lease')]).toEqual([0, false]);
  });

  it('reads the store where the watch has told nothing within five seconds', async () => {
    const { saves, save, synced, pending } = saveLoop({ isComplete: false });
    void outcome(pending.ask(chosen('break')));
    saves.open();
    await pass(5 * SECOND - 1);
    expect([synced.read.mock.calls.length, save.mock.calls.length]).toEqual([0, 0]);
    await pass(1);
    expect([synced.read.mock.calls.length, save.mock.calls.length]).toEqual([1, 1]);
  });

  it('reads the store anew before the next save, and tells so', async () => {
    const { saves, synced, afterReconnect } = saveLoop();
    saves.resync();
    expect(saves.isStale).toBe(true);
    saves.open();
    await saves.idle();
    expect([saves.isStale, synced.read.mock.calls.length, afterReconnect.mock.calls.length]).toEqual([false, 1, 1]);
  });

  it('refuses a wish that the rules or the store refuse, and goes on', async () => {
    const { saves, save, savedTypes, pending } = saveLoop();
    const [unknown, refused] = [outcome(pending.ask(chosen('nowhere'))), outcome(pending.ask(chosen('break')))];
    const taken = outcome(pending.ask(chosen('lunch')));
    save.mockRejectedValueOnce(new PhoneError('denied', 'No right.'));
    saves.open();
    await saves.idle();
    await settle();
    expect([unknown.now, refused.now, taken.now]).toEqual(['invalid-status', 'denied', 'done']);
    expect(savedTypes()).toEqual(['choose', 'choose']);
  });

  it('asks for the calls again once something is saved after a fact was refused for good', async () => {
    const { saves, save, pending, report, resync } = saveLoop();
    pending.add({ type: 'call-started', call: inbound('c1'), carrier: 'p1', at: START }, 'fact');
    save.mockRejectedValueOnce(new PhoneError('not-supported', 'No calls.'));
    saves.open();
    await saves.idle();
    expect([report.mock.calls.length, resync.mock.calls.length]).toEqual([1, 0]);
    pending.add({ type: 'sign-in', page: 'p1' }, 'lease');
    saves.run();
    await saves.idle();
    expect(resync).toHaveBeenCalledTimes(1);
  });
});

describe('a store that cannot be reached', () => {
  it('is told as offline, and tried again until it answers', async () => {
    const { saves, synced, pending, changed } = saveLoop();
    const asked = outcome(pending.ask(chosen('break')));
    synced.read.mockRejectedValueOnce(away());
    saves.resync();
    saves.open();
    await saves.idle();
    expect([saves.trouble?.state, saves.isStale, asked.now]).toEqual(['offline', true, 'waits']);
    changed.mockClear();
    saves.runUnlessPaused();
    expect(synced.read).toHaveBeenCalledTimes(1);
    await pass(SECOND);
    expect([saves.trouble, asked.now]).toEqual([undefined, 'done']);
    expect(changed).toHaveBeenCalled();
  });

  it('is tried at once where the watch says that it denies nothing any more', async () => {
    const { saves, synced } = saveLoop();
    synced.read.mockRejectedValueOnce(new PhoneError('denied', 'No right.'));
    saves.resync();
    saves.open();
    await saves.idle();
    saves.onWatched(false);
    await saves.idle();
    expect([saves.trouble, synced.read.mock.calls.length]).toEqual([undefined, 2]);
  });

  it('that was closed ends the loop, and refuses the wishes', async () => {
    const { saves, save, pending } = saveLoop();
    const asked = outcome(pending.ask(chosen('break')));
    save.mockRejectedValueOnce(new PhoneError('closed', 'Closed.'));
    saves.open();
    await saves.idle();
    expect([saves.trouble?.state, asked.now]).toEqual(['closed', 'closed']);
    void outcome(pending.ask(chosen('lunch')));
    saves.retryNow();
    await pass(MINUTE);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('answers too late after the end', async () => {
    const { saves, save, pending } = saveLoop();
    const asked = outcome(pending.ask(chosen('break')));
    save.mockImplementationOnce(() => new Promise(() => {}));
    saves.open();
    saves.close();
    await saves.idle();
    expect([saves.trouble, asked.now]).toEqual([undefined, 'waits']);
  });
});

describe('a conflict', () => {
  it('is retried at once five times in a row, and then after a pause', async () => {
    const { saves, save, synced, pending } = saveLoop();
    void outcome(pending.ask(chosen('break')));
    synced.takeError.mockReturnValue(true);
    save.mockRejectedValue(new PhoneError('conflict', 'Somebody else saved first.'));
    saves.open();
    await saves.idle();
    expect([save.mock.calls.length, saves.trouble]).toEqual([6, undefined]);
    await pass(SECOND);
    expect(save.mock.calls.length).toBeGreaterThan(6);
    saves.close();
  });

  it('of a page whose lease ran out makes it read the store first', async () => {
    const { saves, save, synced, pending } = saveLoop({ isLapsed: true });
    void outcome(pending.ask(chosen('break')));
    synced.takeError.mockReturnValueOnce(true);
    save.mockRejectedValueOnce(new PhoneError('conflict', 'Somebody else saved first.'));
    saves.open();
    await saves.idle();
    expect([synced.read.mock.calls.length, save.mock.calls.length]).toEqual([1, 2]);
  });
});
