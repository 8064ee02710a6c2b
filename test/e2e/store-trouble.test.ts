import { expect, test } from 'vitest';
import { type AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();
const inTab = { watched: '' };

test('a choice that the store does not answer is shown as unsaved, and as saved when it answers', async () => {
  const [a, b] = [await browser.open(inTab), await browser.open()];
  await a.shows('Available');
  await a.page.evaluate(() => watched.freeze());
  await a.pick('meeting');
  await a.shows('Meeting');
  await expect.poll(() => isMarked(a)).toBe(true);
  await b.shows('Available');
  await a.page.evaluate(() => watched.thaw());
  await expect.poll(() => isMarked(a)).toBe(false);
  await a.shows('Meeting');
  await b.shows('Meeting');
  const changes = await a.happened('phone-status-change');
  expect(changes.map(({ detail }) => detail['saved'])).toEqual([false]);
  expect(await a.writes()).toEqual(['choose']);
});

test('a choice that the store never answers falls back after five minutes, with an error', async () => {
  const time = await browser.stopwatch();
  const a = await browser.open(inTab);
  await a.shows('Available');
  const since = await a.settled();
  await a.page.evaluate(() => watched.freeze());
  await a.pick('meeting');
  await a.shows('Meeting');
  await time.pass(310);
  await a.shows('Available');
  expect(await isMarked(a)).toBe(false);
  await a.isSince(since);
  await expect.poll(() => a.text('notice')).not.toBe('');
  expect((await a.happened('phone-error')).map(({ detail }) => detail['code'])).toContain('unavailable');
});

test('a choice that the store refuses falls back with its time going on, and says why', async () => {
  const time = await browser.stopwatch();
  const a = await browser.open(inTab);
  await a.shows('Available');
  const since = await a.settled();
  await time.pass(20);
  await a.page.evaluate(() => watched.refuseNext());
  await a.pick('break');
  await eventually(async () => (await a.happened('phone-error')).length > 0);
  await a.shows('Available');
  await a.isSince(since);
  expect(await a.seconds()).toBeGreaterThanOrEqual(20);
  expect((await a.happened('phone-error')).map(({ detail }) => detail['code'])).toEqual(['denied']);
  // What was refused, and what holds now.
  expect(await a.text('notice')).toMatch(/Break.*not allowed.*Available/);
  await a.pick('break');
  await a.shows('Break');
  await expect.poll(() => a.text('notice')).toBe('');
});

test.each([
  ['says so in its own words, which are loaded then', false, 'The connection was closed. Reload the page.'],
  ['says so in general where its own words cannot be loaded', true, 'That did not work. Try again.'],
])('a store that the page has closed %s', async (_, isCut, words) => {
  const a = await browser.open();
  if (isCut) await a.page.route('**/rare-errors-*', (route) => route.abort());
  await a.page.evaluate(() => widget.session?.store.close());
  await a.pick('break');
  await expect.poll(() => a.text('notice')).toContain(words);
  await a.shows('Available');
});

test('a choice whose answer was lost is found again and not written twice', async () => {
  const [a, b] = [await browser.open(inTab), await browser.open()];
  await a.shows('Available');
  await a.page.evaluate(() => watched.loseNextAnswer());
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.shows('Meeting');
  await expect.poll(() => isMarked(a)).toBe(false);
  expect(await a.writes()).toEqual(['choose']);
  expect(await a.happened('phone-error')).toEqual([]);
});

test('a choice that waited while a supervisor made a newer one falls back to that, and says why', async () => {
  const supervisor = await browser.supervise();
  const a = await browser.open(inTab);
  await a.shows('Available');
  await supervisor.sees('available');
  await a.page.evaluate(() => watched.freeze());
  await a.pick('meeting');
  await a.shows('Meeting');
  await supervisor.choose('lunch');
  await a.page.evaluate(() => watched.thaw());
  await a.shows('Lunch');
  await expect.poll(() => a.text('notice')).toContain('newer choice');
  expect((await a.happened('phone-error')).map(({ detail }) => detail['code'])).toEqual(['outdated']);
  expect(await a.writes()).toEqual([]);
});

test('S159 a tab that blocks the store for the other one: the choice there is marked, and then told to have failed', async () => {
  const time = await browser.stopwatch();
  const [a, b] = [await browser.open(), await browser.open()];
  await b.shows('Available');
  await holdDatabase(a);
  await b.pick('meeting');
  await b.shows('Meeting');
  await expect.poll(() => isMarked(b)).toBe(true);
  await time.pass(310);
  await b.shows('Available');
  expect(await isMarked(b)).toBe(false);
  expect((await b.happened('phone-error')).map(({ detail }) => detail['code'])).toContain('unavailable');
  await expect.poll(() => b.text('notice')).not.toBe('');
  await releaseDatabase(a);
  await b.pick('lunch');
  await b.shows('Lunch');
  await a.shows('Lunch');
});

test('S159 a tab that hangs keeps the other one from nothing, and has it all when it goes on', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  const goOn = await hang(a);
  await b.pick('lunch');
  await b.showsNext('Lunch');
  await expect.poll(() => isMarked(b)).toBe(false);
  await b.press('call-over');
  await b.shows('After Call Work');
  await b.press('close');
  await b.shows('Lunch');
  goOn();
  await a.shows('Lunch');
  expect(await b.happened('phone-error')).toEqual([]);
});

test('a call is shown as Busy at once though the store is frozen, and nothing of it is lost by a reload', async () => {
  const a = await browser.open(inTab);
  await a.shows('Available');
  await a.page.evaluate(() => watched.freeze());
  const shown = await a.page.evaluate(async (call) => {
    hostPhone.start(call);
    await new Promise((frame) => requestAnimationFrame(frame));
    return selector()?.textContent;
  }, callOf('call-1'));
  expect(shown).toContain('Busy');
  const startedAt = await a.since();
  await a.type('notes', 'Wants a refund.');
  await a.end('call-1');
  await a.shows('After Call Work');
  const endedAt = await a.since();
  await a.page.reload();
  await a.shows('After Call Work');
  await a.showsNotes('Wants a refund.');
  await eventually(async () => (await a.stored()).value.calls[0]?.state === 'ended');
  expect((await a.stored()).value.calls[0]).toMatchObject({ startedAt, endedAt });
  await a.isSince(endedAt);
  await a.press('close');
  await a.shows('Available');
});

test('a widget whose store has not answered since the page was opened shows a call all the same', async () => {
  const a = await browser.open({ watched: '', store: 'frozen' });
  await a.start(callOf('call-1'));
  await a.shows('Busy');
  await a.end('call-1');
  await a.shows('After Call Work');
  await a.page.evaluate(() => watched.thaw());
  await eventually(async () => (await a.writes()).length === 2);
  expect(await a.writes()).toEqual(['call-started', 'call-ended']);
  await a.press('close');
  await a.shows('Available');
});

test('calls that began and ended while the connection was lost are there when it is back, in order', async () => {
  const [a, b] = [await browser.open(inTab), await browser.open()];
  await a.shows('Available');
  await a.page.evaluate(() => watched.loseConnection());
  await a.start(callOf('call-1', 'Ada'));
  await a.end('call-1');
  await a.start(callOf('call-2', 'Grace'));
  await a.shows('Busy');
  await a.showsCalls('Grace live', 'Ada ended');
  await b.shows('Available');
  await a.page.evaluate(() => watched.regainConnection());
  await b.shows('Busy');
  await b.showsCalls('Grace live', 'Ada ended');
  expect(await b.since()).toBe(await a.since());
  expect(await a.writes()).toEqual(['call-started', 'call-ended', 'call-started']);
});

test.each([300_000, -300_000])(
  'a computer whose clock is wrong by %d ms shows the same status since the same instant, by the clock of the store',
  async (aheadMs) => {
    const right = await browser.open();
    const wrong = await browser.open({ watched: '', 'store-ahead': String(-aheadMs) }, { clockAheadMs: aheadMs });
    await right.shows('Available');
    await wrong.pick('meeting');
    await right.shows('Meeting');
    await right.pick('lunch');
    await wrong.shows('Lunch');
    await wrong.start(callOf('call-1'));
    await right.shows('Busy');
    await right.pick('break');
    await wrong.showsNext('Break');
    await wrong.end('call-1');
    await right.shows('After Call Work');
    await right.press('close');
    await wrong.shows('Break');
    expect(await wrong.since()).toBe(await right.since());
    expect(Math.abs((await wrong.seconds()) - (await right.seconds()))).toBeLessThanOrEqual(1);
    const story = ['meeting', 'lunch', 'busy', 'after-call-work', 'break'];
    expect(await right.changes()).toEqual(story);
    expect(await wrong.changes()).toEqual(story);
    expect([...(await right.happened('phone-error')), ...(await wrong.happened('phone-error'))]).toEqual([]);
    const now = await right.page.evaluate(() => Date.now());
    for (const end of Object.values((await right.stored()).value.leases)) {
      expect(end - now).toBeGreaterThan(100_000);
      expect(end - now).toBeLessThanOrEqual(150_000);
    }
  },
);

test('a browser that forbids all storage has a widget that works in its page, and says so once', async () => {
  await browser.profile.context.addInitScript(() => {
    const forbidden = (): never => {
      throw new DOMException('Not here.', 'SecurityError');
    };
    IDBFactory.prototype.open = forbidden;
    Object.defineProperty(globalThis, 'localStorage', { get: forbidden });
  });
  const a = await browser.open();
  await a.shows('Available');
  await a.pick('meeting');
  await a.shows('Meeting');
  await a.start(callOf('call-1'));
  await a.type('notes', 'Wants a refund.');
  await a.end('call-1');
  await a.showsNotes('Wants a refund.');
  await a.press('close');
  await a.shows('Meeting');
  expect((await a.happened('phone-error')).map(({ detail }) => detail['code'])).toEqual(['unavailable']);
});

const nonsense = { agentId: 'ana', leases: 'none', calls: { length: 3 }, choice: '<img src=x onerror=alert(1)>' };
test.each<[string, (entry: Entry) => unknown]>([
  ['is none at all', () => 'a text'],
  ['has the wrong fields', ({ revision }) => ({ revision: revision + 1, document: nonsense })],
])('a document that %s is reported, and replaced by the next choice', async (_, change) => {
  const a = await browser.open();
  await a.pick('meeting');
  await eventually(async () => (await a.stored()).value.choice?.statusId === 'meeting');
  await overwrite(a, change);
  const b = await browser.open();
  await eventually(async () => (await codesOf(b)).includes('damaged-data'));
  await expect.poll(() => b.text('notice')).toContain('damaged');
  await b.pick('lunch');
  await b.shows('Lunch');
  await a.shows('Lunch');
  expect((await a.stored()).value.choice?.statusId).toBe('lunch');
});

test('a record of a newer version that forbids to write it is shown, not written, and asks for a reload', async () => {
  const a = await browser.open();
  await a.pick('meeting');
  await eventually(async () => (await a.stored()).value.choice?.statusId === 'meeting');
  await overwrite(a, ({ revision, document }) => {
    return { revision: revision + 1, document: { ...document, version: 99, writableBy: 99, mood: 'calm' } };
  });
  const before = JSON.stringify(await a.stored());
  const b = await browser.open();
  await b.shows('Meeting');
  await eventually(async () => (await codesOf(b)).includes('newer-version'));
  await b.pick('lunch');
  await expect.poll(() => b.text('notice')).toContain('Reload');
  await b.shows('Meeting');
  expect(JSON.stringify(await a.stored())).toBe(before);
});

async function codesOf(tab: AgentTab): Promise<unknown[]> {
  return (await tab.happened('phone-error')).map(({ detail }) => detail['code']);
}

/** A document as it lies in the browser's database. */
interface Entry {
  readonly revision: number;
  readonly document: object;
}

/** Changes what lies in the browser's database past the store, as any script of the origin can. */
async function overwrite({ page }: AgentTab, change: (entry: Entry) => unknown): Promise<void> {
  const present = await page.evaluate(rawEntry, undefined);
  await page.evaluate(rawEntry, change(present as Entry));
}

/** Runs in the page: reads the raw entry of Ana, or puts another one in its place. */
async function rawEntry(replacement: unknown): Promise<unknown> {
  const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('phone-widget'));
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as Error);
    });
  const db = await done(indexedDB.open(found?.name ?? ''));
  const agents = db.transaction('agents', 'readwrite').objectStore('agents');
  const entry: unknown = await done(replacement === undefined ? agents.get('ana') : agents.put(replacement, 'ana'));
  db.close();
  return entry;
}

/** Whether the status is marked as not saved yet, to the eye and to a screen reader. */
async function isMarked({ page }: AgentTab): Promise<boolean> {
  return (await page.locator('[part~="selector"]').getAttribute('aria-busy')) === 'true';
}

/** Keeps a page busy with one thing that does not come to an end, until the answer is called. */
async function hang({ page }: AgentTab): Promise<() => void> {
  let goOn = (): void => undefined;
  const end = new Promise<void>((resolve) => (goOn = resolve));
  const begun = new Promise<void>((resolve) => {
    void page.route('**/endless', async (route) => {
      resolve();
      await end;
      await route.fulfill({ body: '' });
    });
  });
  await page.evaluate(() => {
    setTimeout(() => {
      const request = new XMLHttpRequest();
      request.open('GET', '/endless', false);
      request.send();
    });
  });
  await begun;
  return goOn;
}

/** Keeps a transaction open that nobody can write beside, as a tab does that hangs in the middle of one. */
async function holdDatabase({ page }: AgentTab): Promise<void> {
  await page.evaluate(async () => {
    const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('phone-widget'));
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(found?.name ?? '');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as Error);
    });
    const names = [...db.objectStoreNames];
    const store = db.transaction(names, 'readwrite').objectStore(names[0] ?? '');
    const spin = () => {
      if (Reflect.get(globalThis, 'released') === true) db.close();
      else store.get('held').onsuccess = spin;
    };
    spin();
  });
}

async function releaseDatabase({ page }: AgentTab): Promise<void> {
  await page.evaluate(() => Object.assign(globalThis, { released: true }));
}
