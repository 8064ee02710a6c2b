import { defaultAccount, type Account } from '../../model/account.js';
import { newAgentRecord, type AgentRecord } from '../../model/agent.js';
import type { PhoneError } from '../../model/errors.js';
import { recordEvent } from '../../model/record-event.js';
import { hear, lastOf, signIn } from './bench.js';
import { casesOf, type ConformanceCase } from './case.js';
import { expectRefusal, expectSame, expectThat } from './expect.js';

const event = { type: 'sign-in', page: 'page-1' } as const;

/** Documents that no version of the product has written under the id `ana`. */
const damaged: Readonly<Record<string, unknown>> = {
  'that is a text': 'ana',
  'that is a number': 7,
  'that is nothing': null,
  'that is a list': [newAgentRecord('ana')],
  'that is empty': {},
  'without its id': { ...newAgentRecord('ana'), agentId: undefined },
  'of another agent': newAgentRecord('ben'),
  'whose leases are a text': { ...newAgentRecord('ana'), leases: 'page-1' },
  'whose calls are none': { ...newAgentRecord('ana'), calls: [{ id: 'c1', state: 'dancing' }] },
};

const skipped = Object.fromEntries(
  Object.entries(damaged).map(([what, document]): [string, ConformanceCase['run']] => [
    `a record ${what} is reported with its revision, skipped, and can be saved over`,
    async (bench) => {
      const store = await bench.open();
      await signIn(store, 'ana');
      const neighbour = await signIn(store, 'ben');
      await bench.damage('ana', document);
      const reader = await bench.open();
      const refusal = await expectRefusal(reader.readAgent('ana'), 'damaged-data', 'Reading the damaged record');
      const revision = revisionOf(refusal);
      expectThat(typeof revision === 'number', `The error carries the revision ${String(revision)}.`);
      const [one, all] = [hear<AgentRecord>(), hear<AgentRecord>()];
      reader.watchAgent('ana', one);
      reader.watchAgents(all);
      await bench.until('both watches are ready', () => one.readyAfter === 0 && all.readyAfter === 1);
      for (const { errors } of [one, all]) {
        expectSame(
          errors.map(({ code }) => code),
          ['damaged-data'],
          'The errors that came',
        );
        expectSame(errors.map(revisionOf), [revision], 'The revisions that the errors carry');
      }
      expectSame(all.entries, [neighbour], 'What came beside the damaged record');
      const fresh = recordEvent(defaultAccount, newAgentRecord('ana'), event, reader.now());
      const saved = await reader.saveAgent(fresh, revision as number, event);
      expectSame(await store.readAgent('ana'), saved, 'What is read after the save');
      await bench.until('the fresh record is heard', () => lastOf(one, 'ana') === saved.revision);
      await bench.until('the fresh record is heard among all', () => lastOf(all, 'ana') === saved.revision);
    },
  ]),
);

/** Promise 11: what is read is checked. */
export const damageCases = casesOf(
  11,
  {
    ...skipped,
    'a damaged account is reported with its revision, skipped, and can be saved over': async (bench) => {
      const store = await bench.open();
      await store.saveAccount(defaultAccount, null);
      await bench.damage(null, { statuses: 'all', settings: 7 });
      const reader = await bench.open();
      const refusal = await expectRefusal(reader.readAccount(), 'damaged-data', 'Reading the damaged account');
      const heard = hear<Account>();
      reader.watchAccount(heard);
      await bench.until('the watch is ready', () => heard.readyAfter === 0);
      expectSame(heard.errors.map(revisionOf), [revisionOf(refusal)], 'The revisions that the errors carry');
      const saved = await reader.saveAccount(defaultAccount, revisionOf(refusal) as number);
      await bench.until('the fresh account is heard', () => heard.entries.at(-1)?.revision === saved.revision);
    },
    'a field that this version does not know is kept': async (bench) => {
      const store = await bench.open();
      const before = await signIn(store, 'ana');
      await bench.damage('ana', { ...before.value, addedLater: { text: 'kept' } });
      const read = await (await bench.open()).readAgent('ana');
      expectSame(
        (read?.value as { addedLater?: unknown } | undefined)?.addedLater,
        { text: 'kept' },
        'The unknown field',
      );
    },
  },
  'damage',
);

function revisionOf({ data }: PhoneError): unknown {
  return (data as { readonly revision?: unknown } | undefined)?.revision;
}
