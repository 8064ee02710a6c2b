import { defaultAccount, updateSettings, type Account } from '../../model/account.js';
import { newAgentRecord, type AgentRecord } from '../../model/agent.js';
import { recordEvent } from '../../model/record-event.js';
import type { Versioned } from '../../stores/status-store.js';
import { hear, recordOn, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectRefusal, expectSame, presentOf } from './expect.js';

const event = { type: 'sign-in', page: 'page-1' } as const;

/** Promise 6: what goes in and what comes out are copies. */
export const copyCases = casesOf(6, {
  'a record that is changed after it was handed in changes nothing in the store': async (bench) => {
    const store = await bench.open();
    const handedIn = recordEvent(defaultAccount, newAgentRecord('ana'), event, store.now());
    const ours = structuredClone(handedIn);
    const save = store.saveAgent(ours, null, event);
    const saved = structuredClone(await save);
    spoilRecord(ours);
    expectSame(await store.readAgent('ana'), saved, 'What is read after the change');
  },
  'a record that is changed after it was handed out changes nothing in the store': async (bench) => {
    const store = await bench.open();
    const answered = await signIn(store, 'ana');
    const saved = structuredClone(answered);
    const heard = hear<AgentRecord>();
    store.watchAgent('ana', heard);
    await bench.until('the record is heard', () => heard.entries.length > 0);
    const read = await store.readAgent('ana');
    const stale = await expectRefusal(recordOn(store, 'ana', event), 'conflict', 'A save that takes it for new');
    const present = presentOf(stale) as Versioned<AgentRecord>;
    for (const entry of [answered, read, heard.entries[0], present]) if (entry) spoilRecord(entry.value);
    expectSame(await store.readAgent('ana'), saved, 'What is read after the changes');
    const late = hear<AgentRecord>();
    store.watchAgent('ana', late);
    await bench.until('a later watch hears the record', () => late.entries.length > 0);
    expectSame(late.entries, [saved], 'What a later watch hears');
  },
  'two watchers are handed copies of their own': async (bench) => {
    const store = await bench.open();
    const [spoiler, heard] = [hear<AgentRecord>(), hear<AgentRecord>()];
    store.watchAgent('ana', { next: ({ value }) => spoilRecord(value), ready: () => spoiler.ready?.() });
    store.watchAgent('ana', heard);
    await bench.until('both watches are ready', () => spoiler.readyAfter === 0 && heard.readyAfter === 0);
    const saved = await signIn(store, 'ana');
    await bench.until('the record is heard', () => heard.entries.length > 0);
    expectSame(heard.entries, [saved], 'What the second watcher heard');
  },
  'an account that is changed after it was handed in or out changes nothing in the store': async (bench) => {
    const store = await bench.open();
    const ours = structuredClone(updateSettings(defaultAccount, { acwLimitSeconds: 60 }));
    const answered = await store.saveAccount(ours, null);
    const saved = structuredClone(answered);
    spoilAccount(ours);
    spoilAccount(answered.value);
    const read = await store.readAccount();
    expectSame(read, saved, 'What is read after the first changes');
    if (read) spoilAccount(read.value);
    expectSame(await store.readAccount(), saved, 'What is read after the second changes');
  },
});

function spoilRecord(record: AgentRecord): void {
  (record.leases as Record<string, number>)['spoiled'] = 1;
  (record as { missedCalls: number }).missedCalls = 77;
  (record.shown as { statusId: string }).statusId = 'spoiled';
}

function spoilAccount({ settings, statuses }: Account): void {
  (settings as { acwLimitSeconds: number }).acwLimitSeconds = 77;
  (statuses as unknown[]).length = 0;
}
