import { memoryStore, type PhoneErrorCode } from 'phone-widget';
import { createStatusServer, type LogLine } from 'phone-widget/server';
import { describe, expect, test } from 'vitest';
import { agentPath, CLOCK_HEADER, PROBLEM_TYPE } from '../../src/stores/status-protocol.js';
import { STATUS_OF, TITLES } from '../../src/server/http/problems.js';
import { adam, ana, believe, pbx, problemOf, sue, Visitor, world } from '../support/server.js';
import { worldWithAna } from '../support/server-day.js';

const path = `agents/${agentPath('ana')}`;
const call = { id: 'c1', direction: 'inbound', party: {} };
const json = { 'content-type': 'application/json' };

const asks: readonly (readonly [status: number, what: string, ask: (of: Visitor) => Promise<Response>])[] = [
  [400, 'a body that is no JSON', (of) => of.post(`${path}/events`, '{')],
  [
    400,
    'a precondition that is none',
    (of) => of.post(`${path}/events`, { event: { type: 'sign-out' } }, { 'if-match': 'x' }),
  ],
  [403, 'a right that is missing', (of) => of.request('account', { method: 'PUT', body: '{}', headers: json })],
  [404, 'no such path', (of) => of.request('nowhere')],
  [404, 'nothing there', (of) => of.request(`agents/${agentPath('zoe')}`)],
  [405, 'no such method', (of) => of.request('account', { method: 'PATCH' })],
  [412, 'a stale save', (of) => of.event('ana', { type: 'sign-out' }, 1)],
  [413, 'a body that is too large', (of) => of.post(`${path}/events`, ' '.repeat(70_000))],
  [415, 'a body of another kind', (of) => of.post(`${path}/events`, '{}', { 'content-type': 'text/plain' })],
  [422, 'an event that nobody knows', (of) => of.post(`${path}/events`, { event: { type: 'fly' } })],
  [428, 'a save without a revision', (of) => of.post(`${path}/events`, { event: { type: 'sign-out' } })],
];

describe('every refusal', () => {
  test.each(asks)('with %d has a code, the title of its status and the clock: %s', async (status, _, ask) => {
    const { server } = await worldWithAna();
    const answer = await ask(new Visitor(server, { id: 'ana', roles: ['agent', 'supervisor'] }));
    await mustBeWhole(answer, status);
  });

  test.each([
    ['the media type', 415, { 'content-type': '', 'if-match': '"1"' }],
    ['the precondition', 428, {}],
  ])('of a request that lost %s on its way is no verdict on its content', async (_, status, headers) => {
    const { server } = await worldWithAna();
    const body = { event: { type: 'call-started', call } };
    const answer = await new Visitor(server, ana).post(`${path}/events`, body, headers);
    expect(await problemOf(answer)).toMatchObject({ status, code: 'unavailable' });
  });

  test.each([{}, { 'content-length': '30' }])('of a body that broke off is no verdict either: %j', async (headers) => {
    const { server } = await worldWithAna();
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('terminated')),
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { ...json, ...headers, 'if-match': '"1"' } } as const;
    const answer = await new Visitor(server, ana).request(`${path}/events`, init);
    expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'unavailable' });
  });

  test('of a stranger has them too', async () => {
    const { bare } = world({ hosts: ['status.test'] });
    await mustBeWhole(await bare.fetch(new Request('http://status.test/account')), 401);
    await mustBeWhole(await bare.fetch(new Request('http://evil.test/account')), 421);
    await mustBeWhole(
      await bare.fetch(new Request('http://status.test/account', { headers: { origin: 'https://evil.test' } })),
      403,
    );
  });

  test('of a server that is closing or broken has them too', async () => {
    const { server, bare } = world();
    await server.close();
    await mustBeWhole(await new Visitor(bare, ana).request('account'), 503);
    await mustBeWhole(await bare.fetch(new Request('http://status.test/ready')), 503);
    const broken = createStatusServer({
      store: () => {
        throw new TypeError('x is no function');
      },
      authenticate: believe,
    });
    await mustBeWhole(await new Visitor(broken, ana).request('account'), 503);
  });

  test('of a store that throws no error has them too, and is readable for pages of allowed origins', async () => {
    const origins = ['https://desk.example'];
    const lines: LogLine[] = [];
    const store = Object.assign(memoryStore({}), { readAgent: () => Promise.reject('a text') as Promise<never> });
    const broken = createStatusServer({
      store: () => store,
      authenticate: believe,
      origins,
      log: (line) => lines.push(line),
    });
    const answer = await new Visitor(broken, ana).request(path, { headers: { origin: origins[0]! } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origins[0]);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'failure', message: 'a text' }));
    await mustBeWhole(answer, 500);
  });

  async function mustBeWhole(answer: Response, status: number): Promise<void> {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, PROBLEM_TYPE]);
    expect(answer.headers.get(CLOCK_HEADER)).toMatch(/^\d{13}$/);
    const problem = await problemOf(answer);
    expect(Object.keys(STATUS_OF)).toContain(problem.code);
    expect(problem.title).toBe(TITLES[status as keyof typeof TITLES]);
  }
});

test.each([
  ['account', 'GET, PUT'],
  ['agents/stream', 'GET'],
  [path, 'GET, DELETE'],
  [`${path}/facts`, 'POST'],
  ['health', 'GET'],
])('a wrong method on %s is answered with the right ones', async (one, allowed) => {
  const answer = await new Visitor(world().server, ana).request(one, { method: 'PATCH' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
});

describe('a mistake is named', () => {
  const facts = (body: unknown) => new Visitor(world().server, pbx).post(`${path}/facts`, body);

  test.each([
    [{ type: 'started', call: { ...call, direction: 'sideways' } }, 'the direction of the call is "sideways"'],
    [{ type: 'started', call: { ...call, direction: 'sideways' } }, 'one of inbound, outbound'],
    [{ type: 'started', call: { id: 'c1', party: {} } }, 'the direction of the call is undefined'],
    [{ type: 'started', call: { ...call, id: '' } }, 'the id of the call is ""'],
    [{ type: 'started', call: { ...call, id: 7 } }, 'a string of 1 to 1024 characters'],
    [{ type: 'started', call: { ...call, party: 'Cleo' } }, 'the party of the call is "Cleo"'],
    [{ type: 'started', call: { ...call, party: { number: 4930 } } }, 'the number of the party is 4930'],
    [{ type: 'started', call: 'c1' }, 'the call of "call-started" is "c1"'],
    [{ type: 'ended', callId: 'c1', outcome: 'lost' }, 'one of answered, missed'],
    [{ type: 'held' }, 'the callId of "call-held" is undefined'],
    [[{ type: 'muted' }, { type: 'held' }], 'fact 2 of the list: '],
    [{ type: 'sign-out' }, '"sign-out" is not a fact about a call'],
  ])('in %j: %s', async (body, words) => {
    const answer = await facts(body);
    expect(answer.status).toBe(422);
    expect(await problemOf(answer)).toMatchObject({ code: 'not-supported', detail: expect.stringContaining(words) });
  });

  test.each([
    ['agents/ana', 'The agent "ana" is "~YW5h".'],
    ['agents/ana/events', 'The agent "ana" is "~YW5h".'],
    ['agents/J%C3%B6rg', `The agent "Jörg" is "${agentPath('Jörg')}".`],
    ['agents/%ff', 'The agent "%ff" is '],
    [`agents/${agentPath('anna')}==`, `Write "${agentPath('anna')}".`],
    [`agents/${agentPath('anna')}%3D%3D`, `Write "${agentPath('anna')}".`],
    ['agents/~%%%', 'The agent "ana" is "~YW5h".'],
  ])('a path that names no agent is answered with an example: %s', async (wrong, words) => {
    const answer = await new Visitor(world().server, sue).request(wrong);
    expect(answer.status).toBe(404);
    const problem = await problemOf(answer);
    expect(problem.code).toBe('missing-agent');
    expect(problem.detail).toContain('~ and the base64url, without padding, of the id');
    expect(problem.detail).toContain(words);
  });

  test.each<[PhoneErrorCode, unknown, string]>([
    ['invalid-setting', { settings: { acwLimitSeconds: 86_401 } }, '"acwLimitSeconds" is 86401. Give a whole number'],
    [
      'invalid-setting',
      { settings: { absenceLimitMinutes: 1.5 } },
      '"absenceLimitMinutes" is 1.5. Give a whole number',
    ],
    ['invalid-setting', { settings: { forwardToPhone: 'yes' } }, '"forwardToPhone" is "yes". Give true or false.'],
    ['invalid-setting', { settings: { alwaysDial: ['x'] } }, '"x" is not a number. Give a list of numbers'],
    ['invalid-setting', { settings: { signInStatus: 7 } }, '"signInStatus" is 7. Choose an enabled status'],
    [
      'invalid-setting',
      { statuses: [{ id: 'lunch', allowanceMinutes: -1 }] },
      'The allowance is -1. Give whole minutes',
    ],
    ['invalid-setting', { statuses: [{ id: 'lunch', allowanceMinutes: '0' }] }, 'The allowance is "0". Give whole'],
    ['damaged-data', { statuses: 7 }, "The sent account's statuses cannot be 7."],
    ['damaged-data', { settings: [] }, "The sent account's settings cannot be a list."],
    ['damaged-data', { statuses: [{ name: 'Gym' }] }, "The sent account's status's id cannot be undefined."],
    ['damaged-data', { statuses: [{ id: 'lunch', enabled: 'yes' }] }, `account's status's enabled cannot be "yes".`],
    ['damaged-data', [], 'The sent account cannot be a list.'],
  ])('%s in an account that was sent: %j', async (code, body, words) => {
    const init = { method: 'PUT', body: JSON.stringify(body), headers: { ...json, 'if-none-match': '*' } };
    const problem = await problemOf(await new Visitor(world().server, adam).request('account', init));
    expect(problem).toMatchObject({ status: 422, code, detail: expect.stringContaining(words) });
    expect(problem.detail).not.toMatch(/stored|fresh/);
  });
});

describe('an instant in seconds', () => {
  const seconds = Math.floor(Date.now() / 1000);
  const own = { role: 'agent', id: 'ana' } as const;

  test.each([
    { type: 'call-started', call, at: seconds },
    { type: 'call-ringing', call, at: 999_999_999_999 },
    { type: 'call-held', callId: 'c1', at: seconds },
    { type: 'call-resumed', callId: 'c1', at: 0 },
    { type: 'call-ended', callId: 'c1', at: -1 },
    { type: 'call-presumed-ended', callId: 'c1', at: seconds },
    { type: 'leave', page: 'p1', at: seconds },
    { type: 'choose', statusId: 'lunch', by: own, at: seconds },
    { type: 'withdraw', by: own, at: seconds },
  ])('is refused, and the unit is named: %j', async (event) => {
    const made = await worldWithAna();
    const before = await made.everything();
    const answers = [
      await new Visitor(made.server, ana).post(`${path}/events`, { event }, { 'if-match': `"${made.revision}"` }),
    ];
    if (event.type.startsWith('call-')) {
      answers.push(await new Visitor(made.server, pbx).post(`${path}/facts`, event));
      answers.push(await new Visitor(made.server, pbx).post(`${path}/facts`, [{ type: 'started', call }, event]));
    }
    for (const answer of answers) {
      expect(answer.status).toBe(422);
      expect((await problemOf(answer)).detail).toMatch(/the at of .* in milliseconds since the epoch, not seconds/);
    }
    expect(await made.everything()).toEqual(before);
  });

  test('is not confused with an old one in milliseconds: an outbox is still taken', async () => {
    const made = await worldWithAna();
    const at = Date.now() - 5 * 86_400_000;
    const old = [
      { type: 'started', call: { ...call, id: 'c8' }, at },
      { type: 'ended', callId: 'c8', at: at + 60_000 },
    ];
    expect((await new Visitor(made.server, pbx).post(`${path}/facts`, old)).status).toBe(204);
    expect((await new Visitor(made.server, pbx).post(`${path}/facts`, { ...old[0], at: 1e12 })).status).toBe(204);
  });
});
