import { defaultAccount, updateSettings, type Account } from '../../model/account.js';
import type { AgentRecord } from '../../model/agent.js';
import { hear, lastOf, recordOn, signIn, type Heard } from './bench.js';
import { casesOf } from './case.js';
import { expectSame, expectThat } from './expect.js';

/** Promise 4: what a watcher gets, and in which order. */
export const watchCases = casesOf(4, {
  'a watcher gets the present record, then ready, then every later state, own saves included': async (bench) => {
    const store = await bench.open();
    const first = await signIn(store, 'ana');
    const heard = hear<AgentRecord>();
    store.watchAgent('ana', heard);
    await bench.until('the watch is ready', () => heard.readyAfter !== undefined);
    expectSame([heard.readyAfter, heard.entries], [1, [first]], 'What came before ready');
    const second = await recordOn(store, first, { type: 'sign-in', page: 'page-2' });
    await bench.until('the own save is heard', () => heard.entries.length > 1);
    expectSame(heard.entries, [first, second], 'What the watcher heard');
  },
  'a watcher of the account gets the present one, then ready, then every later state': async (bench) => {
    const store = await bench.open();
    const first = await store.saveAccount(defaultAccount, null);
    const heard = hear<Account>();
    store.watchAccount(heard);
    await bench.until('the watch is ready', () => heard.readyAfter !== undefined);
    expectSame([heard.readyAfter, heard.entries], [1, [first]], 'What came before ready');
    const second = await store.saveAccount(updateSettings(first.value, { acwLimitSeconds: 5 }), first.revision);
    await bench.until('the own save is heard', () => heard.entries.length > 1);
    expectSame(heard.entries, [first, second], 'What the watcher heard');
  },
  'a watcher of all agents gets all present ones, then ready, then the changed and the new ones': async (bench) => {
    const store = await bench.open();
    await store.saveAccount(defaultAccount, null);
    const ana = await signIn(store, 'ana');
    await signIn(store, 'ben');
    const heard = hear<AgentRecord>();
    store.watchAgents(heard);
    await bench.until('the watch is ready', () => heard.readyAfter !== undefined);
    expectSame(agentsOf(heard), ['ana', 'ben'], 'The agents that came before ready');
    expectSame(heard.readyAfter, 2, 'The number of entries before ready');
    const changed = await recordOn(store, ana, { type: 'sign-in', page: 'page-2' });
    const added = await signIn(store, 'cleo');
    await bench.until('the change is heard', () => lastOf(heard, 'ana') === changed.revision);
    await bench.until('the new agent is heard', () => lastOf(heard, 'cleo') === added.revision);
    expectSame(agentsOf(heard), ['ana', 'ben', 'cleo'], 'The agents that came');
    expectSame(heard.errors, [], 'The errors that came');
  },
  'later states come in the order of their revisions, and the last one never fails to come': async (bench) => {
    const [writer, other, reader] = [await bench.open(), await bench.open(), await bench.open()];
    let entry = await signIn(writer, 'ana');
    const watchers = { own: hear<AgentRecord>(), other: hear<AgentRecord>(), all: hear<AgentRecord>() };
    writer.watchAgent('ana', watchers.own);
    reader.watchAgent('ana', watchers.other);
    reader.watchAgents(watchers.all);
    for (let page = 2; page <= 31; page += 1) {
      entry = await recordOn(page % 2 ? writer : other, entry, { type: 'sign-in', page: `page-${page % 4}` });
    }
    for (const [whose, heard] of Object.entries(watchers)) {
      await bench.until(`the last state is heard (${whose})`, () => lastOf(heard, 'ana') === entry.revision);
      const revisions = heard.entries.map(({ revision }) => revision);
      const isInOrder = revisions.every((revision, index) => index === 0 || revision > (revisions[index - 1] ?? 0));
      expectThat(isInOrder, `The revisions came as ${revisions.join()} (${whose}).`);
    }
  },
  'a removed agent who is made anew is heard again': async (bench) => {
    const [store, other] = [await bench.open(), await bench.open()];
    const heard = hear<AgentRecord>();
    other.watchAgent('ana', heard);
    const before = await signIn(store, 'ana');
    await bench.until('the record is heard', () => lastOf(heard, 'ana') === before.revision);
    await store.removeAgent('ana');
    const after = await recordOn(store, 'ana', { type: 'sign-in', page: 'page-2' });
    await bench.until('the new record is heard', () => lastOf(heard, 'ana') === after.revision);
  },
  'the watches of an agent who is erased, by whichever client, hear that once, and no others do': async (bench) => {
    const [store, other] = [await bench.open(), await bench.open()];
    await signIn(store, 'ana');
    await signIn(store, 'ben');
    const watchers = { own: hear<AgentRecord>(), other: hear<AgentRecord>(), all: hear<AgentRecord>() };
    const neighbour = hear<AgentRecord>();
    store.watchAgent('ana', watchers.own);
    other.watchAgent('ana', watchers.other);
    other.watchAgents(watchers.all);
    other.watchAgent('ben', neighbour);
    for (const heard of [...Object.values(watchers), neighbour]) {
      await bench.until('the watches are ready', () => heard.readyAfter !== undefined);
    }
    await store.removeAgent('ana');
    for (const [whose, heard] of Object.entries(watchers)) {
      await bench.until(`the erasure is heard (${whose})`, () => heard.erased.length > 0);
    }
    const after = await recordOn(other, 'ana', { type: 'sign-in', page: 'page-2' });
    for (const [whose, heard] of Object.entries(watchers)) {
      await bench.until(`the new record is heard (${whose})`, () => lastOf(heard, 'ana') === after.revision);
      expectSame(heard.erased, ['ana'], `Who was heard to be erased (${whose})`);
    }
    expectSame(neighbour.erased, [], 'Who was heard to be erased by the watch of another agent');
  },
  'no callback runs within the call that causes it': async (bench) => {
    const store = await bench.open();
    const heard = hear<AgentRecord>();
    let within = '';
    const early: string[] = [];
    const note = (what: string) => within && early.push(`${what} within ${within}`);
    const call = <T>(name: string, run: () => T): T => {
      within = name;
      const answer = run();
      within = '';
      return answer;
    };
    const watcher = {
      next: (entry: (typeof heard.entries)[number]) => void (note('next'), heard.next(entry)),
      ready: () => void (note('ready'), heard.ready?.()),
      gone: (agentId: string) => void (note('gone'), heard.gone?.(agentId)),
    };
    const entry = await signIn(store, 'ana');
    call('watchConnection', () => store.watchConnection(() => void note('connection')));
    call('watchAgent', () => store.watchAgent('ana', watcher));
    await bench.until('the watch is ready', () => heard.readyAfter === 1);
    const next = await call('saveAgent', () => recordOn(store, entry, { type: 'sign-in', page: 'page-2' }));
    await bench.until('the save is heard', () => lastOf(heard, 'ana') === next.revision);
    await call('removeAgent', () => store.removeAgent('ana'));
    await bench.until('the erasure is heard', () => heard.erased.length > 0);
    expectSame(early, [], 'What ran within a call');
  },
  'a watcher that throws harms nobody': async (bench) => {
    const store = await bench.open();
    const broken = (): never => {
      throw new Error('This watcher is meant to throw.');
    };
    const heard = hear<AgentRecord>();
    store.watchAgent('ana', { next: broken, ready: broken, error: broken });
    store.watchAgents({ next: broken, ready: broken, error: broken });
    store.watchConnection(broken);
    store.watchAgent('ana', heard);
    const saved = await signIn(store, 'ana');
    await bench.until('another watcher hears the save', () => lastOf(heard, 'ana') === saved.revision);
    const next = await recordOn(store, saved, { type: 'sign-in', page: 'page-2' });
    await bench.until('another watcher hears the next save', () => lastOf(heard, 'ana') === next.revision);
  },
  'a watch that was ended, even twice, hears nothing more': async (bench) => {
    const store = await bench.open();
    const [ended, never, going] = [hear<AgentRecord>(), hear<AgentRecord>(), hear<AgentRecord>()];
    const first = await signIn(store, 'ana');
    const unwatch = store.watchAgent('ana', ended);
    await bench.until('the watch is ready', () => ended.readyAfter === 1);
    unwatch();
    unwatch();
    store.watchAgent('ana', never)();
    store.watchAgent('ana', going);
    const second = await recordOn(store, first, { type: 'sign-in', page: 'page-2' });
    await bench.until('a watch that goes on hears the save', () => lastOf(going, 'ana') === second.revision);
    expectSame(ended.entries, [first], 'What the ended watch heard');
    expectSame([never.entries, never.readyAfter], [[], undefined], 'What a watch heard that was ended at once');
  },
});

function agentsOf(heard: Heard<AgentRecord>): readonly string[] {
  return [...new Set(heard.entries.map(({ value }) => value.agentId))].sort();
}
