import { defaultAccount, updateSettings, type Account } from '../../model/account.js';
import type { AgentEvent, AgentRecord } from '../../model/agent.js';
import { isPhoneError } from '../../model/errors.js';
import type { StatusStore, Versioned } from '../../stores/status-store.js';
import { recordOn, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectSame, expectThat, presentOf } from './expect.js';

const SAVES = 100;

/** Promise 3 under pressure: clients that save at the same time. */
export const raceCases = casesOf(3, {
  'of three clients that save a record a hundred times each no save is lost': async (bench) => {
    const clients = [await bench.open(), await bench.open(), await bench.open()] as const;
    await signIn(clients[0], 'ana');
    const saves = await Promise.all(clients.map((store, client) => missCalls(store, `client-${client}`)));
    const byRevision = saves.flat().sort((a, b) => a.revision - b.revision);
    const bases = byRevision.map(({ basedOn }) => basedOn);
    expectSame(byRevision.length, 3 * SAVES, 'The number of saves that were taken');
    expectSame(
      bases.slice(1),
      byRevision.slice(0, -1).map(({ revision }) => revision),
      'What each save was based on',
    );
    const last = await clients[0].readAgent('ana');
    expectSame(last?.revision, byRevision.at(-1)?.revision, 'The revision in the end');
    expectSame(last?.value.missedCalls, (3 * SAVES) / 2, 'The number of missed calls in the end');
  },
  'of two clients that save the account a hundred times each no save is lost': async (bench) => {
    const clients = [await bench.open(), await bench.open()] as const;
    await clients[0].saveAccount(defaultAccount, null);
    await Promise.all(clients.map(countUp));
    const last = await clients[0].readAccount();
    expectSame(last?.value.settings.acwLimitSeconds, 2 * SAVES, 'What both clients counted up');
  },
});

interface Save {
  readonly basedOn: number;
  readonly revision: number;
}

/** Reports missed calls, two saves each, until all saves are done. */
async function missCalls(store: StatusStore, client: string): Promise<readonly Save[]> {
  const saves: Save[] = [];
  let entry = (await store.readAgent('ana')) as Versioned<AgentRecord>;
  while (saves.length < SAVES) {
    const id = `${client}-${Math.floor(saves.length / 2)}`;
    const ringing: AgentEvent = { type: 'call-ringing', call: { id, direction: 'inbound', party: {} } };
    const event: AgentEvent = saves.length % 2 ? { type: 'call-ended', callId: id, outcome: 'missed' } : ringing;
    const base = entry;
    entry = await orPresent(recordOn(store, base, event), (saved) => {
      saves.push({ basedOn: base.revision, revision: saved.revision });
    });
  }
  return saves;
}

async function countUp(store: StatusStore): Promise<void> {
  let entry = (await store.readAccount()) as Versioned<Account>;
  for (let counted = 0; counted < SAVES;) {
    const next = updateSettings(entry.value, { acwLimitSeconds: entry.value.settings.acwLimitSeconds + 1 });
    entry = await orPresent(store.saveAccount(next, entry.revision), () => (counted += 1));
  }
}

/** Returns the saved entry, or the present one that the conflict carries. */
async function orPresent<T>(save: Promise<Versioned<T>>, taken: (entry: Versioned<T>) => void): Promise<Versioned<T>> {
  try {
    const entry = await save;
    taken(entry);
    return entry;
  } catch (error) {
    if (!isPhoneError(error, 'conflict')) throw error;
    const present = presentOf(error) as Versioned<T> | undefined;
    expectThat(present !== undefined, 'A conflict over an existing entry carries no `data.present`.');
    return present;
  }
}
