import { afterEach, describe, expect, test, vi } from 'vitest';
import { agreedSequence } from '../../src/stores/nats-store/agreed-sequence.js';
import { InFlightSaves } from '../../src/stores/nats-store/in-flight-saves.js';
import { Retry } from '../../src/stores/nats-store/retry.js';
import { StreamGeneration } from '../../src/stores/nats-store/stream-generation.js';
import { Revisions } from '../../src/stores/nats-store/revisions.js';
import { JetStreamError, type PutReply, type Stream, type StoredEntry } from '../../src/stores/nats-store/stream.js';
import { SequenceGaps } from '../../src/stores/nats-store/sequence-gaps.js';
import { compareAndSet, type CompareAndSetParts } from '../../src/stores/nats-store/compare-and-set.js';

const entry = (revision: number, saveId?: string): StoredEntry => ({
  key: 'ana',
  revision,
  document: revision,
  saveId,
});
const retry = (): Retry => new Retry(new AbortController().signal);
const conflict = (): JetStreamError => new JetStreamError({ err_code: 10071, description: 'wrong last sequence' });

/** A gaps over a stream in which every sequence but those is still there. */
function gapsOver(gone: readonly number[] = []) {
  const announced: number[] = [];
  const fetched: number[] = [];
  const parts = {
    stream: {
      getBySequence: async (sequence: number) => {
        fetched.push(sequence);
        return gone.includes(sequence) ? undefined : entry(sequence);
      },
    } as unknown as Stream,
    announce: ({ revision }: StoredEntry) => void announced.push(revision),
    catchUp: vi.fn(),
    missed: vi.fn(),
  };
  return { gaps: new SequenceGaps(parts), announced, fetched, ...parts };
}

test('changes that come in order leave nothing to fetch', async () => {
  const { gaps, announced, fetched, missed } = gapsOver();
  gaps.receive(entry(7));
  await gaps.catchUpTo(7);
  for (const sequence of [8, 9, 9, 8]) gaps.receive(entry(sequence));
  await gaps.catchUpTo(9);
  expect({ announced, fetched }).toEqual({ announced: [7, 8, 9, 9, 8], fetched: [] });
  expect(missed).not.toHaveBeenCalled();
});

test('a hole is told at once, and what is missing in it is fetched', async () => {
  const { gaps, announced, fetched, missed } = gapsOver([11]);
  await gaps.catchUpTo(9);
  gaps.receive(entry(12));
  expect(missed).toHaveBeenCalledOnce();
  await gaps.catchUpTo(13);
  expect({ announced, fetched }).toEqual({ announced: [12, 10, 13], fetched: [10, 11, 13] });
  gaps.receive(entry(14));
  expect(missed).toHaveBeenCalledOnce();
});

test('after many missed changes everything is read again', async () => {
  const { gaps, fetched, catchUp } = gapsOver();
  await gaps.catchUpTo(1);
  await gaps.catchUpTo(1000);
  expect(catchUp).toHaveBeenCalledOnce();
  expect(fetched).toEqual([]);
});

test('a node that knows less than was heard is not believed', async () => {
  const { gaps } = gapsOver();
  await gaps.catchUpTo(9);
  await expect(gaps.catchUpTo(8)).rejects.toThrow('a node answers with the sequence 8, which was 9 before');
});

test.each<[string, readonly number[], number | undefined]>([
  ['say the same are believed', [7, 7], 7],
  ['name what came meanwhile, which was heard, are believed', [7, 9], 9],
  ['name more than was heard are not believed', [7, 10], undefined],
  ['know less with the second are not believed', [7, 6], undefined],
])('two answers of the leader that %s', async (_, answers, agreed) => {
  const { gaps } = gapsOver();
  for (const sequence of [8, 9]) gaps.receive(entry(sequence));
  const left = [...answers];
  const asked = agreedSequence(async () => left.shift() ?? NaN, gaps, new AbortController().signal);
  if (agreed === undefined) await expect(asked).rejects.toThrow('new leader');
  else expect(await asked).toBe(agreed);
  expect(left).toEqual([]);
});

describe('the generation of a place', () => {
  afterEach(() => vi.restoreAllMocks());

  /** A stream in which a generation stands, as every node sees it. */
  function streamOf(first?: string) {
    let standing = first === undefined ? undefined : { id: first, sequence: 1 };
    const stream = {
      generation: async () => standing,
      replaceGeneration: async (id: string, before: unknown) => {
        if (before === standing) standing = { id, sequence: 2 };
      },
    } as unknown as Stream;
    const begun: string[] = [];
    const place = new StreamGeneration(stream, (id, isAnother) => void begun.push(isAnother ? `then ${id}` : id));
    return { place, begun, standing: () => standing?.id, stands: (id: string) => (standing = { id, sequence: 3 }) };
  }
  const at = (ms: number) => vi.spyOn(performance, 'now').mockReturnValue(ms);

  test('is given where there is none, and told once', async () => {
    const { place, begun, standing } = streamOf();
    for (const last of [1, 5, 5]) expect(await place.check(0, async () => last)).toBe(last);
    expect(begun).toEqual([standing()]);
  });

  test('stays while a leader that knows less is asked for less than three seconds', async () => {
    const { place, begun, standing } = streamOf('first');
    await place.check(0, async () => 9);
    for (const ms of [0, 1000, 2999]) {
      at(ms);
      await expect(place.check(9, async () => 4)).rejects.toThrow('which was higher before');
    }
    await place.check(9, async () => 9);
    at(6000);
    await expect(place.check(9, async () => 4)).rejects.toThrow('which was higher before');
    expect([begun, standing()]).toEqual([['first'], 'first']);
  });

  test('is another one where the leader knows less for three seconds', async () => {
    const { place, begun, standing } = streamOf('first');
    await place.check(0, async () => 9);
    at(0);
    await expect(place.check(9, async () => 4)).rejects.toThrow('which was higher before');
    at(3000);
    expect(await place.check(9, async () => 4)).toBe(4);
    expect(standing()).not.toBe('first');
    expect(begun).toEqual(['first', `then ${standing()}`]);
  });

  test('that somebody else has given is taken over at once', async () => {
    const { place, begun, stands } = streamOf('first');
    await place.check(0, async () => 9);
    stands('second');
    await place.check(9, async () => 4);
    expect(begun).toEqual(['first', 'then second']);
  });

  test('is doubted once where somebody knew a higher revision than the place ever gave', async () => {
    const { place, begun, standing } = streamOf('first');
    await place.check(0, async () => 9);
    expect(place.recall(8, 9)).toBe(false);
    expect(place.recall(20, 9)).toBe(true);
    at(0);
    await expect(place.check(9, async () => 9)).rejects.toThrow('which was higher before');
    at(3000);
    await place.check(9, async () => 9);
    expect(begun).toEqual(['first', `then ${standing()}`]);
    expect(place.recall(30, 9)).toBe(false);
  });
});

test('an entry older than one that was seen is read again, and so is one that is missing', async () => {
  const revisions = new Revisions();
  revisions.note(entry(5));
  const answers = [entry(4), undefined, entry(6)];
  expect(await revisions.confirmed('ana', async () => answers.shift(), retry())).toEqual(entry(6));
  const missing = vi.fn(async () => undefined);
  expect(await revisions.confirmed('ana', missing, retry())).toBeUndefined();
  expect(missing).toHaveBeenCalledTimes(4);
  expect(revisions.agentKeys()).toEqual([]);
});

/** Writes over revision 5 where the place answers so, try by try. */
async function writeOver(
  tries: readonly ((saveId: string) => PutReply | Error)[],
  present: (saveId: string) => StoredEntry,
) {
  const inFlight = new InFlightSaves();
  const ids = new Set<string>();
  const rest = [...tries];
  const parts: CompareAndSetParts = {
    retry: retry(),
    inFlight,
    read: async () => present([...ids][0]!),
    async put({ saveId }) {
      ids.add(String(saveId));
      const answer = rest.shift()!(String(saveId));
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const change = vi.fn((before: unknown) => {
    if ((before as StoredEntry).revision !== 5) throw new Error('conflict');
    return 'mine';
  });
  const result = await compareAndSet(parts, { key: 'ana', change, basedOn: 5 }).catch((error: Error) => error.message);
  expect(rest).toEqual([]);
  return { result, saves: ids.size, inFlight };
}

const mine = { key: 'ana', revision: 6, document: 'mine' };
const late = (): Error => new Error('timeout');

test('a save that timed out is sent again under the same id', async () => {
  const done = await writeOver([late, late, () => ({ seq: 6 })], () => entry(5));
  expect(done).toMatchObject({ result: mine, saves: 1 });
});

test('a save that was stored before its time-out is known by its id', async () => {
  const done = await writeOver([late, () => ({ seq: 6, duplicate: true })], (saveId) => entry(6, saveId));
  expect(done.result).toEqual(mine);
});

test('a save that a deposed leader refused, and the true one took, is known by its id', async () => {
  expect((await writeOver([conflict], (saveId) => entry(6, saveId))).result).toEqual(mine);
});

test('a refusal of a leader that knows less is not believed', async () => {
  expect((await writeOver([conflict, () => ({ seq: 6 })], () => entry(5))).result).toEqual(mine);
});

test('of two saves over one revision the second is a conflict', async () => {
  expect((await writeOver([() => ({ seq: 6, duplicate: true })], () => entry(6, 'theirs'))).result).toBe('conflict');
  expect((await writeOver([conflict], () => entry(9, 'theirs'))).result).toBe('conflict');
});

test('a save that timed out is a conflict only if another one is known to have replaced the same revision', async () => {
  const after = (replaced: number): StoredEntry => ({ ...entry(9, 'theirs'), replaced });
  expect((await writeOver([late, conflict], () => after(5))).result).toBe('conflict');
  const unknown = Array.from({ length: 5 }, () => conflict);
  const { result } = await writeOver([late, ...unknown], () => after(8));
  expect(result).toContain('Try again');
});

test('a save that was seen before somebody replaced it is acknowledged', async () => {
  const inFlight = new InFlightSaves();
  const parts: CompareAndSetParts = {
    retry: retry(),
    inFlight,
    read: async () => entry(7, 'theirs'),
    async put({ saveId }) {
      inFlight.see(entry(6, saveId));
      return { seq: 6, duplicate: true };
    },
  };
  expect(await compareAndSet(parts, { key: 'ana', change: () => 'mine', basedOn: 5 })).toEqual(mine);
});
