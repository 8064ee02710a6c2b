import {
  addStatus,
  defaultAccount,
  updateSettings,
  type Account,
  type AgentEvent,
  type PhoneErrorCode,
} from 'phone-widget';
import type { LogLine } from 'phone-widget/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import {
  adam,
  ana,
  ben,
  pbx,
  problemOf,
  revisionOf,
  sue,
  tokenOf,
  Visitor,
  world,
  type World,
} from '../support/server.js';
import { refused, worldWithAna } from '../support/server-day.js';

const by = { role: 'agent', id: 'ana' } as const;
const path = `agents/${agentPath('ana')}`;
const events = `${path}/events`;
const MINUTE = 60_000;

describe('as somebody else', () => {
  test('another agent cannot save the record, read it, follow it or list it', async () => {
    const world = await worldWithAna();
    const visitor = new Visitor(world.server, ben);
    const denied = { status: 403, code: 'denied' } as const;
    await refused(world, () => visitor.event('ana', { type: 'choose', statusId: 'lunch', by }, world.revision), denied);
    await refused(world, () => visitor.event('ana', { type: 'leave', page: 'p1' }, world.revision), denied);
    for (const one of [path, `${path}/stream`, 'agents', 'agents/stream']) {
      await refused(world, () => visitor.request(one), denied);
    }
  });

  test('an agent cannot save the account', async () => {
    const world = await worldWithAna();
    const init = {
      method: 'PUT',
      body: JSON.stringify(defaultAccount),
      headers: { 'content-type': 'application/json' },
    };
    await refused(world, () => new Visitor(world.server, ana).request('account', init), {
      status: 403,
      code: 'denied',
    });
  });

  test('the author is the identity of the token, whatever the body says', async () => {
    const world = await worldWithAna();
    const forged = { role: 'system', id: 'god', name: 'God' } as const;
    const choose = { type: 'choose', statusId: 'lunch', by: forged } as const;
    await new Visitor(world.server, sue).event('ana', choose, world.revision);
    const next = (await world.storeOf().readAgent('ana'))?.value.next;
    expect(next).toMatchObject({
      statusId: 'lunch',
      cause: 'supervisor',
      by: { role: 'supervisor', id: 'sue', name: 'Sue' },
    });
  });

  test('the record is the one of the path, whatever the body says', async () => {
    const { server, storeOf } = world();
    const body = { event: { type: 'sign-in', page: 'p1' }, agentId: 'ben', record: { agentId: 'ben' } };
    await new Visitor(server, ana).post(events, body, { 'if-none-match': '*' });
    expect(await storeOf().readAgent('ben')).toBeUndefined();
    expect((await storeOf().readAgent('ana'))?.value.agentId).toBe('ana');
  });

  test('an agent who signs in gets the name of the token, and that of the body only if the token has none', async () => {
    const { server, storeOf } = world();
    const body = { event: { type: 'sign-in', page: 'p1' }, agentName: 'The Boss' };
    await new Visitor(server, { ...ana, name: 'Ana' }).post(events, body, { 'if-none-match': '*' });
    expect((await storeOf().readAgent('ana'))?.value.agentName).toBe('Ana');
    await new Visitor(server, ben).post(
      `agents/${agentPath('ben')}/events`,
      { ...body, agentName: 'B'.repeat(5000) },
      { 'if-none-match': '*' },
    );
    expect((await storeOf().readAgent('ben'))?.value.agentName).toBe('B'.repeat(200));
  });
});

describe('of another tenant', () => {
  const foreign = { ...ana, account: 'other' };

  test('nobody of the same id sees, follows or changes anything', async () => {
    const world = await worldWithAna();
    const visitor = new Visitor(world.server, foreign);
    await refused(world, () => visitor.request(path), { status: 404, type: 'absent' });
    await refused(world, () => visitor.event('ana', { type: 'renew', page: 'p1' }, world.revision), {
      status: 412,
      code: 'conflict',
      present: null,
    });
    const supervisor = new Visitor(world.server, { ...sue, account: 'other' });
    expect(await (await supervisor.request('agents')).json()).toEqual({ agents: [] });
    await refused(world, () => new Visitor(world.server, { ...adam, account: 'other' }).request('account'), {
      status: 404,
      type: 'absent',
    });
  });

  test('an agent, an admin and telephony change their own tenant alone', async () => {
    const world = await worldWithAna();
    const before = await world.everything('acme');
    await new Visitor(world.server, foreign).event('ana', { type: 'sign-in', page: 'p1' }, null);
    await new Visitor(world.server, { ...pbx, account: 'other' }).post(`${path}/facts`, {
      type: 'started',
      call: { id: 'c9', direction: 'inbound', party: {} },
    });
    const init = {
      method: 'PUT',
      body: JSON.stringify({ ...defaultAccount, statuses: [] }),
      headers: { 'content-type': 'application/json', 'if-none-match': '*' },
    };
    expect((await new Visitor(world.server, { ...adam, account: 'other' }).request('account', init)).status).toBe(200);
    expect(
      (await new Visitor(world.server, { ...adam, account: 'other' }).request(path, { method: 'DELETE' })).status,
    ).toBe(204);
    expect(await world.everything('acme')).toEqual(before);
  });

  test('two tenants with the same agent hear nothing of each other', async () => {
    const world = await worldWithAna();
    const one = await new Visitor(world.server, ana).request(`${path}/stream`);
    const two = await new Visitor(world.server, { ...sue, account: 'other' }).request('agents/stream');
    await new Visitor(world.server, foreign).event('ana', { type: 'sign-in', page: 'of-the-other' }, null);
    await new Visitor(world.server, ana).event('ana', { type: 'sign-in', page: 'of-acme' }, world.revision);
    await world.server.close();
    expect(await one.text()).not.toContain('of-the-other');
    expect(await two.text()).not.toContain('of-acme');
  });
});

describe('at another time', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  async function choiceAt(at: number) {
    const { server, storeOf } = world();
    const visitor = new Visitor(server, ana);
    const first = await visitor.event('ana', { type: 'sign-in', page: 'p1' }, null);
    vi.setSystemTime(Date.now() + 20 * MINUTE);
    const answer = await visitor.event('ana', { type: 'choose', statusId: 'lunch', by, at }, revisionOf(first));
    expect(answer.status).toBe(200);
    return (await storeOf().readAgent('ana'))?.value.choice?.at;
  }

  test('a choice is back-dated by five minutes at most, and never lies ahead', async () => {
    const now = Date.now() + 20 * MINUTE;
    expect(await choiceAt(now - 2 * MINUTE)).toBe(now - 2 * MINUTE);
    const later = Date.now() + 20 * MINUTE;
    expect(await choiceAt(later - 19 * MINUTE)).toBe(later - 5 * MINUTE);
    const ahead = Date.now() + 20 * MINUTE;
    expect(await choiceAt(ahead + 365 * 24 * 60 * MINUTE)).toBe(ahead);
    expect(await choiceAt(1e12)).toBe(Date.now() - 5 * MINUTE);
  });

  test('no lease lasts longer than 150 seconds, whatever the event says', async () => {
    const { server, storeOf } = world();
    const visitor = new Visitor(server, ana);
    const year = Date.now() + 365 * 24 * 60 * MINUTE;
    let basedOn: number | null = null;
    for (const event of [
      { type: 'sign-in', page: 'p1', until: year, at: year, lease: year },
      { type: 'renew', page: 'p1', until: year, at: year },
      { type: 'call-started', call: { id: 'c1', direction: 'inbound', party: {} }, carrier: 'p2', at: year },
      { type: 'leave', page: 'p1', at: year },
    ]) {
      const answer: Response = await visitor.event('ana', event as unknown as AgentEvent, basedOn);
      expect(answer.status).toBe(200);
      basedOn = revisionOf(answer);
    }
    const leases = Object.values((await storeOf().readAgent('ana'))!.value.leases);
    expect(leases.every((until) => until <= Date.now() + 150_000)).toBe(true);
  });

  test.each([365 * 24 * 60 * MINUTE, Number.MAX_VALUE])('After Call Work is not extended to %d', async (until) => {
    const made = world();
    const settings = { ...defaultAccount.settings, acwLimitSeconds: 60, acwExtensionSeconds: 60, acwExtensions: 1 };
    await made.storeOf().saveAccount({ ...defaultAccount, settings }, null);
    const visitor = new Visitor(made.server, ana);
    let answer = await visitor.event('ana', { type: 'sign-in', page: 'p1' }, null);
    const call = { id: 'c1', direction: 'inbound', party: {} } as const;
    answer = await visitor.event('ana', { type: 'call-started', call, carrier: 'p1' }, revisionOf(answer));
    answer = await visitor.event('ana', { type: 'call-ended', callId: 'c1' }, revisionOf(answer));
    const extend = { type: 'extend', callId: 'c1', until: Date.now() + until } as const;
    await refused(made, () => visitor.event('ana', extend, revisionOf(answer)), { status: 422, code: 'not-supported' });
    const past = { ...extend, until: -until };
    expect(revisionOf(await visitor.event('ana', past, revisionOf(answer)))).toBe(revisionOf(answer));
  });
});

describe('with a token', () => {
  const denied = { status: 401, code: 'denied' } as const;

  test.each([
    ['none', undefined],
    ['of another kind', 'Basic YW5hOmFuYQ=='],
    ['that nobody made', 'Bearer !!!'],
  ])('%s, nobody is let in', async (_, authorization) => {
    const world = await worldWithAna();
    for (const one of ['identity', 'account', 'agents', path, `${path}/stream`]) {
      const request = new Request(`http://status.test/${one}`, authorization ? { headers: { authorization } } : {});
      await refused(world, () => world.server.fetch(request), denied);
    }
    const answer = await world.server.fetch(new Request(`http://status.test/${path}`));
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('in the address, nobody is let in', async () => {
    const world = await worldWithAna();
    const token = tokenOf(ana).slice('Bearer '.length);
    const request = new Request(`http://status.test/${path}?token=${token}&access_token=${token}`);
    await refused(world, () => world.server.fetch(request), denied);
  });

  test.each([0, Date.now() - 5001])('that has run out at %d, nobody is let in', async (expiresAt) => {
    const world = await worldWithAna();
    await refused(world, () => new Visitor(world.server, { ...ana, expiresAt }).request(path), denied);
  });

  test('that expires while the body arrives, nothing is saved', async () => {
    const world = await worldWithAna();
    let expiresAt = Date.now() + 1_000_000;
    const server = world.another({
      authenticate: async () => ({
        ...ana,
        account: 'acme',
        get expiresAt() {
          return expiresAt;
        },
      }),
    });
    const text = JSON.stringify({ event: { type: 'choose', statusId: 'lunch', by } });
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        expiresAt = 1;
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json', 'if-match': `"${world.revision}"` };
    const init = { method: 'POST', body, headers, duplex: 'half' };
    await refused(world, () => server.fetch(new Request(`http://status.test/${events}`, init as RequestInit)), denied);
  });

  test.each([
    ['no object', 'ana'],
    ['no account', { id: 'ana', roles: ['agent'] }],
    ['an empty id', { account: 'acme', id: '', roles: ['agent'] }],
    ['an id that is no text', { account: 'acme', id: { toString: (): string => 'ana' }, roles: ['agent'] }],
    ['roles as a text', { account: 'acme', id: 'ana', roles: 'agent' }],
    ['roles that are no texts', { account: 'acme', id: 'ana', roles: [['agent']] }],
    ['an end that is no number', { account: 'acme', id: 'ana', roles: ['agent'], expiresAt: 'never' }],
    ['an end that is none', { account: 'acme', id: 'ana', roles: ['agent'], expiresAt: NaN }],
    ['an end that is null', { account: 'acme', id: 'ana', roles: ['agent'], expiresAt: null }],
    ['an end without end', { account: 'acme', id: 'ana', roles: ['agent'], expiresAt: Infinity }],
    ['an id that is too long', { account: 'acme', id: 'a'.repeat(201), roles: ['agent'] }],
    ['a name that is a number', { account: 'acme', id: 'ana', roles: ['agent'], name: 7 }],
    ['a list', [{ account: 'acme', id: 'ana', roles: ['agent'] }]],
    ['true', true],
    [
      'something that cannot be read',
      {
        get account() {
          throw new Error('no');
        },
      },
    ],
  ])('that the host takes for %s, nobody is let in', async (_, identity) => {
    const world = await worldWithAna();
    const server = world.another({ authenticate: async () => identity as never });
    const ask = () => server.fetch(new Request(`http://status.test/${path}`));
    await refused(world, ask, denied);
  });
});

describe('with a body', () => {
  let made: World & { revision: number };
  beforeEach(async () => void (made = await worldWithAna()));
  const bad = { status: 400 } as const;
  const notValid = { status: 422, code: 'not-supported' } as const;
  const match = () => ({ 'if-match': `"${made.revision}"` });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    new Visitor(made.server, ana).post(events, body, { ...match(), ...headers });

  test.each([
    ['too large', JSON.stringify({ event: { type: 'renew', page: 'p1', more: 'x'.repeat(70_000) } }), { status: 413 }],
    ['nested too deeply', `{"event":${'['.repeat(50_000 / 2)}`, bad],
    ['nested too deeply, and whole', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`, bad],
    ['empty', '', bad],
    ['no JSON', '{"event":', bad],
    ['not all JSON', '{} {}', bad],
    ['null', 'null', notValid],
    ['a number', '1', notValid],
    ['a list', '[]', notValid],
    ['without an event', '{}', notValid],
    ['with __proto__', '{"__proto__":{"event":{"type":"sign-in","page":"p"}}}', bad],
    ['with __proto__ within', '{"event":{"type":"renew","page":"p1","__proto__":{"page":"p2"}}}', bad],
    ['with an event of the prototype', '{"event":{"type":"constructor"}}', notValid],
    ['with an event called __proto__', '{"event":{"type":"__proto__"}}', notValid],
    ['with an event called toString', '{"event":{"type":"toString","page":"p1"}}', notValid],
    ['without a page', '{"event":{"type":"renew"}}', notValid],
    ['with an empty page', '{"event":{"type":"renew","page":""}}', notValid],
    ['with a page that is a list', '{"event":{"type":"renew","page":["p1"]}}', notValid],
    ['with a page of 2,000 characters', JSON.stringify({ event: { type: 'renew', page: 'p'.repeat(2000) } }), notValid],
    ['with a flag that is a text', '{"event":{"type":"sign-out","force":"yes"}}', notValid],
    ['with an instant that is a text', '{"event":{"type":"withdraw","at":"now"}}', notValid],
    ['with a call that is none', '{"event":{"type":"call-started","call":{"id":"c"}}}', notValid],
    [
      'with a party that is a text',
      '{"event":{"type":"call-started","call":{"id":"c","direction":"inbound","party":"x"}}}',
      notValid,
    ],
    [
      'with a number that is an object',
      '{"event":{"type":"call-ringing","call":{"id":"c","direction":"inbound","party":{"number":{}}}}}',
      notValid,
    ],
    ['with an outcome that is none', '{"event":{"type":"call-ended","callId":"c1","outcome":"constructor"}}', notValid],
    [
      'with a status that nobody knows',
      '{"event":{"type":"choose","statusId":"nap"}}',
      { status: 422, code: 'invalid-status' },
    ],
    [
      'with a status called __proto__',
      '{"event":{"type":"choose","statusId":"__proto__"}}',
      { status: 422, code: 'invalid-status' },
    ],
    [
      'with a status called constructor',
      '{"event":{"type":"choose","statusId":"constructor"}}',
      { status: 422, code: 'invalid-status' },
    ],
    [
      'with a number that is none',
      '{"event":{"type":"choose","statusId":"forward-to-phone","forwardTo":"0190"}}',
      { status: 422, code: 'invalid-number' },
    ],
    [
      'with a number that injects',
      '{"event":{"type":"choose","statusId":"forward-to-phone","forwardTo":"+4930123456;evil"}}',
      { status: 422, code: 'invalid-number' },
    ],
  ] as const)('%s, a request is refused', async (_, body, problem) => {
    await refused(made, () => post(body), problem);
  });

  test('that closes a conversation in a call, a request is refused', async () => {
    const call = { id: 'c5', direction: 'inbound', party: {} } as const;
    const started = await new Visitor(made.server, ana).event(
      'ana',
      { type: 'call-started', call, carrier: 'p1' },
      made.revision,
    );
    made = { ...made, revision: revisionOf(started) };
    const problem = { status: 409, code: 'call-in-progress' } as const;
    await refused(made, () => post({ event: { type: 'close', callId: 'c5' } }), problem);
    await refused(made, () => post({ event: { type: 'sign-out' } }), problem);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', ''])(
    'of the type %j, a request is refused',
    async (type) => {
      const body = JSON.stringify({ event: { type: 'renew', page: 'p1' } });
      await refused(made, () => post(body, { 'content-type': type }), { status: 415 });
    },
  );

  test.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['a byte that is none', [0xff]],
    ['half a letter', [0xe2, 0x82]],
  ])('with %s, which is no UTF-8, a request is refused', async (_, bytes) => {
    const encode = (text: string) => [...new TextEncoder().encode(text)];
    const body = new Uint8Array([...encode('{"event":{"type":"renew","page":"'), ...bytes, ...encode('"}}')]);
    const headers = { 'content-type': 'application/json', ...match() };
    await refused(made, () => new Visitor(made.server, ana).request(events, { method: 'POST', body, headers }), bad);
  });

  test('with too many facts, none is taken', async () => {
    const facts = Array.from({ length: 101 }, (_, index) => ({ type: 'held', callId: `c${index}` }));
    const ask = () => new Visitor(made.server, pbx).post(`${path}/facts`, facts);
    await refused(made, ask, { status: 413 });
  });

  test('with one wrong fact among others, none is taken', async () => {
    const right = { type: 'started', call: { id: 'c7', direction: 'inbound', party: {} } };
    for (const wrong of [
      { type: 'choose', statusId: 'lunch' },
      { type: 'started' },
      { type: 'started', call: { id: '' } },
      7,
    ]) {
      const ask = () => new Visitor(made.server, pbx).post(`${path}/facts`, [right, wrong]);
      await refused(made, ask, notValid);
    }
  });

  test.each([
    ['no object', '[]', 'damaged-data'],
    ['statuses that are none', '{"statuses":{"length":1}}', 'damaged-data'],
    ['a status without an id', '{"statuses":[{"name":"x"}]}', 'damaged-data'],
    ['a setting out of bounds', '{"settings":{"absenceLimitMinutes":1e9}}', 'invalid-setting'],
    ['a flag that is a number', '{"settings":{"forwardToPhone":1}}', 'invalid-setting'],
  ] as const)('with %s, an account is not saved', async (_, body, code) => {
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const ask = () => new Visitor(made.server, adam).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 422, code });
  });

  const coaching = { id: 'custom-1', name: 'Coaching', emoji: '🎯', kind: 'custom', description: '' };
  const ofAccount = { takesCalls: false, enabled: true, allowanceMinutes: 0 };

  test.each<[PhoneErrorCode, readonly object[], object]>([
    ['invalid-name', [{ ...coaching, name: 'x'.repeat(41) }], {}],
    ['invalid-name', [{ ...coaching, name: 'Free\u202Eyrev' }], {}],
    ['invalid-emoji', [{ ...coaching, emoji: 'abc' }], {}],
    ['invalid-description', [{ ...coaching, description: 'x'.repeat(141) }], {}],
    ['duplicate-name', [{ ...coaching, name: 'MEETING' }], {}],
    ['duplicate-name', [{ ...coaching, name: 'Available' }], {}],
    ['invalid-status', [{ ...coaching, id: 'meeting' }], {}],
    ['invalid-status', [{ ...coaching, id: 'coaching' }], {}],
    ['invalid-status', [{ ...coaching, id: 'custom-' }], {}],
    ['invalid-status', [{ ...coaching, id: 'custom-1e3' }], {}],
    ['invalid-setting', [{ ...coaching, allowanceMinutes: 1441 }], {}],
    ['invalid-setting', [{ ...coaching, more: 'x'.repeat(4096) }], {}],
    ['invalid-setting', [{ ...coaching, more: 'é'.repeat(1024) }], { more: 'é'.repeat(1024) }],
    ['invalid-setting', [], { signInStatus: 'nowhere' }],
    ['invalid-setting', [{ ...coaching, enabled: false }], { missedCallStatus: 'custom-1' }],
    [
      'too-many-statuses',
      Array.from({ length: 1000 }, (_, index) => ({ ...coaching, id: `custom-${index}`, name: `Coaching ${index}` })),
      {},
    ],
  ])('%s: an account is not saved with what an admin page would refuse', async (code, more, settings) => {
    const statuses = [...defaultAccount.statuses, ...more.map((one) => ({ ...ofAccount, ...one }))];
    const body = JSON.stringify({ statuses, settings: { ...defaultAccount.settings, ...settings } });
    const headers = { 'content-type': 'application/json', 'if-none-match': '*' };
    const ask = () =>
      new Visitor(made.server, { ...adam, account: 'other' }).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 422, code });
  });

  test.each<[string, PhoneErrorCode, (statuses: Account['statuses']) => Account['statuses']]>([
    [
      'a status disabled that a setting names',
      'status-in-use',
      (all) => all.map((status) => (status.id === 'break' ? { ...status, enabled: false } : status)),
    ],
    ['a status left out', 'invalid-status', (all) => all.filter(({ id }) => id !== 'lunch')],
  ])('with %s, an account is not saved', async (_, code, change) => {
    const body = JSON.stringify({ ...defaultAccount, statuses: change(defaultAccount.statuses) });
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const ask = () => new Visitor(made.server, adam).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 422, code });
  });

  test('after another admin has saved, an account is refused with a conflict', async () => {
    const first = addStatus(defaultAccount, { name: 'Coaching', emoji: '🎯' });
    const present = await made.storeOf().saveAccount(first, 1);
    const body = JSON.stringify(updateSettings(defaultAccount, { acwLimitSeconds: 60 }));
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const ask = () => new Visitor(made.server, adam).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 412, code: 'conflict', present });
  });

  test('with invalid values that were stored before, an account is still saved', async () => {
    const old = [
      { ...coaching, name: 'x'.repeat(41), more: 'x'.repeat(5000) },
      { ...coaching, id: 'siesta', name: 'Siesta', allowanceMinutes: 5000 },
      { ...coaching, id: 'custom-2', name: 'Meeting' },
    ];
    const statuses = [...defaultAccount.statuses, ...old.map((one) => ({ ...ofAccount, ...one }))];
    const place = made.storeOf('other');
    const { revision } = await place.saveAccount({ ...defaultAccount, statuses } as typeof defaultAccount, null);
    const settings = { ...defaultAccount.settings, acwLimitSeconds: 60 };
    const headers = { 'content-type': 'application/json', 'if-match': `"${revision}"` };
    const body = JSON.stringify({ statuses, settings });
    const admin = new Visitor(made.server, { ...adam, account: 'other' });
    expect((await admin.request('account', { method: 'PUT', body, headers })).status).toBe(200);
  });

  test.each<[string, PhoneErrorCode, object]>([
    [
      'a longer allowance of a default status',
      'invalid-setting',
      { ...defaultAccount.statuses[0], allowanceMinutes: 1441 },
    ],
    ['more unknown fields of a status', 'invalid-setting', { ...defaultAccount.statuses[0], more: ['x'.repeat(4096)] }],
  ])('with %s, an account is not saved', async (_, code, first) => {
    const body = JSON.stringify({ ...defaultAccount, statuses: [first, ...defaultAccount.statuses.slice(1)] });
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const ask = () => new Visitor(made.server, adam).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 422, code });
  });

  test('with four kilobytes of unknown fields and an allowance of a day, an account is saved', async () => {
    const status = { ...coaching, ...ofAccount, allowanceMinutes: 1440 };
    const account = { ...defaultAccount, statuses: [...defaultAccount.statuses, status], more: 'x'.repeat(4000) };
    const headers = { 'content-type': 'application/json', 'if-none-match': '*' };
    const admin = new Visitor(made.server, { ...adam, account: 'other' });
    const answer = await admin.request('account', { method: 'PUT', body: JSON.stringify(account), headers });
    expect([answer.status, await answer.json()]).toEqual([200, account]);
  });

  test('larger than any account, an account is not saved', async () => {
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const body = JSON.stringify({ more: 'x'.repeat(2 * 1024 * 1024) });
    const ask = () => new Visitor(made.server, adam).request('account', { method: 'PUT', body, headers });
    await refused(made, ask, { status: 413 });
  });

  test('keys of prototypes are plain texts: as a page, a call, a name, an agent and a field', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      const visitor = new Visitor(made.server, { id: name, roles: ['agent'] });
      let answer = await visitor.event(name, { type: 'sign-in', page: name }, null);
      const call = { id: name, direction: 'inbound', party: { name, number: name } } as const;
      const more = { constructor: { prototype: { polluted: true } } };
      const event = { type: 'call-started', call, carrier: name, ...more } as const;
      answer = await visitor.event(name, event, revisionOf(answer));
      expect(answer.status).toBe(200);
      const record = (await made.storeOf().readAgent(name))!.value;
      expect(Object.entries(record.leases).map(([page]) => page)).toEqual([name]);
      expect(record.calls[0]).toMatchObject({ ...call, carriers: [name] });
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(
      ((await (await new Visitor(made.server, sue).request('agents')).json()) as { agents: [] }).agents,
    ).toHaveLength(6);
  });
});

describe('by the path', () => {
  const encode = (bytes: readonly number[]) => `~${Buffer.from(bytes).toString('base64url')}`;
  const text = (id: string) => [...new TextEncoder().encode(id)];

  test.each([
    ['two dots', '..', 404],
    ['dots that are encoded', '%2e%2e', 404],
    ['two dots as a name', '~..', 404],
    ['an encoded slash', '~YW5h%2fstream', 404],
    ['an encoded slash before it', 'x%2f~YW5h', 404],
    ['an encoded backslash', '~YW5h%5c', 404],
    ['the name itself', 'ana', 404],
    ['the name after a ~', '~ana!', 404],
    ['nothing after the ~', '~', 404],
    ['a ~ that is encoded twice', '%257EYW5h', 404],
    ['padding', '~YW5h=', 404],
    ['letters of plain base64', '~YW5+/w', 404],
    ['bits that are left over', '~YW5hYh', 404],
    ['one letter, which is no byte', '~Y', 404],
    ['a NUL that is encoded in the path', '~YW5h%00', 404],
    ['an overlong dot', encode([0xc0, 0xae]), 404],
    ['a lone surrogate', encode([0xed, 0xa0, 0x80]), 404],
    ['bytes that are no text', encode([0xff, 0xfe]), 404],
    ['201 characters', encode(text('a'.repeat(201))), 422],
    ['201 emoji', encode(text('🟢'.repeat(201))), 422],
    ['a path within the path', '~YW5h/stream/../../~YW5h%2fevents', 404],
  ])('%s names no agent', async (_, segment, status) => {
    const world = await worldWithAna();
    const problem = status === 422 ? ({ status, code: 'missing-agent' } as const) : { status };
    await refused(world, () => new Visitor(world.server, sue).request(`agents/${segment}`), problem);
    const ask = () => new Visitor(world.server, adam).request(`agents/${segment}`, { method: 'DELETE' });
    await refused(world, ask, problem);
  });

  test.each([
    ['a byte order mark before the name', '\u{feff}ana'],
    ['a NUL after the name', 'ana\0'],
    ['a space after the name', 'ana '],
    ['another case', 'ANA'],
    ['the same letters in another form', 'a\u0301na'],
    ['slashes and dots', '../../account'],
  ])('%s is another agent', async (_, agentId) => {
    const world = await worldWithAna();
    const ask = () => new Visitor(world.server, ana).event(agentId, { type: 'sign-in', page: 'p1' }, null);
    await refused(world, ask, { status: 403, code: 'denied' });
    const own = new Visitor(world.server, { id: agentId, roles: ['agent'] });
    expect((await own.event(agentId, { type: 'sign-in', page: 'p1' }, null)).status).toBe(200);
    expect((await world.storeOf().readAgent(agentId))?.value.agentId).toBe(agentId);
    expect((await world.storeOf().readAgent('ana'))?.revision).toBe(world.revision);
  });

  test.each([200, 'emoji'])('an id of 200 characters is valid: %s', async (kind) => {
    const id = kind === 'emoji' ? '🟢'.repeat(200) : 'a'.repeat(200);
    const { server } = world();
    const answer = await new Visitor(server, { id, roles: ['agent'] }).event(id, { type: 'sign-in', page: 'p' }, null);
    expect(answer.status).toBe(200);
  });

  test.each([
    '',
    'nothing',
    'agents/',
    'agents//',
    'account/',
    'account/streams',
    'identity/x',
    'agents/~YW5h/',
    'agents/~YW5h/event',
  ])('there is nothing at %j', async (one) => {
    const world = await worldWithAna();
    await refused(world, () => new Visitor(world.server, sue).request(one), { status: 404 });
  });

  test.each(['PATCH', 'PROPFIND', 'LOCK', 'PURGE', 'post', 'SEARCH'])('no path knows the method %s', async (method) => {
    const world = await worldWithAna();
    for (const one of ['identity', 'account', 'agents', path, 'agents/stream', 'health', 'metrics']) {
      const expected = { status: 405 };
      await refused(world, () => new Visitor(world.server, sue).request(one, { method }), expected);
    }
  });
});

describe('with a precondition', () => {
  const bad = { status: 400 } as const;
  test.each([
    [{ 'if-match': '*' }, bad],
    [{ 'if-match': '' }, bad],
    [{ 'if-match': '1' }, bad],
    [{ 'if-match': '"1", "2"' }, bad],
    [{ 'if-match': '"-1"' }, bad],
    [{ 'if-match': '"1.5."' }, bad],
    [{ 'if-match': '"1e3"' }, bad],
    [{ 'if-match': '"99999999999999999999"' }, bad],
    [{ 'if-match': '"x"' }, bad],
    [{ 'if-none-match': '"1"' }, bad],
    [{ 'if-none-match': '' }, bad],
    [{ 'if-match': '"1"', 'if-none-match': '*' }, bad],
    [{ 'if-match': '"9999999999999999"' }, { status: 412, code: 'conflict' }],
    [{ 'if-match': '"0"' }, { status: 412, code: 'conflict' }],
    [{ 'if-none-match': '*' }, { status: 412, code: 'conflict' }],
    [{}, { status: 428 }],
    [{ 'if-unmodified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, { status: 428 }],
  ] as const)('%j, nothing is saved', async (headers, problem) => {
    const world = await worldWithAna();
    const event = { type: 'choose', statusId: 'lunch' };
    await refused(world, () => new Visitor(world.server, ana).post(events, { event }, headers), problem);
    const init = {
      method: 'PUT',
      body: JSON.stringify(defaultAccount),
      headers: { 'content-type': 'application/json', ...headers },
    };
    if ('if-match' in headers && headers['if-match'] === '"1"') return;
    await refused(world, () => new Visitor(world.server, adam).request('account', init), problem);
  });

  test('made weak by a proxy, an event is saved', async () => {
    const { server, revision } = await worldWithAna();
    const event = { type: 'choose', statusId: 'lunch' };
    const answer = await new Visitor(server, ana).post(events, { event }, { 'if-match': `W/"${revision}"` });
    expect(answer.status).toBe(200);
  });

  test('or without one, leaving a page is accepted', async () => {
    const { server, storeOf, revision } = await worldWithAna();
    const answer = await new Visitor(server, ana).post(events, { event: { type: 'leave', page: 'p1' } });
    expect(revisionOf(answer)).toBeGreaterThan(revision);
    expect((await storeOf().readAgent('ana'))!.value.leases['p1']).toBeLessThan(Date.now() + 11_000);
  });

  test('or without one, leaving writes nothing for an agent without a record', async () => {
    const made = world();
    const visitor = new Visitor(made.server, ben);
    const ask = () => visitor.post(`agents/${agentPath('ben')}/events`, { event: { type: 'leave', page: 'p1' } });
    await refused(made, ask, { status: 404, type: 'absent' });
    const facts = await new Visitor(made.server, pbx).post(`agents/${agentPath('ben')}/facts`, {
      type: 'held',
      callId: 'x',
    });
    expect(facts.status).toBe(204);
    expect(await made.everything()).toEqual([[], []]);
  });
});

describe('from a page', () => {
  const from = (headers: Record<string, string>) => ({ headers });
  const denied = { status: 403, code: 'denied' } as const;
  const origins = ['https://desk.example'];

  test.each([
    [{ origin: 'https://evil.example' }, denied],
    [{ origin: 'https://desk.example.evil.example' }, denied],
    [{ origin: 'http://desk.example' }, denied],
    [{ origin: 'https://desk.example:8443' }, denied],
    [{ origin: 'null' }, denied],
    [{ origin: '' }, denied],
    [{ origin: 'https://desk.example https://evil.example' }, denied],
    [{ 'sec-fetch-site': 'cross-site' }, denied],
    [{ host: 'evil.example' }, { status: 421 }],
    [{ host: 'status.test.evil.example' }, { status: 421 }],
  ] as const)('with %j, nothing is done, and the page reads nothing', async (headers, problem) => {
    const world = await worldWithAna({ origins, hosts: ['status.test'] });
    const visitor = new Visitor(world.server, ana);
    const choose = { event: { type: 'choose', statusId: 'lunch' } };
    await refused(world, () => visitor.request(path, from(headers)), problem);
    await refused(
      world,
      () => visitor.post(events, choose, { 'if-match': `"${world.revision}"`, ...headers }),
      problem,
    );
    const preflight = await visitor.request(path, { method: 'OPTIONS', ...from(headers) });
    expect(preflight.status).toBe(problem.status);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.headers.get('access-control-allow-methods')).toBeNull();
  });

  test.each(['health', 'ready'])('a load balancer may ask for /%s by any name or address', async (probe) => {
    const { server } = await worldWithAna({ hosts: ['status.test'] });
    const answer = await new Visitor(server, ana).request(probe, from({ host: '10.0.0.7:8090' }));
    expect(answer.status).toBe(200);
  });

  test('of an origin that is listed, everything is read', async () => {
    const { server } = await worldWithAna({ origins });
    const answer = await new Visitor(server, ana).request(path, from({ origin: origins[0]! }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origins[0]);
    expect(answer.headers.get('access-control-expose-headers')).toContain('etag');
    expect(answer.headers.get('vary')).toBe('origin');
    const preflight = await new Visitor(server, ana).request(path, {
      method: 'OPTIONS',
      headers: { origin: origins[0]!, 'access-control-request-headers': 'authorization,if-match' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': origins[0],
      'access-control-allow-methods': 'GET, PUT, POST, DELETE',
      'access-control-allow-headers': 'authorization,if-match',
    });
  });

  test.each(['https://desk.example/', 'HTTPS://Desk.Example', 'https://desk.example:443'])(
    'of an origin that is listed as %s, everything is read',
    async (listed) => {
      const { server } = await worldWithAna({ origins: [listed] });
      const answer = await new Visitor(server, ana).request(path, from({ origin: origins[0]! }));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origins[0]);
    },
  );

  test('the host’s own test of origins decides, and lets nobody in if it throws', async () => {
    const lines: LogLine[] = [];
    const test = (origin: string): boolean => {
      if (origin !== origins[0]) throw new Error('no such origin');
      return true;
    };
    const { server } = await worldWithAna({ origins: test, log: (line) => lines.push(line) });
    const answer = await new Visitor(server, ana).request(path, from({ origin: origins[0]! }));
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origins[0]]);
    const refusal = await new Visitor(server, ana).request(path, from({ origin: 'https://evil.example' }));
    expect([refusal.status, refusal.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'failure', route: 'origins', message: 'no such origin' }),
    );
  });

  test('of the own origin, no list is needed, and no CORS header is sent', async () => {
    const { server } = await worldWithAna();
    const headers = { origin: 'https://status.test', host: 'status.test' };
    const answer = await new Visitor(server, ana).request(path, from(headers));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each(['status.test', 'STATUS.test:8080', 'status.test:443'])('the server answers to %s', async (host) => {
    const { server } = await worldWithAna({ hosts: ['Status.Test'] });
    expect((await new Visitor(server, ana).request(path, from({ host }))).status).toBe(200);
  });
});

test('every response has the clock, is not cached, and forbids other types', async () => {
  const { server } = await worldWithAna();
  for (const one of ['identity', path, 'nothing', 'health']) {
    const { headers } = await new Visitor(server, ana).request(one);
    expect(Number(headers.get('phone-clock'))).toBeGreaterThan(0);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('words of a request come back as shortened text, never as markup', async () => {
  const { server } = await worldWithAna();
  const evil = `<script>alert(1)</script>${'x'.repeat(900)}`;
  const answer = await new Visitor(server, ana).event('ana', { type: 'choose', statusId: evil, by }, 4);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect((await problemOf(answer)).detail.length).toBeLessThan(400);
});
