import { expect, test } from 'vitest';
import type { LogLine } from 'phone-widget/server';
import { agentPath } from '../../src/stores/status-protocol.js';
import { acd, ana, ben, pbx, problemOf, revisionOf, serverInMemory, sue, Visitor } from '../support/server.js';

const signIn = { type: 'sign-in', page: 'page-1' } as const;

test('an agent signs in, chooses and reads the own record', async () => {
  const server = serverInMemory();
  const visitor = new Visitor(server, ana);
  expect((await visitor.request(`agents/${agentPath('ana')}`)).status).toBe(404);
  const first = await visitor.event('ana', signIn, null);
  expect(first.status).toBe(200);
  const second = await visitor.event(
    'ana',
    { type: 'choose', statusId: 'break', by: { role: 'supervisor', id: 'sue' } },
    revisionOf(first),
  );
  const record = (await second.json()) as { choice: unknown };
  expect(record.choice).toMatchObject({ statusId: 'break', by: { role: 'agent', id: 'ana' }, cause: 'agent' });
  const stale = await visitor.event('ana', { type: 'renew', page: 'page-1' }, revisionOf(first));
  expect(stale.status).toBe(412);
  expect(await problemOf(stale)).toMatchObject({ code: 'conflict', present: { revision: revisionOf(second) } });
  await server.close();
});

test('a stream sends the present entries, then ready, then each later state', async () => {
  const server = serverInMemory();
  const visitor = new Visitor(server, ana);
  const first = await visitor.event('ana', signIn, null);
  const stream = await visitor.request(`agents/${agentPath('ana')}/stream`);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (needle: string) => {
    while (!text.includes(needle)) text += (await reader.read()).value ?? '';
  };
  await until('event: ready');
  expect(text.indexOf('event: agent')).toBeLessThan(text.indexOf('event: ready'));
  await new Visitor(server, pbx).post(`agents/${agentPath('ana')}/facts`, {
    type: 'started',
    call: { id: 'c1', direction: 'inbound', party: { number: '+4930' } },
  });
  await until('"c1"');
  await new Visitor(server, sue).event('ana', { type: 'withdraw', by: { role: 'agent', id: 'x' } }, revisionOf(first));
  await server.close();
  await until('event: end');
});

test('facts about one agent that arrive together are all taken, in their order', async () => {
  const server = serverInMemory();
  const told = Array.from({ length: 40 }, (_, index) => ({
    type: 'started',
    call: { id: `c${index}`, direction: 'inbound', party: {} },
  }));
  const visitor = new Visitor(server, pbx);
  const answers = await Promise.all(told.map((fact) => visitor.post(`agents/${agentPath('ana')}/facts`, fact)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  const answer = await new Visitor(server, sue).request(`agents/${agentPath('ana')}`);
  const { calls } = (await answer.json()) as { calls: readonly { id: string }[] };
  expect(calls.map(({ id }) => id)).toEqual(told.map(({ call }) => call.id));
  await server.close();
});

test.each(['%7E', '%7e'])('a path in which a proxy writes ~ as %s is the same path', async (escape) => {
  const log: LogLine[] = [];
  const server = serverInMemory({ log: (line) => log.push(line) });
  const [telephony, supervisor] = [new Visitor(server, pbx), new Visitor(server, sue)];
  const path = `agents/${agentPath('ana').replace('~', escape)}`;
  const fact = { type: 'started', call: { id: 'c1', direction: 'inbound', party: {} } };
  expect((await telephony.post(`${path}/facts`, fact)).status).toBe(204);
  expect((await supervisor.request(path)).status).toBe(200);
  const padded = await supervisor.request(`${path}==`);
  expect((await problemOf(padded)).detail).toContain(`Write "${agentPath('ana')}".`);
  const routes = log.flatMap((line) => ('route' in line ? [line.route] : []));
  expect(routes).toEqual(['/agents/:agent/facts', '/agents/:agent', '/agents/:agent']);
  await server.close();
});

test('a path in which a proxy encodes letters of an agent is the same path, with the same rights', async () => {
  const server = serverInMemory();
  await new Visitor(server, ana).event('ana', signIn, null);
  const path = `agents/${agentPath('ana').replace('Y', '%59')}`;
  expect((await new Visitor(server, sue).request(path)).status).toBe(200);
  expect((await new Visitor(server, ben).request(path)).status).toBe(403);
  await server.close();
});

test('a record is read only with the right to it', async () => {
  const server = serverInMemory();
  await new Visitor(server, ana).event('ana', signIn, null);
  const statuses = await Promise.all(
    [ana, ben, sue, acd, pbx].map(
      async (who) => (await new Visitor(server, who).request(`agents/${agentPath('ana')}`)).status,
    ),
  );
  expect(statuses).toEqual([200, 403, 200, 200, 403]);
  await server.close();
});
