import { defaultAccount } from '../../model/account.js';
import type { AgentEvent, AgentRecord } from '../../model/agent.js';
import { agentView } from '../../model/view.js';
import type { Versioned } from '../../stores/status-store.js';
import { hear, lastOf, record, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectSame } from './expect.js';

const call = { id: 'call-1', direction: 'inbound', party: { name: 'Mr Brown', number: '+49301234567' } } as const;
const chooseBreak: AgentEvent = { type: 'choose', statusId: 'break', by: { role: 'agent', id: 'ana' } };

/** A day, and the status that everyone sees after each event. */
const day: readonly (readonly [AgentEvent, string])[] = [
  [chooseBreak, 'break'],
  [{ type: 'call-ringing', call, carrier: 'page-1' }, 'break'],
  [{ type: 'call-started', call, carrier: 'page-1' }, 'busy'],
  [{ type: 'call-held', callId: 'call-1', carrier: 'page-1' }, 'busy'],
  [{ type: 'choose', statusId: 'lunch', by: { role: 'agent', id: 'ana' } }, 'busy'],
  [{ type: 'call-ended', callId: 'call-1', outcome: 'answered' }, 'after-call-work'],
  [{ type: 'close', callId: 'call-1' }, 'lunch'],
  [{ type: 'sign-out' }, 'offline'],
];

/** Promise 14: a save names its event. */
export const eventCases = casesOf(14, {
  'what a save answers, what is read and what every watcher sees is one record': async (bench) => {
    const [store, other] = [await bench.open(), await bench.open()];
    await signIn(store, 'ana');
    const watchers = { own: hear<AgentRecord>(), other: hear<AgentRecord>() };
    store.watchAgent('ana', watchers.own);
    other.watchAgents(watchers.other);
    for (const [event] of day) {
      const saved = await record(store, 'ana', event);
      expectSame(await other.readAgent('ana'), saved, `What another client reads after "${event.type}"`);
      for (const [whose, heard] of Object.entries(watchers)) {
        await bench.until(`"${event.type}" is heard (${whose})`, () => lastOf(heard, 'ana') === saved.revision);
        const [seen, kept] = [heard.entries.at(-1), saved].map(whose === 'own' ? whole : withoutParties);
        expectSame(seen, kept, `What a watcher sees after "${event.type}" (${whose})`);
      }
    }
  },
  'what is kept is what the event says': async (bench) => {
    const [store, other] = [await bench.open(), await bench.open()];
    await signIn(store, 'ana');
    for (const [event, statusId] of day) {
      await record(store, 'ana', event);
      const kept = await other.readAgent('ana');
      const shown = kept && agentView(defaultAccount, kept.value, store.now()).status.id;
      expectSame(shown, statusId, `The status after "${event.type}"`);
    }
  },
});

type Entry = Versioned<AgentRecord> | undefined;

function whole(entry: Entry): Entry {
  return entry;
}

/** A watch of all agents may hide the parties of calls. */
function withoutParties(entry: Entry): Entry {
  return (
    entry && { ...entry, value: { ...entry.value, calls: entry.value.calls.map((one) => ({ ...one, party: {} })) } }
  );
}
