import { defaultAccount, memoryStore, newAgentRecord, recordEvent, type AgentEvent } from 'phone-widget';
import { httpStore } from 'phone-widget/http';
import { expect, test } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { CLOCK_HEADER } from '../../src/stores/status-protocol.js';
import { adam, pbx, problemOf, revisionOf, tokenOf, Visitor, world } from '../support/server.js';
import { CALLER, FORWARD_TO, worldWithAna } from '../support/server-day.js';

const path = `agents/${agentPath('ana')}`;
const call = { id: 'c9', direction: 'inbound', party: { name: 'Dora', number: '+4930777' } } as const;
const started = { type: 'call-started', call } as const;
/** Secrets that only readers of Ana's record may know. The page is quoted as in a record, since a tag may have any letters. */
const SECRETS = [CALLER, FORWARD_TO, 'Cleo', 'Dora', '"p1"', 'tombstones', 'forward-to-phone'];

/** The whole response, body and headers, which must hold no secret. */
async function toldBy(answer: Response): Promise<string> {
  const told = `${JSON.stringify([...answer.headers])} ${await answer.clone().text()}`;
  for (const secret of SECRETS) expect(told).not.toContain(secret);
  return told;
}

const whoOnlyWrites = [
  ['telephony', pbx],
  ['telephony that is an admin too', { id: 'pbx', roles: ['telephony', 'admin', 'system'] }],
  ['telephony of the name of another agent', { id: 'ben', roles: ['telephony', 'agent'] }],
] as const;

test.each(whoOnlyWrites)('a save by %s is answered with the revision, and nothing of the record', async (_, who) => {
  const made = await worldWithAna({ showParty: () => true });
  const answer = await new Visitor(made.server, who).event('ana', started, made.revision);
  expect(answer.status).toBe(204);
  await toldBy(answer);
  const stored = await made.storeOf().readAgent('ana');
  expect(revisionOf(answer)).toBe(stored?.revision);
  expect(stored?.value.calls.at(-1)).toMatchObject({ id: 'c9', state: 'live' });
});

test.each(whoOnlyWrites)('a stale save by %s gets the present revision, and nothing else', async (_, who) => {
  const made = await worldWithAna({ showParty: () => true });
  for (const basedOn of [1, null]) {
    const answer = await new Visitor(made.server, who).event('ana', started, basedOn);
    expect(answer.status).toBe(412);
    await toldBy(answer);
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ code: 'conflict', revision: made.revision });
    expect(problem).not.toHaveProperty('present');
  }
  const unknown = await new Visitor(made.server, who).event('zoe', started, 1);
  expect(unknown.status).toBe(412);
  const problem = await problemOf(unknown);
  for (const field of ['present', 'revision']) expect(problem).not.toHaveProperty(field);
});

test('telephony that saves through the HTTP store gets the revision, and that of a conflict', async () => {
  const made = await worldWithAna();
  const store = httpStore({
    url: 'http://status.test/',
    headers: () => ({ authorization: tokenOf(pbx) }),
    fetch: (url, init) => made.server.fetch(new Request(url, init)),
  });
  const record = recordEvent(defaultAccount, newAgentRecord('ana'), started, Date.now());
  const saved = await store.saveAgent(record, made.revision, started);
  expect(saved).toEqual({ value: record, revision: (await made.storeOf().readAgent('ana'))?.revision });
  await expect(store.saveAgent(record, made.revision, started)).rejects.toMatchObject({
    code: 'conflict',
    data: { present: undefined, revision: saved.revision },
  });
  await store.close();
});

test('a save that changes nothing, and one that is not a fact, show telephony nothing either', async () => {
  const made = await worldWithAna({ showParty: () => true });
  const visitor = new Visitor(made.server, pbx);
  const ended = { type: 'call-ended', callId: 'c1' } as const;
  const again = await visitor.event('ana', ended, made.revision);
  expect([again.status, revisionOf(again)]).toEqual([204, made.revision]);
  for (const answer of [
    again,
    await visitor.event('ana', { type: 'choose', statusId: 'lunch', by: { role: 'agent', id: 'ana' } }, made.revision),
    await visitor.post(`${path}/events`, { event: started }),
    await visitor.post(`${path}/facts`, [{ type: 'held', callId: 'c1' }]),
  ]) {
    expect(answer.headers.get(CLOCK_HEADER)).not.toBeNull();
    await toldBy(answer);
  }
});

test.each([
  ['telephony', pbx],
  ['an admin', adam],
  ['the system', { id: 'vendor', roles: ['system'] }],
] as const)('%s reads, lists and follows no agent, by no method', async (_, who) => {
  const made = await worldWithAna({ showParty: () => true });
  const visitor = new Visitor(made.server, who);
  for (const one of [path, `${path}/stream`, 'agents', 'agents/stream', `${path}/events`, `${path}/facts`]) {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS']) {
      const answer = await visitor.request(one, { method });
      expect([one, method, answer.ok && method !== 'OPTIONS']).toEqual([one, method, false]);
      expect(answer.headers.get('etag')).toBeNull();
      await toldBy(answer);
    }
  }
});

test('telephony gets only the revision of a damaged record', async () => {
  const inner = memoryStore();
  const store = new Proxy(inner, {
    get(target, name) {
      if (name === 'readAgent') {
        return async () => {
          const { PhoneError } = await import('phone-widget');
          const data = { revision: 7, document: { secret: CALLER }, agentId: 'ana' };
          throw new PhoneError('damaged-data', `of ${CALLER}`, { data });
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...all: unknown[]) => unknown).bind(target) : value;
    },
  });
  const { server } = world({ store: () => store, showParty: () => true });
  for (const ask of [
    (visitor: Visitor) => visitor.event('ana', started as AgentEvent, 3),
    (visitor: Visitor) => visitor.post(`${path}/facts`, started),
  ]) {
    const answer = await ask(new Visitor(server, pbx));
    expect(answer.status).toBe(422);
    await toldBy(answer);
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ code: 'damaged-data', revision: 7 });
    expect(problem).not.toHaveProperty('document');
  }
});

test('an admin whose save of the account is stale gets the present account', async () => {
  const made = await worldWithAna();
  const init = { method: 'PUT', body: JSON.stringify(defaultAccount), headers: { 'content-type': 'application/json' } };
  const answer = await new Visitor(made.server, adam).request('account', {
    ...init,
    headers: { ...init.headers, 'if-none-match': '*' },
  });
  expect(await problemOf(answer)).toMatchObject({ status: 412, present: { revision: 1 } });
});
