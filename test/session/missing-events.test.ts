import { describe, expect, it } from 'vitest';
import { newAgentRecord, type AgentRecord, type CallEntry } from '../../src/model/agent.js';
import { missingEvents } from '../../src/session/missing-events.js';

const call = { id: 'c1', direction: 'inbound', party: {} } as const;
const ana = newAgentRecord('ana');

/** What brings back a record with that call alone, or with other facts. */
function eventsOf(entry: Partial<CallEntry>, facts: Partial<AgentRecord> = {}) {
  const calls = [{ ...call, state: 'live', carriers: [], reportedAt: 5, ...entry } as const];
  return missingEvents({ stood: { ...ana, calls, ...facts }, present: ana }, 'p1', 9);
}

describe('what brings back a call', () => {
  it('that rings is its ringing, by whoever carries it', () => {
    expect(eventsOf({ state: 'ringing', carriers: ['p1', 'p2'], rangAt: 4 })).toEqual([
      { type: 'call-ringing', call, carrier: 'p1', at: 4 },
      { type: 'call-ringing', call, carrier: 'p2', at: 4 },
    ]);
    expect(eventsOf({ state: 'ringing' })).toEqual([{ type: 'call-ringing', call, carrier: 'p1', at: 5 }]);
  });

  it('that is held is its start and its hold', () => {
    const started = { type: 'call-started', call, carrier: 'elsewhere', at: 5 };
    const held = { type: 'call-held', callId: 'c1', carrier: 'elsewhere', at: 5 };
    expect(eventsOf({ state: 'held', carriers: ['elsewhere'] })).toEqual([started, held]);
    expect(eventsOf({ state: 'held' })).toMatchObject([{ carrier: 'p1' }, { carrier: 'p1' }]);
  });

  it('that is over is its start, its end as it was told, and each extension', () => {
    const ended = { state: 'ended', startedAt: 1, endedAt: 3 } as const;
    const started = { type: 'call-started', call, carrier: 'p1', at: 1 };
    expect(eventsOf({ ...ended, outcome: 'answered' })).toEqual([
      started,
      { type: 'call-ended', callId: 'c1', at: 3, outcome: 'answered' },
    ]);
    expect(eventsOf({ ...ended, presumed: true })).toEqual([
      started,
      { type: 'call-presumed-ended', callId: 'c1', at: 3 },
    ]);
    expect(eventsOf({ state: 'ended' }).at(-1)).toEqual({ type: 'call-ended', callId: 'c1', at: 5 });
    const limit = { ...ended, acwLimitSeconds: 10, acwExtensionSeconds: 2 };
    const extensions = (more: object) => eventsOf({ ...limit, ...more }).slice(2);
    expect(extensions({ closesAt: 14_003 })).toEqual([
      { type: 'extend', callId: 'c1', until: 12_003 },
      { type: 'extend', callId: 'c1', until: 14_003 },
    ]);
    expect(extensions({ closesAt: 10_003 })).toEqual([]);
    expect(extensions({ closesAt: 5 })).toEqual([]);
    expect(extensions({ closesAt: 14_003, acwLimitSeconds: 0 })).toEqual([]);
    expect(extensions({ closesAt: 14_003, acwExtensionSeconds: 0 })).toEqual([]);
    expect(extensions({})).toEqual([]);
  });
});

describe('what brings back the rest', () => {
  it('is the leases of other pages, the choice and what waits as next, where they are missing', () => {
    const by = { role: 'supervisor', id: 'sue' } as const;
    const choice = { statusId: 'break', at: 1, by, cause: 'supervisor' } as const;
    const next = { ...choice, statusId: 'forward-to-phone', forwardTo: '+4930901820' };
    const stood = { ...ana, leases: { p1: 1, p2: 2, p3: 3 }, choice, next };
    const present = { ...ana, leases: { p1: 9, p3: 9 } };
    expect(missingEvents({ stood, present }, 'p1', 9)).toEqual([
      { type: 'renew', page: 'p2' },
      { type: 'choose', statusId: 'break', by, at: 9 },
      { type: 'choose', statusId: 'forward-to-phone', by, at: 9, forwardTo: '+4930901820' },
    ]);
    expect(missingEvents({ stood, present: stood }, 'p1', 9)).toEqual([]);
    expect(missingEvents({ stood: { ...stood, next: null }, present: stood }, 'p1', 9)).toEqual([]);
  });
});
