import { defaultAccount } from '../../model/account.js';
import { newAgentRecord, type AgentRecord } from '../../model/agent.js';
import { isPhoneError } from '../../model/errors.js';
import type { StatusStore } from '../../stores/status-store.js';
import { hear, hearConnection, lastOf, recordOn, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectRefusal, expectSame, expectThat, expectThrow } from './expect.js';

/** How far apart the clocks of two clients may be, in milliseconds: a server may report its time in whole seconds. */
const CLOCK_MS = 2_000;
const signInEvent = { type: 'sign-in', page: 'page-1' } as const;

/** Promises 8, 9, 10 and 12: closing, losing the place, being refused by it, and its clock. */
export const connectionCases = [
  ...casesOf(8, {
    'after close, called twice, every call fails with closed': async (bench) => {
      const store = await bench.open();
      await signIn(store, 'ana');
      await Promise.all([store.close(), store.close()]);
      await store.close();
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        readAccount: () => store.readAccount(),
        readAgent: () => store.readAgent('ana'),
        saveAccount: () => store.saveAccount(defaultAccount, null),
        saveAgent: () => store.saveAgent(newAgentRecord('ben'), null, signInEvent),
        removeAgent: () => store.removeAgent('ana'),
      };
      for (const [name, call] of Object.entries(calls)) await expectRefusal(call(), 'closed', name);
      expectThrow(() => store.watchAccount(hear()), 'closed', 'watchAccount');
      expectThrow(() => store.watchAgent('ana', hear()), 'closed', 'watchAgent');
      expectThrow(() => store.watchAgents(hear()), 'closed', 'watchAgents');
      expectThrow(() => store.watchConnection(() => undefined), 'closed', 'watchConnection');
      store.depart('ana', 'page-1');
    },
    'after close no callback runs, and the other clients go on': async (bench) => {
      const [closing, going] = [await bench.open(), await bench.open()];
      const [closed, heard, atOnce] = [hear<AgentRecord>(), hear<AgentRecord>(), hear<AgentRecord>()];
      closing.watchAgent('ana', closed);
      closing.watchAgents(closed);
      going.watchAgents(heard);
      const first = await signIn(going, 'ana');
      await bench.until('the first save is heard', () => lastOf(closed, 'ana') === first.revision);
      await bench.until('the first save is heard by the other', () => lastOf(heard, 'ana') === first.revision);
      closing.watchAgents(atOnce);
      await closing.close();
      const count = closed.entries.length;
      const second = await recordOn(going, first, { type: 'sign-in', page: 'page-2' });
      await bench.until('the second save is heard by the other', () => lastOf(heard, 'ana') === second.revision);
      expectSame(closed.entries.length, count, 'The number of entries that the closed client heard');
      expectSame([atOnce.entries, atOnce.readyAfter], [[], undefined], 'What a watch heard that began just before');
    },
    'the last that a watcher of the connection hears is closed': async (bench) => {
      const store = await bench.open();
      const { heard } = hearConnection(store);
      const ended = hearConnection(store);
      await bench.until('the client is online', () => heard.at(-1)?.state === 'online');
      ended.unwatch();
      ended.unwatch();
      await store.close();
      expectSame(heard.at(-1)?.state, 'closed', 'The last state');
      expectSame(heard.filter(({ state }) => state === 'closed').length, 1, 'How often closed was heard');
      expectSame(ended.heard.at(-1)?.state, 'online', 'The last state that an ended watch heard');
    },
  }),
  ...casesOf(9, {
    'a client that is opened comes online': async (bench) => {
      const { heard } = hearConnection(await bench.open());
      await bench.until('the client is online', () => heard.at(-1)?.state === 'online');
    },
    'the watches of all clients of a place are told one generation': async (bench) => {
      const [store, other] = [await bench.open(), await bench.open()];
      const generations = async (client: StatusStore): Promise<readonly unknown[]> => {
        const watchers = [hear<AgentRecord>(), hear<AgentRecord>()] as const;
        client.watchAgent('ana', watchers[0]);
        client.watchAgents(watchers[1]);
        await bench.until('all watches are ready', () => watchers.every((heard) => heard.readyAfter !== undefined));
        return watchers.flatMap((heard) => heard.generations);
      };
      await signIn(store, 'ana');
      const told = [...(await generations(store)), ...(await generations(other))];
      await Promise.all([store.close(), other.close()]);
      told.push(...(await generations(await bench.open())));
      expectThat(told[0] === undefined || (typeof told[0] === 'string' && told[0] !== ''), `It is ${String(told[0])}.`);
      expectSame([...new Set(told)].length, 1, `The number of generations among ${told.join()}`);
    },
  }),
  ...casesOf(
    9,
    {
      'loss and return of the connection are reported': async (bench) => {
        const store = await bench.open();
        const { heard } = hearConnection(store);
        await bench.until('the client is online', () => heard.at(-1)?.state === 'online');
        const restore = await bench.disconnect(store);
        await bench.until('the loss is reported', () => heard.at(-1)?.state === 'offline');
        expectThat(isPhoneError(heard.at(-1)?.reason, 'unavailable'), 'The loss was reported without its reason.');
        await restore();
        await bench.until('the return is reported', async () => {
          // A store may try again only when somebody needs it.
          await store.readAgent('ana').catch(() => undefined);
          return heard.at(-1)?.state === 'online';
        });
      },
      'after the return every watcher is brought up to date': async (bench) => {
        const [store, other] = [await bench.open(), await bench.open()];
        const before = await signIn(other, 'ana');
        const [one, all, late] = [hear<AgentRecord>(), hear<AgentRecord>(), hear<AgentRecord>()];
        store.watchAgent('ana', one);
        store.watchAgents(all);
        await bench.until('both watches are ready', () => one.readyAfter === 1 && all.readyAfter === 1);
        const restore = await bench.disconnect(store);
        store.watchAgent('ana', late);
        const after = await recordOn(other, before, { type: 'sign-in', page: 'page-2' });
        const added = await signIn(other, 'ben');
        await restore();
        await store.readAgent('ana').catch(() => undefined);
        await bench.until('the change is heard', () => lastOf(one, 'ana') === after.revision);
        await bench.until('the change is heard among all', () => lastOf(all, 'ana') === after.revision);
        await bench.until('the new agent is heard', () => lastOf(all, 'ben') === added.revision);
        // What changed before the return may come as two states.
        await bench.until('a watch that began meanwhile is ready', () => Number(late.readyAfter) >= 1);
        await bench.until('it has heard the change', () => lastOf(late, 'ana') === after.revision);
      },
      'a watch begun while cut off is ready only after the return': async (bench) => {
        const [store, other] = [await bench.open(), await bench.open()];
        await signIn(other, 'ana');
        const { heard } = hearConnection(store);
        await bench.until('the client is online', () => heard.at(-1)?.state === 'online');
        const restore = await bench.disconnect(store);
        const late = [hear<AgentRecord>(), hear<AgentRecord>()] as const;
        store.watchAgent('ana', late[0]);
        store.watchAgents(late[1]);
        await bench.until('the loss is reported', () => heard.at(-1)?.state === 'offline');
        await expectRefusal(store.readAgent('ana'), 'unavailable', 'A read without a connection');
        const early = late.map(({ readyAfter }) => readyAfter);
        expectSame(early, [undefined, undefined], 'What had come when the watches were ready');
        await restore();
        await bench.until('the watches are ready', async () => {
          await store.readAgent('ana').catch(() => undefined);
          return late.every(({ readyAfter }) => readyAfter === 1);
        });
      },
      'an agent who was erased while a watch was cut off is told gone after the return': async (bench) => {
        const [store, other] = [await bench.open(), await bench.open()];
        for (const agentId of ['ana', 'ben']) await signIn(other, agentId);
        const [one, all] = [hear<AgentRecord>(), hear<AgentRecord>()];
        store.watchAgent('ana', one);
        store.watchAgents(all);
        await bench.until('both watches are ready', () => one.readyAfter === 1 && all.readyAfter === 2);
        const restore = await bench.disconnect(store);
        await other.removeAgent('ana');
        await restore();
        await bench.until('the erasure is heard', async () => {
          await store.readAgent('ana').catch(() => undefined);
          return one.erased.length > 0 && all.erased.length > 0;
        });
        expectSame([one.erased, all.erased], [['ana'], ['ana']], 'Who was heard to be erased');
      },
    },
    'disconnect',
  ),
  ...casesOf(
    10,
    {
      'a save that cannot reach the place is unavailable, and can be made again': async (bench) => {
        const [store, other] = [await bench.open(), await bench.open()];
        const before = await signIn(store, 'ana');
        const restore = await bench.disconnect(store);
        const save = () => recordOn(store, before, { type: 'sign-in', page: 'page-2' });
        await expectRefusal(save(), 'unavailable', 'A save without a connection');
        await expectRefusal(store.readAgent('ana'), 'unavailable', 'A read without a connection');
        expectSame(await other.readAgent('ana'), before, 'What another client reads meanwhile');
        await restore();
        let saved: unknown;
        await bench.until('the save is taken', async () => {
          saved = await save().catch(() => undefined);
          return saved !== undefined;
        });
        expectSame(await other.readAgent('ana'), saved, 'What another client reads in the end');
      },
    },
    'disconnect',
  ),
  ...casesOf(
    10,
    {
      'a save that is not allowed is denied and changes nothing': async (bench) => {
        const [store, visitor] = [await bench.open(), await bench.openWithoutRights()];
        const before = await signIn(store, 'ana');
        const save = recordOn(visitor, before, { type: 'sign-in', page: 'page-2' });
        await expectRefusal(save, 'denied', 'A save of a record without rights');
        await expectRefusal(
          visitor.saveAccount(defaultAccount, null),
          'denied',
          'A save of the account without rights',
        );
        expectSame(await store.readAgent('ana'), before, 'The record after the refusal');
        expectSame(await store.readAccount(), undefined, 'The account after the refusal');
      },
    },
    'openWithoutRights',
  ),
  ...casesOf(12, {
    'the clients of a place have one clock, and it goes on': async (bench) => {
      const [store, other] = [await bench.open(), await bench.open()];
      await Promise.all([store.readAccount(), other.readAccount()]);
      const [before, between, after] = [store.now(), other.now(), store.now()];
      expectThat(Number.isFinite(before) && before > 0, `The place's clock says ${before}.`);
      expectThat(after >= before, `The place's clock went from ${before} to ${after}.`);
      const apart = Math.max(before - between, between - after);
      expectThat(apart <= CLOCK_MS, `The clocks of two clients are ${apart} ms apart.`);
      await bench.until('the clock goes on', () => store.now() > before);
    },
  }),
];
