import { defaultAccount, updateSettings } from '../../model/account.js';
import { newAgentRecord, type AgentRecord } from '../../model/agent.js';
import type { PhoneError } from '../../model/errors.js';
import { recordEvent } from '../../model/record-event.js';
import type { StatusStore, Versioned } from '../../stores/status-store.js';
import { hear, recordOn, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectRefusal, expectSame, expectThat, presentOf } from './expect.js';

const oneMinute = updateSettings(defaultAccount, { acwLimitSeconds: 60 });
const twoMinutes = updateSettings(defaultAccount, { acwLimitSeconds: 120 });
const renew = { type: 'renew', page: 'page-1' } as const;

/** Promises 1 to 3: what is absent, what is kept, and what a stale save does. */
export const entryCases = [
  ...casesOf(1, {
    'what was never written is absent': async (bench) => {
      const store = await bench.open();
      expectSame(await store.readAgent('nobody'), undefined, 'An agent who was never written');
      expectSame(await store.readAccount(), undefined, 'An account that was never written');
    },
    'a watch of what was never written is ready without an entry': async (bench) => {
      const store = await bench.open();
      const [account, agent, agents] = [hear<unknown>(), hear<AgentRecord>(), hear<AgentRecord>()];
      store.watchAccount(account);
      store.watchAgent('nobody', agent);
      store.watchAgents(agents);
      for (const [what, heard] of Object.entries({ account, agent, agents })) {
        await bench.until(`the watch of the ${what} is ready`, () => heard.readyAfter === 0);
        expectSame([heard.entries, heard.errors], [[], []], `What the watch of the ${what} heard`);
      }
    },
    'an agent who was removed is absent, and the others stay': async (bench) => {
      const store = await bench.open();
      const removed = await signIn(store, 'ana');
      await signIn(store, 'ben');
      await store.removeAgent('ana');
      expectSame(await store.readAgent('ana'), undefined, 'The removed agent');
      expectThat((await store.readAgent('ben')) !== undefined, 'Another agent went with the removed one.');
      const stale = await expectRefusal(
        recordOn(store, removed, renew),
        'conflict',
        'A save based on a removed record',
      );
      expectSame(presentOf(stale), undefined, 'The present entry that the conflict carries');
    },
    'an agent who is not there may be removed': async (bench) => {
      await (await bench.open()).removeAgent('nobody');
    },
  }),
  ...casesOf(2, {
    'a save answers the record as it now stands, with its revision': async (bench) => {
      const store = await bench.open();
      const saved = await signIn(store, 'ana');
      expectSame(saved.value.agentId, 'ana', 'The agent of the record');
      expectSame(Object.keys(saved.value.leases), ['page-1'], 'The pages of the record');
      expectThat(Number.isSafeInteger(saved.revision), `The revision ${saved.revision} is not a safe integer.`);
      expectSame(await store.readAgent('ana'), saved, 'What is read after the save');
    },
    'a save answers the account as it now stands, with its revision': async (bench) => {
      const store = await bench.open();
      const first = await store.saveAccount(oneMinute, null);
      expectSame(first.value, oneMinute, 'The account that the save answers');
      const second = await store.saveAccount(twoMinutes, first.revision);
      expectSame(second.value, twoMinutes, 'The account that the second save answers');
      expectThat(second.revision > first.revision, `Revision ${second.revision} came after ${first.revision}.`);
      expectSame(await store.readAccount(), second, 'What is read after the saves');
    },
    'the revision of an entry grows with every save of it': async (bench) => {
      const store = await bench.open();
      const revisions: number[] = [];
      let entry = await signIn(store, 'ana');
      for (let page = 2; page <= 6; page += 1) {
        revisions.push(entry.revision);
        entry = await recordOn(store, entry, { type: 'sign-in', page: `page-${page}` });
        expectThat(
          entry.revision > (revisions.at(-1) ?? 0),
          `Revision ${entry.revision} came after ${revisions.join()}.`,
        );
      }
    },
    'the revision grows also where the saved account is the same': async (bench) => {
      const store = await bench.open();
      const first = await store.saveAccount(oneMinute, null);
      const second = await store.saveAccount(oneMinute, first.revision);
      expectThat(second.revision > first.revision, `Revision ${second.revision} came after ${first.revision}.`);
    },
    'a record that was removed and is made anew repeats no revision': async (bench) => {
      const store = await bench.open();
      const before = await signIn(store, 'ana');
      await store.removeAgent('ana');
      const after = await recordOn(store, 'ana', { type: 'sign-in', page: 'page-1' });
      expectThat(after.revision > before.revision, `Revision ${after.revision} came after ${before.revision}.`);
    },
  }),
  ...casesOf(3, {
    'a save based on a stale revision is refused, carries the present record and changes nothing': async (bench) => {
      const store = await bench.open();
      const first = await signIn(store, 'ana');
      const second = await recordOn(store, first, { type: 'sign-in', page: 'page-2' });
      await expectConflict(store, first, second);
      expectSame(await store.readAgent('ana'), second, 'The record after the refused save');
    },
    'a save that takes the record for new is refused where there is one': async (bench) => {
      const store = await bench.open();
      const present = await signIn(store, 'ana');
      await expectConflict(store, 'ana', present);
      expectSame(await store.readAgent('ana'), present, 'The record after the refused save');
    },
    'a save based on a revision is refused where there is no record': async (bench) => {
      const store = await bench.open();
      await signIn(store, 'ben');
      const value = recordEvent(
        defaultAccount,
        newAgentRecord('ana'),
        { type: 'sign-in', page: 'page-1' },
        store.now(),
      );
      const refusal = await expectConflict(store, { value, revision: 1 }, undefined);
      expectSame(presentOf(refusal), undefined, 'The present entry that the conflict carries');
    },
    'a stale save of the account is refused, carries the present one and changes nothing': async (bench) => {
      const store = await bench.open();
      const first = await store.saveAccount(oneMinute, null);
      const second = await store.saveAccount(twoMinutes, first.revision);
      for (const basedOn of [null, first.revision]) {
        const refusal = await expectRefusal(store.saveAccount(oneMinute, basedOn), 'conflict', 'A stale save');
        expectSame(presentOf(refusal), second, 'The present account that the conflict carries');
      }
      expectSame(await store.readAccount(), second, 'The account after the refused saves');
    },
  }),
];

async function expectConflict(
  store: StatusStore,
  basedOn: Versioned<AgentRecord> | string,
  present: Versioned<AgentRecord> | undefined,
): Promise<PhoneError> {
  const stale = recordOn(store, basedOn, { type: 'sign-in', page: 'page-3' });
  const refusal = await expectRefusal(stale, 'conflict', 'A stale save');
  expectSame(presentOf(refusal), present, 'The present entry that the conflict carries');
  return refusal;
}
