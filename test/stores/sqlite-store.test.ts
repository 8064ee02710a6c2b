import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import libsql from 'libsql';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { sqliteStore } from '../../src/sqlite.js';
import { openFile } from '../../src/stores/sqlite-store/open-files.js';
import type { Connection, StatusStore, Versioned } from '../../src/stores/status-store.js';
import { statusStoreConformance } from 'phone-widget/testing';
import { quietly } from '../../src/testing/quietly.js';

const folder = mkdtempSync(join(tmpdir(), 'phone-widget-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
let file = '';
beforeEach(() => void (file = join(folder, `${++files}.db`)));

const shared = join(folder, 'conformance.db');
statusStoreConformance({
  name: 'sqliteStore',
  open: (account) => sqliteStore({ file: shared, account }),
  async damage(place, agentId, document) {
    const open = openFile(shared);
    await open.write(place, agentId ?? '', () => document ?? null);
    open.release();
  },
  test: (title, run) => test(title, quietly(run), 60_000),
});

const event = { type: 'renew', page: 'page-1' } as const;

function save(store: StatusStore, agentId = 'ana', basedOn: number | null = null): Promise<Versioned<AgentRecord>> {
  return store.saveAgent(newAgentRecord(agentId), basedOn, event);
}

/** Opens a store for a while. */
async function using<T>(path: string, use: (store: StatusStore) => Promise<T>): Promise<T> {
  const store = sqliteStore({ file: path });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Runs statements behind the back of the stores, which have to be closed. */
function alter(path: string, statements: string): void {
  const db = new libsql(path);
  db.exec(statements);
  db.close();
}

describe('sqliteStore', () => {
  test('keeps everything until it is opened again, and leaves one file when it is closed', async () => {
    const [account, saved] = await using(file, async (store) => [
      await store.saveAccount(defaultAccount, null),
      await save(store),
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${files}.db`))).toEqual([`${files}.db`]);
    await using(file, async (store) => {
      expect(await store.readAccount()).toEqual(account);
      expect(await store.readAgent('ana')).toEqual(saved);
    });
  });

  test('keeps what was begun when it is closed', async () => {
    const store = sqliteStore({ file });
    const saving = save(store);
    const removing = store.removeAgent('ben');
    await store.close();
    const saved = await saving;
    await removing;
    expect(await using(file, (again) => again.readAgent('ana'))).toEqual(saved);
  });

  test('gives no revision twice, neither after a removal nor after it was opened again', async () => {
    const revisions: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await using(file, async (store) => {
        for (let turn = 0; turn < 2; turn += 1) {
          revisions.push((await save(store)).revision);
          await store.removeAgent('ana');
        }
      });
    }
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });

  test('goes on after the newest revision of the file, where the clock is behind it', async () => {
    await using(file, (store) => save(store, 'ben'));
    alter(file, 'update counter set revision = 5000000000000');
    expect((await using(file, (store) => save(store))).revision).toBe(5_000_000_000_001);
  });

  test('keeps several accounts in one file apart', async () => {
    const stores = ['a', 'b', 'a"b', 'default'].map((account) => sqliteStore({ file, account }));
    const saved = await Promise.all(stores.map((store) => save(store)));
    await Promise.all([stores[0]!.removeAgent('ana'), save(stores[1]!, 'ben')]);
    expect(await Promise.all(stores.map((store) => store.readAgent('ana')))).toEqual([undefined, ...saved.slice(1)]);
    await Promise.all(stores.map((store) => store.close()));
    expect(await using(file, (store) => store.readAgent('ana'))).toEqual(saved[3]);
  });

  test('keeps ids apart that SQLite or Unicode would take for one', async () => {
    const ids = ['a', 'a\0', 'a\0b', 'a\ud800', 'a\udfff', 'A', '"a"', 'ä', 'a\u0308'];
    await using(file, async (store) => {
      for (const id of ids) await save(store, id);
    });
    await using(file, async (store) => {
      for (const id of ids) expect((await store.readAgent(id))?.value.agentId).toBe(id);
    });
  });

  test('refuses the stale among the saves of one turn, and them alone', async () => {
    await using(file, async (store) => {
      const first = await save(store);
      const results = await Promise.allSettled([
        save(store, 'ana', first.revision),
        save(store, 'ana', first.revision),
        save(store, 'ben'),
        save(store, 'ben'),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
      const [ana, stale] = results as unknown[] as [PromiseFulfilledResult<unknown>, PromiseRejectedResult];
      expect(stale.reason).toMatchObject({ code: 'conflict', data: { present: ana.value } });
    });
  });

  test('answers a read of the same turn with what the saves before it made', async () => {
    await using(file, async (store) => {
      const [saved, read] = await Promise.all([save(store), store.readAgent('ana')]);
      expect(read).toEqual(saved);
    });
  });

  test('refuses what cannot be written as JSON, and it alone', async () => {
    await using(file, async (store) => {
      const odd = { ...newAgentRecord('odd'), amount: 1n } as AgentRecord;
      const [refused, saved] = await Promise.allSettled([store.saveAgent(odd, null, event), save(store)]);
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'damaged-data' } });
      expect(saved.status).toBe('fulfilled');
    });
  });

  test('shares an open file among its paths and links', async () => {
    const store = sqliteStore({ file });
    const saved = await save(store);
    symlinkSync(file, `${file}.link`);
    linkSync(file, `${file}.hard`);
    for (const path of [
      relative(process.cwd(), file),
      join(folder, '.', `../${folder.split('/').at(-1)}/${files}.db`),
      `${file}.link`,
      `${file}.hard`,
    ]) {
      expect(await using(path, (other) => other.readAgent('ana'))).toEqual(saved);
    }
    // Its own connection outlives those that were closed.
    await save(store, 'ben');
    await store.close();
    await store.close();
    expect(await using(file, (other) => other.readAgent('ben'))).toBeDefined();
  });

  test('makes the file that a link names, readable by its user alone', async () => {
    symlinkSync(file, `${file}.link`);
    writeFileSync(file, '');
    rmSync(file);
    await using(`${file}.link`, (store) => save(store));
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('reports text that is no JSON as a damaged entry, and lets it be saved over', async () => {
    await using(file, async (store) => void (await Promise.all([save(store), save(store, 'ben')])));
    alter(file, `update entries set document = '{"agentId"' where key = '"ana"'`);
    await using(file, async (store) => {
      const error = await store.readAgent('ana').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'damaged-data', data: { revision: expect.any(Number) } });
      expect((await store.readAgent('ben'))?.value.agentId).toBe('ben');
      await save(store, 'ana', (error as { data: { revision: number } }).data.revision);
    });
  });

  test('leaves nothing of a removed agent in its files', async () => {
    const secret = 'Whose name is nobody to know';
    const traces = () =>
      [file, `${file}-wal`].filter((path) => existsSync(path) && readFileSync(path).includes(secret.slice(0, 20)));
    const store = sqliteStore({ file });
    for (let n = 0; n < 30; n += 1) await save(store, `agent-${n}`);
    let { revision } = await save(store);
    for (const agentName of [secret, `${secret}, ${'x'.repeat(9_000)}`, secret]) {
      ({ revision } = await store.saveAgent({ ...newAgentRecord('ana'), agentName }, revision, event));
    }
    expect(traces()).not.toEqual([]);
    await store.removeAgent('ana');
    expect(traces()).toEqual([]);
    await store.close();
  });

  test('brings a file that is empty up to date, and keeps the version in it', async () => {
    writeFileSync(file, '');
    const saved = await using(file, (store) => save(store));
    const db = new libsql(file);
    expect(db.prepare('pragma user_version').get()).toMatchObject({ user_version: 1 });
    db.close();
    expect(await using(file, (store) => store.readAgent('ana'))).toEqual(saved);
  });
});

/** What a store says of a file that it cannot open: by its calls and to a watcher of the connection. */
async function refusalOf(path: string): Promise<{ code: string; message: string }> {
  const store = sqliteStore({ file: path });
  const heard: Connection[] = [];
  store.watchConnection((connection) => heard.push(connection));
  const refusals = await Promise.allSettled([
    store.readAgent('ana'),
    store.readAccount(),
    save(store),
    store.saveAccount(defaultAccount, null),
    store.removeAgent('ana'),
  ]);
  store.depart('ana', 'page-1');
  await store.close();
  expect(heard[0]).toMatchObject({ state: 'offline', reason: { name: 'PhoneError' } });
  expect(heard.at(-1)).toEqual({ state: 'closed' });
  const { code, message } = heard[0]!.reason!;
  for (const refusal of refusals) expect(refusal).toMatchObject({ status: 'rejected', reason: { code, message } });
  expect(message).toContain(JSON.stringify(path));
  return { code, message };
}

describe('a file that sqliteStore cannot use', () => {
  test('is refused with newer-version where a newer version wrote it, and left as it is', async () => {
    await using(file, (store) => save(store));
    alter(file, 'pragma user_version = 99');
    const before = readFileSync(file);
    const { code, message } = await refusalOf(file);
    expect(code).toBe('newer-version');
    expect(message).toContain('layout 99, this one knows 1');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test.each([
    ['not a database', 'Dear diary, '.repeat(40)],
    ['not a database', 'x'],
  ])('is refused where it is %s, and left as it is', async (what, text) => {
    writeFileSync(file, text);
    const { code, message } = await refusalOf(file);
    expect([code, message.includes(what)]).toEqual(['unavailable', true]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('is refused where it is the database of another program, and left as it is', async () => {
    alter(file, 'create table diary (day text); pragma user_version = 1');
    const before = readFileSync(file);
    expect((await refusalOf(file)).message).toContain('belongs to another program');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test('is refused where it is a folder, no file, or lies in no folder', async () => {
    mkdirSync(file);
    expect((await refusalOf(file)).code).toBe('unavailable');
    expect((await refusalOf('/dev/null')).message).toContain('not a file');
    expect((await refusalOf(join(folder, 'nowhere', 'x.db'))).message).toContain('ENOENT');
  });

  test('is refused where its contents are damaged', async () => {
    await using(file, async (store) => {
      for (let n = 0; n < 50; n += 1) await save(store, `agent-${n}`);
    });
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 7)]));
    expect((await refusalOf(file)).code).toBe('unavailable');
  });

  test.skipIf(process.getuid?.() === 0)('is refused where it may not be written', async () => {
    await using(file, (store) => save(store));
    chmodSync(file, 0o400);
    expect((await refusalOf(file)).message).toContain('EACCES');
  });

  test('is tried again by the next call, and watchers hear what they waited for', async () => {
    writeFileSync(file, 'x');
    const store = sqliteStore({ file });
    const heard: string[] = [];
    const states: string[] = [];
    store.watchConnection(({ state }) => states.push(state));
    store.watchAgent('ana', { next: ({ value }) => heard.push(value.agentId), ready: () => heard.push('ready') });
    await expect(store.readAgent('ana')).rejects.toMatchObject({ code: 'unavailable' });
    rmSync(file);
    await save(store);
    await expect.poll(() => heard).toContain('ana');
    expect(heard.filter((what) => what === 'ready')).toEqual(['ready']);
    expect(states.at(-1)).toBe('online');
    await store.close();
  });

  test('is none where the name says memory: its stores share one place until the last is closed', async () => {
    const [one, other] = [sqliteStore({ file: ':memory:' }), sqliteStore({ file: ':memory:' })];
    await save(one);
    expect((await other.readAgent('ana'))?.value.agentId).toBe('ana');
    await one.removeAgent('ana');
    await save(one);
    await Promise.all([one.close(), other.close()]);
    expect(existsSync(':memory:')).toBe(false);
    expect(await using(':memory:', (store) => store.readAgent('ana'))).toBeUndefined();
  });

  test('throws at once for arguments that are wrong', () => {
    for (const wrong of [undefined, {}, { file: '' }, { file: 7 }, { file: 'x.db', account: 7 }]) {
      expect(() => sqliteStore(wrong as { file: string })).toThrow(
        expect.objectContaining({ code: 'invalid-setting' }),
      );
    }
  });
});

describe('a file that is brought back from an older copy', () => {
  const patient = { timeout: 10_000, interval: 20 };

  test.each([
    ['written over', (copy: string) => copyFileSync(copy, file)],
    ['put in the place of', (copy: string) => renameSync(copy, file)],
  ])(
    'and is %s the open one, is another generation: all is told anew, and what was known is a conflict',
    async (_, bring) => {
      const copy = `${file}-copy`;
      const first = await using(file, (store) => save(store));
      copyFileSync(file, copy);
      const store = sqliteStore({ file });
      const heard: number[] = [];
      const generations: (string | undefined)[] = [];
      store.watchAgents({
        next: ({ revision }) => void heard.push(revision),
        ready: (generation) => void generations.push(generation),
      });
      const last = await save(store, 'ana', first.revision);
      await vi.waitFor(() => expect(heard.at(-1)).toBe(last.revision), patient);
      bring(copy);
      await vi.waitFor(() => expect(generations).toHaveLength(3), patient);
      expect(new Set(generations).size).toBe(2);
      expect(heard.at(-1)).toBe(first.revision);
      await expect(save(store, 'ana', last.revision)).rejects.toMatchObject({
        code: 'conflict',
        data: { present: first },
      });
      await save(store, 'ana', first.revision);
      await store.close();
      expect(await using(file, (later) => later.readAgent('ana'))).toBeDefined();
    },
  );

  test('while nobody had it open is another generation as soon as somebody tells a revision that it has never given', async () => {
    const copy = `${file}-copy`;
    const first = await using(file, (store) => save(store));
    copyFileSync(file, copy);
    const last = await using(file, (store) => save(store, 'ana', first.revision));
    copyFileSync(copy, file);
    const store = sqliteStore({ file });
    const generations: (string | undefined)[] = [];
    store.watchAgents({ next: () => undefined, ready: (generation) => void generations.push(generation) });
    await expect(save(store, 'ana', last.revision)).rejects.toMatchObject({
      code: 'conflict',
      data: { present: first },
    });
    await vi.waitFor(() => expect(generations).toHaveLength(3), patient);
    expect(new Set(generations).size).toBe(2);
    await store.close();
  });
});
