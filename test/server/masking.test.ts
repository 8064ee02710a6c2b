import type { LogLine } from 'phone-widget/server';
import { describe, expect, test } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { acd, adam, ana, ben, pbx, StreamReader, sue, tokenOf, Visitor } from '../support/server.js';
import { CALLER, FORWARD_TO, refused, worldWithAna } from '../support/server-day.js';

const path = `agents/${agentPath('ana')}`;
const MASKED = `+${'•'.repeat(FORWARD_TO.length - 3)}78`;

/** Every response that shows Ana's record to a viewer who may read all. */
const ways: Readonly<Record<string, (visitor: Visitor, revision: number) => Promise<string>>> = {
  'the record': async (visitor) => (await visitor.request(path)).text(),
  'the list': async (visitor) => (await visitor.request('agents')).text(),
  'the stream of the record': async (visitor) => told(await visitor.request(`${path}/stream`)),
  'the stream of all': async (visitor) => told(await visitor.request('agents/stream')),
};
/** The same for viewers who may save something. */
const saves: typeof ways = {
  'the answer to a save': async (visitor, revision) =>
    (
      await visitor.event('ana', { type: 'choose', statusId: 'lunch', by: { role: 'agent', id: 'x' } }, revision)
    ).text(),
  'the present entry of a stale save': async (visitor) =>
    (await visitor.event('ana', { type: 'withdraw', by: { role: 'agent', id: 'x' } }, 1)).text(),
};

async function told(answer: Response): Promise<string> {
  const reader = new StreamReader(answer);
  await reader.until('event: ready');
  await reader.leave();
  return reader.text;
}

const shows = (viewer: { readonly id: string }) => viewer.id === 'sue';

describe.each(Object.entries({ ...ways, ...saves }))('in %s', (way, read) => {
  test('the agent sees number and party', async () => {
    if (way === 'the list' || way === 'the stream of all') return;
    const { server, revision } = await worldWithAna();
    const text = await read(new Visitor(server, ana), revision);
    expect(text).toContain(FORWARD_TO);
    expect(text).toContain(CALLER);
    expect(text).toContain('Cleo');
  });

  test('a supervisor sees neither, except for the last two digits', async () => {
    const { server, revision } = await worldWithAna();
    const text = await read(new Visitor(server, sue), revision);
    expect(text).not.toContain(FORWARD_TO);
    expect(text).toContain(MASKED);
    expect(text).not.toContain(CALLER);
    expect(text).not.toContain('Cleo');
    expect(text).toContain('"party":{}');
  });

  test('a supervisor sees the party if the host allows it, and still not the number', async () => {
    const { server, revision } = await worldWithAna({ showParty: shows });
    const text = await read(new Visitor(server, sue), revision);
    expect(text).toContain(CALLER);
    expect(text).not.toContain(FORWARD_TO);
  });
});

describe.each(Object.entries(ways))('in %s', (_, read) => {
  test('a router sees the number, and not the party', async () => {
    const { server, revision } = await worldWithAna({ showParty: shows });
    const text = await read(new Visitor(server, acd), revision);
    expect(text).toContain(FORWARD_TO);
    expect(text).not.toContain(CALLER);
    expect(text).not.toContain('Cleo');
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error(`of ${CALLER}`);
      },
    ],
    ['answers a promise', async () => true],
    ['answers something', () => 'yes'],
  ])('nobody else sees the party if the host’s test of it %s', async (_how, showParty) => {
    const lines: LogLine[] = [];
    const { server, revision } = await worldWithAna({ showParty: showParty as never, log: (line) => lines.push(line) });
    const text = await read(new Visitor(server, sue), revision);
    expect(text).toContain('"agentId":"ana"');
    expect(text).not.toContain(CALLER);
    expect(JSON.stringify(lines)).not.toContain(CALLER);
  });
});

test('a number that waits as next is masked as well', async () => {
  const { server, revision, storeOf } = await worldWithAna();
  const by = { role: 'agent', id: 'ana' } as const;
  const choose = { type: 'choose', statusId: 'forward-to-phone', forwardTo: '+4917099988877', by } as const;
  await new Visitor(server, ana).event('ana', choose, revision);
  expect((await storeOf().readAgent('ana'))?.value.next?.forwardTo).toBe('+4917099988877');
  for (const read of Object.values(ways)) {
    expect(await read(new Visitor(server, sue), revision)).not.toContain('+4917099988877');
  }
});

test('a change on a stream is masked by the rights of each reader', async () => {
  const { server, revision } = await worldWithAna();
  const readers = await Promise.all(
    [ana, sue, acd].map(async (who) => new StreamReader(await new Visitor(server, who).request(`${path}/stream`))),
  );
  await Promise.all(readers.map((reader) => reader.until('event: ready')));
  for (const reader of readers) reader.forget();
  await new Visitor(server, ana).event('ana', { type: 'sign-in', page: 'p-new' }, revision);
  await Promise.all(readers.map((reader) => reader.until('p-new')));
  expect(readers.map(({ text }) => [text.includes(FORWARD_TO), text.includes(CALLER)])).toEqual([
    [true, true],
    [false, false],
    [true, false],
  ]);
});

test('the document of a damaged record is shown only to the agent', async () => {
  const world = await worldWithAna();
  const { memoryDocuments } = await import('../../src/stores/documents/memory-backend.js');
  const place = memoryDocuments(world.storeOf().name);
  await place.write('ana', () => ({ agentId: 'ana', calls: [{ party: { number: CALLER } }] }));
  const choose = { type: 'choose', statusId: 'lunch', by: { role: 'agent', id: 'ana' } } as const;
  const texts = await Promise.all(
    [ana, sue, acd].map(async (who) => {
      const visitor = new Visitor(world.server, who);
      const answers = await Promise.all([visitor.request(path), visitor.event('ana', choose, world.revision)]);
      const stream = await told(await visitor.request(`${path}/stream`));
      return [...(await Promise.all(answers.map((answer) => answer.text()))), stream].join();
    }),
  );
  expect(texts.map((text) => [text.includes('damaged'), text.includes(CALLER)])).toEqual([
    [true, true],
    [true, false],
    [true, false],
  ]);
  const facts = { type: 'started', call: { id: 'c3', direction: 'inbound', party: {} } };
  const problem = { status: 422, code: 'damaged-data' } as const;
  await refused(world, () => new Visitor(world.server, pbx).post(`${path}/facts`, facts), problem);
});

test('a client that knows of the damage saves a fresh record over it', async () => {
  const world = await worldWithAna();
  const { memoryDocuments } = await import('../../src/stores/documents/memory-backend.js');
  await memoryDocuments(world.storeOf().name).write('ana', () => 'nothing of a record');
  const visitor = new Visitor(world.server, ana);
  const problem = (await (await visitor.request(path)).json()) as { revision: number; document: unknown };
  expect(problem.document).toBe('nothing of a record');
  const answer = await visitor.event('ana', { type: 'sign-in', page: 'p1' }, problem.revision);
  expect(answer.status).toBe(200);
  expect((await world.storeOf().readAgent('ana'))?.value.choice?.statusId).toBe('available');
});

test('log, metrics and refusals hold no token, no number and no party', async () => {
  const lines: LogLine[] = [];
  const world = await worldWithAna({
    log: (line) => lines.push(line),
    allowForward: (_, number) => {
      if (number.endsWith('9')) throw new Error(`${number} is no number of ${tokenOf(ana)}`);
      return number === FORWARD_TO;
    },
  });
  const by = { role: 'agent', id: 'ana' } as const;
  const problems: unknown[] = [];
  const choose = (forwardTo: string) =>
    new Visitor(world.server, ana).event(
      'ana',
      { type: 'choose', statusId: 'forward-to-phone', forwardTo, by },
      world.revision,
    );
  problems.push(await refused(world, () => choose('+4930000001'), { status: 403, code: 'denied' }));
  problems.push(await refused(world, () => choose('+4930000009'), { status: 503, code: 'unavailable' }));
  for (const who of [ben, adam]) {
    problems.push(await refused(world, () => new Visitor(world.server, who).request(path), { status: 403 }));
  }
  const metrics = await (await world.server.fetch(new Request('http://status.test/metrics'))).text();
  expect(metrics).toContain('phone_events_total{type="choose",outcome="denied"} 1');
  const all = JSON.stringify([lines, problems, metrics]);
  const token = tokenOf(ana).slice('Bearer '.length);
  for (const secret of [token, token.slice(0, 24), CALLER, FORWARD_TO, '+49300000', 'Cleo', 'acme-secret']) {
    expect(all).not.toContain(secret);
  }
  expect(metrics).not.toContain('ana');
});
