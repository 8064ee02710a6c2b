import type { AgentEvent } from 'phone-widget';
import { defaultAccount } from 'phone-widget';
import { describe, expect, test } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { memoryDocuments } from '../../src/stores/documents/memory-backend.js';
import { problemOf, revisionOf, StreamReader, Visitor, world } from '../support/server.js';
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
const supervision: Type[] = ['sign-out', 'choose', 'withdraw', 'close', 'call-presumed-ended'];
const facts: Type[] = ['call-ringing', 'call-started', 'call-held', 'call-resumed', 'call-ended'];

interface Row {
  readonly roles: readonly string[];
  /** Events that are allowed on the own record, and on another agent's. */
  readonly own: readonly Type[];
  readonly other: readonly Type[];
  /** Other allowed requests. */
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
/** All of section 9 of the specification. */
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
  { roles: ['system'], own: [], other: [], may: ['account', 'follow account', 'save account'] },
  { roles: ['AGENT', 'wizard', '__proto__'], own: [], other: [], may: [] },
];

const accountOfAna = { ...defaultAccount, settings: { ...defaultAccount.settings, forwardToPhone: true } };

/** Identities without any right change nothing, so they share one world. */
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
      body: JSON.stringify(accountOfAna),
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

  test.each(Object.keys(requests))('decide who may do this: %s', async (what) => {
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

  test('let everyone who is signed in read their identity', async () => {
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

test('an agent reports no facts in place of telephony, not even of own calls', async () => {
  const world = await worldWithAna();
  const visitor = new Visitor(world.server, { id: 'ana', roles: ['agent'] });
  for (const body of [[], { type: 'muted' }, { type: 'started', call }]) {
    await refused(world, () => visitor.post(`${path}/facts`, body), denied);
  }
});

test('an agent with the role telephony reports calls elsewhere as facts, and none of the own page', async () => {
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

test('an end that a page presumes stays presumed; one with an author is the agent’s word', async () => {
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

describe('Forward to Phone', () => {
  const withForward = (forwardToPhone: boolean, more: object = {}) => ({
    ...defaultAccount,
    settings: { ...defaultAccount.settings, ...more, forwardToPhone },
  });
  const save = (who: Visitor, account: object, header: Record<string, string>) =>
    who.request('account', {
      method: 'PUT',
      body: JSON.stringify(account),
      headers: { 'content-type': 'application/json', ...header },
    });
  const admin = (server: ConstructorParameters<typeof Visitor>[0]) =>
    new Visitor(server, { id: 'adam', roles: ['admin', 'supervisor', 'agent'] });
  const vendor = (server: ConstructorParameters<typeof Visitor>[0]) =>
    new Visitor(server, { id: 'vendor', roles: ['system'] });
  const none = { 'if-none-match': '*' };

  test('is switched by the system only; an admin’s save keeps it', async () => {
    const made = world();
    await refused(made, () => save(admin(made.server), withForward(true), none), denied);
    const first = await save(admin(made.server), withForward(false), none);
    expect(first.status).toBe(200);
    const based = (answer: Response) => ({ 'if-match': answer.headers.get('etag')! });
    await refused(made, () => save(admin(made.server), withForward(true), based(first)), denied);
    const switched = await save(vendor(made.server), withForward(true), based(first));
    expect(switched.status).toBe(200);
    const { statuses } = (await switched.json()) as typeof defaultAccount;
    expect(statuses.find(({ id }) => id === 'forward-to-phone')?.enabled).toBe(true);
    await refused(made, () => save(admin(made.server), withForward(false), based(switched)), denied);
    let kept = switched;
    for (const settings of [withForward(true, { missedCallLimit: 3 }).settings, { acwExtensions: 2 }, undefined]) {
      kept = await save(admin(made.server), { ...defaultAccount, settings }, based(kept));
      expect(kept.status).toBe(200);
      const stands = (await kept.clone().json()) as typeof defaultAccount;
      expect(stands.settings.forwardToPhone).toBe(true);
      expect(stands.statuses.find(({ id }) => id === 'forward-to-phone')?.enabled).toBe(true);
    }
    expect((await save(vendor(made.server), withForward(false), based(kept))).status).toBe(200);
  });

  test('may be on from the start if the system makes the account', async () => {
    const { server, storeOf } = world();
    expect((await save(vendor(server), withForward(true), none)).status).toBe(200);
    expect((await storeOf().readAccount())?.value.settings.forwardToPhone).toBe(true);
  });

  test('of a damaged account stays as it was last read', async () => {
    const made = world();
    const first = await save(vendor(made.server), withForward(true), none);
    const present = (await made.storeOf().readAccount())!.revision;
    expect(revisionOf(first)).toBe(present);
    const place = memoryDocuments((made.storeOf() as { name: string }).name);
    await place.write('', () => ({ statuses: 7 }));
    const damaged = await admin(made.server).request('account');
    expect(damaged.status).toBe(422);
    const { revision } = await problemOf(damaged);
    const based = { 'if-match': `"${revision}"` };
    expect((await save(admin(made.server), withForward(true), based)).status).toBe(200);
    // A server that has never seen the entry undamaged.
    const another = made.another();
    const again = await place.write('', () => ({ statuses: 7 }));
    const anew = { 'if-match': `"${again!.revision}"` };
    await refused(made, () => save(admin(another), withForward(true), anew), denied);
    expect((await save(admin(another), withForward(false), anew)).status).toBe(200);
  });
});

describe('a supervisor who says that a call is over', () => {
  const over = { type: 'call-presumed-ended', callId: 'c2' } as const;

  async function duringCall(carrier: string) {
    const made = await worldWithAna();
    const agent = new Visitor(made.server, { id: 'ana', roles: ['agent'] });
    const started = await agent.event('ana', { type: 'call-started', call, carrier }, made.revision);
    const supervisor = new Visitor(made.server, { id: 'sue', name: 'Sue', roles: ['supervisor'] });
    return { ...made, agent, supervisor, revision: revisionOf(started) };
  }

  test('is refused while an open page of the agent carries it, even on hold', async () => {
    const made = await duringCall('p1');
    const problem = { status: 409, code: 'call-in-progress' } as const;
    await refused(made, () => made.supervisor.event('ana', over, made.revision), problem);
    const held = { type: 'call-held', callId: 'c2', carrier: 'p1' } as const;
    const revision = revisionOf(await made.agent.event('ana', held, made.revision));
    await refused(made, () => made.supervisor.event('ana', over, revision), problem);
  });

  test('ends one that no open page carries, in the name of the token', async () => {
    for (const carrier of ['elsewhere', 'p1']) {
      const made = await duringCall(carrier);
      let { revision } = made;
      if (carrier === 'p1') {
        // Ana's page has crashed, and the call goes on at a desk phone.
        await new Visitor(made.server, { id: 'pbx', roles: ['telephony'] }).event(
          'ana',
          { ...events['call-started'], call } as AgentEvent,
          revision,
        );
        await made.agent.event('ana', { type: 'sign-in', page: 'p2' }, ++revision);
        const died = await made.agent.event('ana', { type: 'page-died', page: 'p1' }, revision + 1);
        revision = revisionOf(died);
      }
      const answer = await made.supervisor.event('ana', over, revision);
      expect(answer.status).toBe(200);
      const record = (await made.storeOf().readAgent('ana'))?.value;
      expect(record?.calls.find(({ id }) => id === 'c2')).toMatchObject({ state: 'ended', presumed: true });
      expect(record?.tombstones.find(({ id }) => id === 'c2')?.declared).toBe(true);
    }
  });

  test('changes nothing if the call is over or unknown', async () => {
    const made = await worldWithAna();
    const supervisor = new Visitor(made.server, { id: 'sue', roles: ['supervisor'] });
    for (const callId of ['c1', 'c9']) {
      expect(revisionOf(await supervisor.event('ana', { ...over, callId }, made.revision))).toBe(made.revision);
    }
  });
});
