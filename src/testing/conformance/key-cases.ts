import type { AgentRecord } from '../../model/agent.js';
import { quote } from '../../model/errors.js';
import { hear, lastOf, record, signIn } from './bench.js';
import { casesOf, type ConformanceCase } from './case.js';
import { expectRefusal, expectSame, expectThat, expectThrow } from './expect.js';

/** Ids that a store could mistake for something else: a path, a pattern, a subject, a number, a property of every object. */
const hostileIds: Readonly<Record<string, string>> = {
  dots: 'ana.b.c',
  'two dots': '..',
  'spaces at its ends': ' ana  b ',
  slashes: '/ana\\b/../c',
  'a star': '*',
  'an angle bracket': 'ana.>',
  'percent signs': '%2e%2E%',
  'question and hash marks': 'ana?b=c#d',
  quotes: `'";--\``,
  'markup and line breaks': '<b>ana</b>\n\r\t\0',
  'nothing but a digit': '0',
  'a NUL': 'ana\0ben',
  'the name __proto__': '__proto__',
  'the name constructor': 'constructor',
  emoji: '👩🏽‍💻📞',
  'right-to-left letters': 'آنا‏',
  '200 code points': 'a'.repeat(200),
  '200 emoji': '📞'.repeat(200),
};

const safeAsKeys = Object.fromEntries(
  Object.entries(hostileIds).map(([what, id]): [string, ConformanceCase['run']] => [
    `an id with ${what} is safe as a key`,
    async (bench) => {
      const [store, other] = [await bench.open(), await bench.open()];
      const [one, all] = [hear<AgentRecord>(), hear<AgentRecord>()];
      other.watchAgent(id, one);
      other.watchAgents(all);
      await signIn(store, 'ana');
      const saved = await signIn(store, id);
      const next = await record(store, id, { type: 'sign-in', page: 'page-2' });
      expectSame([saved.value.agentId, next.value.agentId], [id, id], 'The id in the record');
      expectSame(await other.readAgent(id), next, `What another client reads of ${quote(id)}`);
      await bench.until(`${quote(id)} is heard`, () => lastOf(one, id) === next.revision);
      await bench.until(`${quote(id)} is heard among all`, () => lastOf(all, id) === next.revision);
      expectThat(
        one.entries.every(({ value }) => value.agentId === id),
        `The watch of ${quote(id)} heard another agent.`,
      );
      await store.removeAgent(id);
      expectSame(await other.readAgent(id), undefined, `What is read of ${quote(id)} after the removal`);
      expectThat((await other.readAgent('ana')) !== undefined, `The removal of ${quote(id)} removed another agent.`);
    },
  ]),
);

/** Promise 7: every text of 1 to 200 code points is an agent's id. */
export const keyCases = casesOf(7, {
  ...safeAsKeys,
  'ids that differ in anything are different agents': async (bench) => {
    const [store, other] = [await bench.open(), await bench.open()];
    const ids = [
      'ana',
      'Ana',
      'ana ',
      ' ana',
      'an',
      'ana.',
      'ana\0',
      'ana\0b',
      'a*',
      '%61na',
      'ana/',
      'a\u0301na',
      '\u00e1na',
      'a'.repeat(199),
      'a'.repeat(200),
    ];
    for (const id of ids) await signIn(store, id, `page of ${id}`);
    const all = hear<AgentRecord>();
    other.watchAgents(all);
    await bench.until('all agents are heard', () => all.readyAfter === ids.length);
    expectSame(all.entries.map(({ value }) => value.agentId).sort(), [...ids].sort(), 'The agents that were heard');
    for (const id of ids) {
      const found = await other.readAgent(id);
      expectSame(Object.keys(found?.value.leases ?? {}), [`page of ${id}`], `The pages of ${quote(id)}`);
    }
  },
  'what is no agent id is refused': async (bench) => {
    const store = await bench.open();
    for (const id of ['', 'a'.repeat(201), '📞'.repeat(201), undefined, null, 7, {}] as unknown[] as string[]) {
      await expectRefusal(store.readAgent(id), 'missing-agent', `Reading ${quote(id)}`);
      await expectRefusal(store.removeAgent(id), 'missing-agent', `Removing ${quote(id)}`);
      expectThrow(() => store.watchAgent(id, hear()), 'missing-agent', `Watching ${quote(id)}`);
    }
    await expectRefusal(signIn(store, ''), 'missing-agent', 'Saving a record without an id');
  },
});
