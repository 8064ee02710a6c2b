import { describe, expect, it } from 'vitest';
import { addStatus, defaultAccount, statusOf, updateSettings, updateStatus } from '../../src/model/account.js';
import { newAgentRecord, RECORD_VERSION, type AgentRecord } from '../../src/model/agent.js';
import { isWritable, readAccount, readAgentRecord } from '../../src/model/codec.js';
import { isPhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView } from '../../src/model/view.js';
import {
  choose,
  codeOf,
  Day,
  declaredOver,
  ended,
  forward,
  instant,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A record in which every field of the format says something. */
const fullRecord = (): AgentRecord =>
  new Day({ forwardToPhone: true, acwLimitSeconds: 60, acwExtensions: 2, acwExtensionSeconds: 9 })
    .at(0, signIn('a'), signIn('b'), forward({ by: sue }))
    .at(10, started('one'), started('two', 'elsewhere'), declaredOver('one'), ringing('three'))
    .at(20, ended('four'), choose('break'), signOut({ force: true, by: sue }), choose('lunch')).record;

describe('an agent’s record', () => {
  it('is plain JSON from the start, and after whatever has happened', () => {
    for (const record of [newAgentRecord('ana'), newAgentRecord('ana', 'Ana'), fullRecord()]) {
      expect(readAgentRecord(copyOf(record))).toEqual(copyOf(record));
      expect(agentView(defaultAccount, copyOf(record), instant(25))).toEqual(
        agentView(defaultAccount, record, instant(25)),
      );
    }
  });

  it('survives a structured clone, which keeps fields that are undefined', () => {
    const record = fullRecord();
    expect(agentView(defaultAccount, structuredClone(record), instant(25))).toEqual(
      agentView(defaultAccount, record, instant(25)),
    );
    const hollow = { agentId: 'ana', leases: undefined, calls: undefined, shown: undefined, tombstones: undefined };
    expect(readAgentRecord(hollow)).toEqual(newAgentRecord('ana'));
  });

  it('that says nothing but who it is gets the rest by default', () => {
    expect(readAgentRecord({ agentId: 'ana' })).toEqual(newAgentRecord('ana'));
  });

  it('whose agent has a name of a megabyte is read with the name cut, so that it can be saved', () => {
    const named = { ...newAgentRecord('ana'), agentName: 'n'.repeat(1_000_000) };
    expect(readAgentRecord(named).agentName).toHaveLength(200);
    const next = recordEvent(defaultAccount, named, signIn('a'), instant(0));
    expect(Object.keys(next.leases)).toEqual(['a']);
    expect(next.agentName).toHaveLength(200);
  });

  it('is a copy: its leases are its own', () => {
    const value = copyOf(fullRecord());
    expect(readAgentRecord(value)).not.toBe(value);
    expect(readAgentRecord(value).leases).not.toBe(value.leases);
  });

  it('of a newer version keeps its unknown fields when it is written back', () => {
    const newer = {
      ...copyOf(new Day().at(0, signIn(), started()).record),
      version: 7,
      skills: ['de', 'fr'],
      shift: { from: 5 },
    };
    newer.calls = newer.calls.map((call) => ({ ...call, recording: 'on' }));
    const written = recordEvent(defaultAccount, readAgentRecord(newer), ended(), instant(9));
    expect(copyOf(written)).toMatchObject({ version: 7, skills: ['de', 'fr'], shift: { from: 5 } });
    expect(copyOf(written).calls[0]).toMatchObject({ state: 'ended', recording: 'on' });
  });

  it('of a newer version keeps its unknown fields where it says little else', () => {
    const newer = { agentId: 'ana', skills: ['de', 'fr'] } as unknown as AgentRecord;
    expect(readAgentRecord(newer)).toMatchObject({ agentId: 'ana', skills: ['de', 'fr'], missedCalls: 0 });
    expect(recordEvent(defaultAccount, newer, signIn(), instant(0))).toMatchObject({ skills: ['de', 'fr'] });
  });

  it('says which version wrote it, and which may still write it', () => {
    expect(newAgentRecord('ana')).toMatchObject({ version: RECORD_VERSION, writableBy: RECORD_VERSION });
  });

  const damages: readonly (readonly [string, unknown])[] = [
    ['agentId', ''],
    ['agentId', 5],
    ['agentId', undefined],
    ['agentName', 5],
    ['leases', []],
    ['leases', null],
    ['leases', { a: 'soon' }],
    ['leases', { a: null }],
    ['leases', { a: Number.NaN }],
    ['at', '5'],
    ['at', Infinity],
    ['version', -1],
    ['version', 'one'],
    ['writableBy', {}],
    ['signedIn', 1],
    ['signOut', {}],
    ['signOut', { at: 5, by: 'sue' }],
    ['signOut', { at: 5, by: { role: 'agent' } }],
    ['absentSince', 'long'],
    ['absentTooLong', 0],
    ['absenceLimitMinutes', 0.5],
    ['choice', 'break'],
    ['choice', { statusId: 'break', at: 5, cause: 'agent' }],
    ['choice', { statusId: 5, at: 5, cause: 'agent', by: { role: 'agent', id: 'ana' } }],
    ['next', { statusId: 'break', at: 5, cause: 'agent', by: { role: 'agent', id: 'ana' }, forwardTo: 5 }],
    ['wishAt', null],
    ['missedCalls', -1],
    ['missedCalls', 1.5],
    ['calls', {}],
    ['calls', [null]],
    ['calls', [{ id: 'c' }]],
    ['calls', new Array(1)],
    ['tombstones', [5]],
    ['tombstones', new Array(1)],
    ['tombstones', [{ id: 'c', at: 5, declared: 'yes' }]],
    ['closings', [{ id: '', at: 5, cause: 'limit' }]],
    ['closings', [{ id: 'c', at: 5, cause: 'supervisor', by: 'Ben' }]],
    ['withdrawn', { at: 5, by: 'Ben' }],
    ['shown', { statusId: 'busy' }],
    ['shown', 'busy'],
  ];
  it.each(damages)('whose %s is %j is damaged', (name, value) => {
    const damaged = { ...copyOf(fullRecord()), [name]: value };
    expect(codeOf(() => readAgentRecord(damaged))).toBe('damaged-data');
  });

  it.each([
    ['id', 5],
    ['direction', 'sideways'],
    ['party', null],
    ['party', { name: 5 }],
    ['state', 'lost'],
    ['carriers', 'a'],
    ['carriers', [5]],
    ['carriers', new Array(1)],
    ['reportedAt', null],
    ['rangAt', 'then'],
    ['startedAt', {}],
    ['endedAt', '5'],
    ['outcome', 5],
    ['presumed', 1],
    ['acwLimitSeconds', -1],
    ['acwExtensionSeconds', 0.5],
    ['extensionsLeft', 'two'],
    ['closesAt', '9'],
  ])('with a call whose %s is %j is damaged', (name, value) => {
    const record = copyOf(fullRecord());
    const damaged = { ...record, calls: [{ ...record.calls[0], [name]: value }] };
    expect(codeOf(() => readAgentRecord(damaged))).toBe('damaged-data');
  });

  it.each([undefined, null, 5, 'ana', true, [], [{ agentId: 'ana' }], () => 'ana'])('is none: %s', (value) => {
    expect(codeOf(() => readAgentRecord(value))).toBe('damaged-data');
  });

  it('that is damaged says which field, what it is, and what to do', () => {
    expect(() => readAgentRecord({ agentId: 'ana', missedCalls: 'many' })).toThrow(
      /missedCalls.*"many".*[Ss]ave a fresh/,
    );
  });

  it('that is damaged is shown as of an agent to whom nothing has happened, and begins afresh with the next event', () => {
    const damaged = { ...copyOf(fullRecord()), calls: 'many' } as unknown as AgentRecord;
    expect(agentView(defaultAccount, damaged, instant(30))).toMatchObject({
      agentId: 'ana',
      status: { id: 'offline' },
      since: 0,
    });
    const fresh = recordEvent(defaultAccount, damaged, signIn(), instant(30));
    expect(readAgentRecord(copyOf(fresh))).toMatchObject({ agentId: 'ana', calls: [], leases: { a: instant(180) } });
  });

  it('that was handed in is never written to', () => {
    const frozen = deepFreeze(copyOf(fullRecord()));
    const before = JSON.stringify(frozen);
    agentView(defaultAccount, frozen, instant(100));
    recordEvent(defaultAccount, frozen, started('late'), instant(100));
    expect(JSON.stringify(frozen)).toBe(before);
  });
});

describe('writing', () => {
  it.each([
    ['an own record', newAgentRecord('ana'), true],
    ['a record without versions', { agentId: 'ana' }, true],
    ['a newer record that older versions may write', { agentId: 'ana', version: 9, writableBy: 1 }, true],
    ['a newer record that older versions must not write', { agentId: 'ana', version: 9, writableBy: 2 }, false],
    ['a newer account that older versions must not write', { ...defaultAccount, writableBy: 3 }, false],
    ['an account without versions', defaultAccount, true],
    ['nothing', undefined, true],
    ['a list', [], true],
  ])('%s is allowed: %s', (_, document, allowed) => {
    expect(isWritable(document)).toBe(allowed);
  });
});

describe('an account', () => {
  it('is plain JSON, and read as it was written', () => {
    const account = updateStatus(
      updateSettings(addStatus(defaultAccount, { name: 'Focus', emoji: '🎧', takesCalls: true }), {
        forwardToPhone: true,
        alwaysDial: ['112'],
      }),
      'lunch',
      { enabled: false },
    );
    expect(readAccount(copyOf(account))).toEqual(account);
  });

  it('that says nothing is the default one', () => {
    expect(readAccount({})).toEqual(defaultAccount);
    expect(readAccount({ statuses: undefined, settings: undefined })).toEqual(defaultAccount);
  });

  it('gets settings that it lacks by default, and keeps fields that it does not know', () => {
    const read = readAccount({
      statuses: [...defaultAccount.statuses, { id: 'custom-4', name: 'Focus', emoji: '🎧', colour: 'blue' }],
      settings: { missedCallLimit: 3, acwLimitSeconds: undefined, colour: 'red' },
      version: 9,
    });
    expect(read).toMatchObject({ version: 9, settings: { missedCallLimit: 3, acwLimitSeconds: 0, colour: 'red' } });
    expect(statusOf(read, 'custom-4')).toMatchObject({
      name: 'Focus',
      kind: 'custom',
      takesCalls: false,
      colour: 'blue',
    });
  });

  it('has an allowance of a day where a longer one is stored', () => {
    const long = ['available', 'lunch', 'custom-4'].map((id) => ({ id, allowanceMinutes: 1441 }));
    const read = readAccount({ statuses: [...long, { id: 'break', allowanceMinutes: 1440 }] });
    expect(read.statuses.slice(0, 4).map(({ allowanceMinutes }) => allowanceMinutes)).toEqual([1440, 1440, 1440, 1440]);
  });

  it('keeps a status whose id has no known form', () => {
    const stored = { ...statusOf(defaultAccount, 'lunch'), id: 'Siesta!', name: 'Siesta' };
    expect(statusOf(readAccount({ statuses: [stored] }), 'Siesta!')).toEqual(stored);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a text', 'account'],
    ['of statuses that are none', { statuses: 'all' }],
    ['of statuses that are null', { statuses: [null] }],
    ['of a status without id', { statuses: [{ name: 'Focus' }] }],
    ['of a status with a number for a name', { statuses: [{ id: 'custom-1', name: 5 }] }],
    ['of a status that says yes', { statuses: [{ id: 'custom-1', takesCalls: 'yes' }] }],
    ['of settings that are none', { settings: 'all' }],
    ['of a negative limit', { settings: { acwLimitSeconds: -1 } }],
    ['of a limit that is none', { settings: { missedCallLimit: Number.NaN } }],
    ['of a switch that is null', { settings: { forwardToPhone: null } }],
  ])('is damaged where it is %s', (_, value) => {
    expect(codeOf(() => readAccount(value))).toBe('damaged-data');
    const record = new Day().at(0, signIn()).record;
    expect(agentView(value as never, record, instant(5)).status).toEqual(statusOf(defaultAccount, 'available'));
  });

  it('whose settings name an unknown or disabled status is read all the same', () => {
    const read = readAccount({ settings: { signInStatus: 'custom-77', missedCallStatus: 'gone' } });
    const record = recordEvent(read, newAgentRecord('ana'), signIn(), instant(0));
    expect(agentView(read, record, instant(0))).toMatchObject({
      status: { id: 'custom-77', takesCalls: false },
      route: null,
    });
  });

  it('says by the setting alone whether Forward to Phone is on', () => {
    const stored = { ...statusOf(defaultAccount, 'forward-to-phone'), enabled: true };
    expect(statusOf(readAccount({ statuses: [stored] }), 'forward-to-phone').enabled).toBe(false);
  });
});

describe('an error', () => {
  it('is told by its code, its message begins with the product’s name', () => {
    try {
      readAgentRecord(5);
      expect.unreachable();
    } catch (error) {
      expect(isPhoneError(error)).toBe(true);
      expect(isPhoneError(error, 'damaged-data', 'closed')).toBe(true);
      expect(isPhoneError(error, 'closed')).toBe(false);
      expect(error).toMatchObject({ name: 'PhoneError', code: 'damaged-data' });
      expect((error as Error).message).toMatch(/^\[phone-widget\] .*5/);
    }
    expect(isPhoneError(new Error('damaged-data'))).toBe(false);
    expect(isPhoneError(undefined)).toBe(false);
  });

  it('counts where it comes from another copy of the module', () => {
    class Another extends Error {
      override readonly name = 'PhoneError';
      readonly code = 'conflict';
    }
    expect(isPhoneError(new Another('taken'))).toBe(true);
    expect(isPhoneError(new Another('taken'), 'conflict')).toBe(true);
    expect(isPhoneError(new Another('taken'), 'denied')).toBe(false);
    expect(isPhoneError({ name: 'PhoneError', code: 'conflict' })).toBe(false);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
