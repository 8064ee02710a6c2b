import type { AgentEvent } from 'phone-widget';
import { defaultAccount } from 'phone-widget';
import { describe, expect, test } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { StreamReader, Visitor } from '../support/server.js';
import { refused, worldWithAna } from '../support/server-day.js';

const by = { role: 'system', id: 'x' } as const;
const call = { id: 'c2', direction: 'inbound', party: {} } as const;
const events: Readonly<Record<AgentEvent['type'], AgentEvent>> = {
  'sign-in': { type: 'sign-in', page: 'p2' },
  renew: { type: 'renew', page: 'p1' },
  leave: { type: 'leave', page: 'p1' },
  'page-died': { type: 'page-died', page: 'p1' },
  'sign-out': { type: 'sign-out' },
  choose: { type: 'choose', statusId: 'break', by },
  withdraw: { type: 'withdraw', by },
  'call-ringing': { type: 'call-ringing', call },
  'call-started': { type: 'call-started', call, carrier: 'elsewhere' },
  'call-held': { type: 'call-held', callId: 'c1' },
  'call-resumed': { type: 'call-resumed', callId: 'c1' },
  'call-ended': { type: 'call-ended', callId: 'c1' },
  'call-presumed-ended': { type: 'call-presumed-ended', callId: 'c1' },
  close: { type: 'close', callId: 'c1' },
  extend: { type: 'extend', callId: 'c1', until: 0 },
};
type Type = keyof typeof events;
const all = Object.keys(events) as Type[];
const supervision: Type[] = ['sign-out', 'choose', 'withdraw', 'close'];
const facts: Type[] = ['call-ringing', 'call-started', 'call-held', 'call-resumed', 'call-ended'];

interface Row {
  readonly roles: readonly string[];
  /** Events of the own record, and of another agent's. */
  readonly own: readonly Type[];
  readonly other: readonly Type[];
  /** What else is allowed. */
  readonly may: readonly string[];
}

const readAll = [
  'read own',
  'read other',
  'list',
  'follow own',
  'follow other',
  'follow all',
  'account',
  'follow account',
];
/** Section 9 of the specification, whole. */
const table: readonly Row[] = [
  { roles: ['agent'], own: all, other: [], may: ['read own', 'follow own', 'account', 'follow account'] },
  { roles: ['supervisor'], own: supervision, other: supervision, may: readAll },
  { roles: ['admin'], own: [], other: [], may: ['account', 'follow account', 'save account', 'erase'] },
  { roles: ['router'], own: [], other: [], may: readAll },
  { roles: ['telephony'], own: facts, other: facts, may: ['facts'] },
  { roles: ['agent', 'supervisor'], own: all, other: supervision, may: readAll },
  {
    roles: ['telephony', 'agent'],
    own: all,
    other: facts,
    may: ['facts', 'read own', 'follow own', 'account', 'follow account'],
  },
  {
    roles: ['supervisor', 'admin', 'router', 'telephony'],
    own: [...supervision, ...facts],
    other: [...supervision, ...facts],
    may: [...readAll, 'save account', 'erase', 'facts'],
  },
  { roles: [], own: [], other: [], may: [] },
  { roles: ['system', 'AGENT', 'wizard', '__proto__'], own: [], other: [], may: [] },
];

/** Whom nothing is allowed changes nothing: they share one. */
const unchanged = worldWithAna();
const path = `agents/${agentPath('ana')}`;
const requests: Readonly<Record<string, (own: Visitor, other: Visitor) => Promise<Response>>> = {
  'read own': (own) => own.request(path),
  'read other': (_, other) => other.request(path),
  list: (own) => own.request('agents'),
  'follow own': (own) => own.request(`${path}/stream`),
  'follow other': (_, other) => other.request(`${path}/stream`),
  'follow all': (own) => own.request('agents/stream'),
  account: (own) => own.request('account'),
  'follow account': (own) => own.request('account/stream'),
  'save account': (own) =>
    own.request('account', {
      method: 'PUT',
      body: JSON.stringify(defaultAccount),
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    }),
  erase: (own) => own.request(path, { method: 'DELETE' }),
  facts: (own) => own.post(`${path}/facts`, []),
};

describe.each(table)('roles $roles', ({ roles, own, other, may }) => {
  const as = (id: string) => ({ id, roles: roles as never[] });

  test.each(all.flatMap((type) => [['ana', type] as const, ['zoe', type] as const]))(
    'decide what %s does to the record of ana: %s',
    async (id, type) => {
      const isAllowed = (id === 'ana' ? own : other).includes(type);
      const world = isAllowed ? await worldWithAna() : await unchanged;
      const ask = () => new Visitor(world.server, as(id)).event('ana', events[type], world.revision);
      const mayRead = may.includes('read other') || (id === 'ana' && may.includes('read own'));
      if (isAllowed) expect((await ask()).status).toBe(mayRead ? 200 : 204);
      else await refused(world, ask, { status: 403, code: 'denied' });
    },
  );

  test.each(Object.keys(requests))('decide who may: %s', async (what) => {
    const world = may.includes(what) ? await worldWithAna() : await unchanged;
    const visitors = ['ana', 'zoe'].map((id) => new Visitor(world.server, as(id))) as [Visitor, Visitor];
    const ask = () => requests[what]!(...visitors);
    if (!may.includes(what)) await refused(world, ask, { status: 403, code: 'denied' });
    else {
      const answer = await ask();
      expect(answer.ok).toBe(true);
      if (answer.headers.get('content-type') === 'text/event-stream') await new StreamReader(answer).until('ready');
    }
  });

  test('tell anybody who is signed in who that is', async () => {
    const { server } = await worldWithAna();
    const answer = await new Visitor(server, as('ana')).request('identity');
    expect(await answer.json()).toEqual({ account: 'acme', id: 'ana', roles });
    await server.close();
  });
});

const denied = { status: 403, code: 'denied' } as const;

test.each([
  [
    'a supervisor sets a number',
    'supervisor',
    { ...events.choose, statusId: 'forward-to-phone', forwardTo: '+4930123456' },
  ],
  ['a supervisor signs a page in with a choice', 'supervisor', { ...events.choose, page: 'p1' }],
  ['telephony speaks for a page of the agent', 'telephony', { ...events['call-started'], carrier: 'p1' }],
  ['telephony holds for a page of the agent', 'telephony', { ...events['call-held'], carrier: 'p1' }],
] as const)('nothing comes of it when %s', async (_, role, event) => {
  const world = await worldWithAna();
  const visitor = new Visitor(world.server, { id: 'x', roles: [role] });
  await refused(world, () => visitor.event('ana', event as AgentEvent, world.revision), denied);
});

test('an agent reports nothing by the way of telephony, not even of the own calls', async () => {
  const world = await worldWithAna();
  const visitor = new Visitor(world.server, { id: 'ana', roles: ['agent'] });
  for (const body of [[], { type: 'muted' }, { type: 'started', call }]) {
    await refused(world, () => visitor.post(`${path}/facts`, body), denied);
  }
});

test('who is telephony as well reports by that way what is elsewhere, and nothing of the own page', async () => {
  const world = await worldWithAna();
  const visitor = new Visitor(world.server, { id: 'ana', roles: ['agent', 'telephony'] });
  const facts = [
    { type: 'started', call },
    { type: 'held', callId: 'c2', carrier: 'p1' },
  ];
  await refused(world, () => visitor.post(`${path}/facts`, facts), denied);
  const declared = { type: 'presumed-ended', callId: 'c1' };
  await refused(world, () => visitor.post(`${path}/facts`, declared), denied);
});

test('telephony makes an agent on Forward to Phone busy, without any page', async () => {
  const world = await worldWithAna();
  const told = await new Visitor(world.server, { id: 'pbx', roles: ['telephony'] }).post(`${path}/facts`, {
    type: 'started',
    call: { ...call, party: { number: '+4930555' } },
  });
  expect(told.status).toBe(204);
  const record = (await world.storeOf().readAgent('ana'))?.value;
  expect(record?.calls.at(-1)).toMatchObject({ id: 'c2', state: 'live', carriers: ['elsewhere'] });
});

test('an end that a page presumes is kept as presumed; one with an author is the agent’s word', async () => {
  for (const declared of [undefined, true]) {
    const world = await worldWithAna();
    const visitor = new Visitor(world.server, { id: 'ana', roles: ['agent'] });
    await visitor.event('ana', { type: 'call-started', call, carrier: 'p1' }, world.revision);
    const said = { type: 'call-presumed-ended', callId: 'c2', ...(declared ? { by } : {}) } as const;
    expect((await visitor.event('ana', said, world.revision + 1)).status).toBe(200);
    const record = (await world.storeOf().readAgent('ana'))?.value;
    expect(record?.calls.at(-1)).toMatchObject({ state: 'ended', presumed: true });
    expect(record?.tombstones.find(({ id }) => id === 'c2')?.declared).toBe(declared);
  }
});
