import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { FaultyWay, type Fault } from '../support/faulty-way.js';
import { StatusSite } from '../support/status-site.js';
import { type AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser, type Stopwatch } from './browser.js';

const browser = useBrowser();
const trueTime = Date.now;
let aheadMs: number;
let site: StatusSite;
let way: FaultyWay;
let time: Stopwatch;

beforeEach(async () => {
  aheadMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => trueTime() + aheadMs);
  site = await StatusSite.open(inject('origin'));
  way = await FaultyWay.open(site.origin);
  time = await browser.stopwatch();
});
afterEach(async () => {
  await way.close();
  await site.kill();
  vi.restoreAllMocks();
});

const sue = { role: 'supervisor', id: 'sue', name: 'Sue' } as const;
const html = '<!doctype html><title>Portal</title><h1>Sign in</h1>';
const everything = (fault: Fault) => ({ stream: fault, save: fault, read: fault });

async function openTab(): Promise<AgentTab> {
  const tab = await browser.open({ role: 'agent' }, { origin: way.origin });
  await tab.shows('Available');
  await eventually(async () => site.streams.length === 1 && !(await isMarked(tab)));
  return tab;
}

/** Half a second passes, at the server as well. */
async function tick(): Promise<void> {
  await time.pass(0.5);
  aheadMs += 500;
}

const now = ({ page }: AgentTab) => page.evaluate(() => Date.now());

/** Lets the page's time pass until then, and no more than so much of it since an instant. */
async function before(instant: number, tab: AgentTab, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    expect(await now(tab), 'the time of the page').toBeLessThan(instant);
    await tick();
  }
}

/** The loss of the connection is shown within twenty seconds since then. */
const showsLoss = (tab: AgentTab, since: number) => before(since + 20_000, tab, () => hasLost(tab));
/** The longest pause between two attempts is half a minute, and there may be an attempt under way that comes to nothing. */
const showsReturn = async (tab: AgentTab) => before((await now(tab)) + 60_000, tab, async () => !(await hasLost(tab)));

async function hasLost(tab: AgentTab): Promise<boolean> {
  return (await tab.text('notice')).includes('No connection');
}

/** Whether the status is marked as not saved yet. */
async function isMarked({ page }: AgentTab): Promise<boolean> {
  return (await page.locator('[part~="selector"]').getAttribute('aria-busy')) === 'true';
}

/** Opens the list and chooses with the keyboard alone. */
async function chooseByKeys({ page }: AgentTab, statusId: string): Promise<void> {
  await page.bringToFront();
  await page.locator('[part~="selector"]').focus();
  await page.keyboard.press('Enter');
  const active = page.locator('[part~="status"][data-active]');
  await active.waitFor();
  await page.keyboard.press('Home');
  while ((await active.getAttribute('data-status')) !== statusId) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

/** The phone reports a call, and the next frame shows Busy. */
async function isBusyAtOnce(tab: AgentTab, id: string, name: string): Promise<number> {
  const shown = await tab.page.evaluate(
    async (call) => {
      hostPhone.start(call);
      await new Promise((frame) => requestAnimationFrame(frame));
      return selector()?.textContent;
    },
    callOf(id, name),
  );
  expect(shown).toContain('Busy');
  return (await tab.since()) ?? NaN;
}

/** A call fact as it was shown, or as it was saved. */
type Fact = readonly [type: string, callId: string, at: number | undefined];

/** Two choices and two calls, of which the second goes on: all is shown at once, and the choices as not saved. */
async function works(tab: AgentTab): Promise<readonly Fact[]> {
  await chooseByKeys(tab, 'lunch');
  await tab.shows('Lunch');
  await expect.poll(() => isMarked(tab)).toBe(true);
  const first = await isBusyAtOnce(tab, 'call-1', 'Grace');
  await tab.end('call-1');
  await tab.shows('After Call Work');
  const end = await tab.since();
  const second = await isBusyAtOnce(tab, 'call-2', 'Linus');
  await tab.showsCalls('Linus live', 'Grace ended');
  await tab.pick('meeting');
  await tab.showsNext('Meeting');
  expect(await isMarked(tab)).toBe(true);
  return [
    ['call-started', 'call-1', first],
    ['call-ended', 'call-1', end],
    ['call-started', 'call-2', second],
  ];
}

/** What the server has saved, leases apart: each by its type and what it is about. */
function saved(): string[] {
  const leases: readonly string[] = ['sign-in', 'renew', 'leave', 'page-died'];
  return site.saved.flatMap(({ event }) => {
    if (leases.includes(event.type)) return [];
    if (event.type === 'choose') return `${event.type} ${event.statusId}`;
    return `${event.type} ${'call' in event ? event.call.id : 'callId' in event ? event.callId : ''}`;
  });
}

function savedFacts(): readonly Fact[] {
  return site.saved.flatMap(({ event }): Fact[] => {
    if (!event.type.startsWith('call-')) return [];
    const { type, at, call, callId = call?.id ?? '' } = event as CallFact;
    return [[type, callId, at]];
  });
}

interface CallFact {
  readonly type: string;
  readonly at?: number;
  readonly call?: { readonly id: string };
  readonly callId?: string;
}

/** The server has the choices and the facts, each once, in order and at its own instant; the page shows the same. */
async function hasAll(tab: AgentTab, facts: readonly Fact[]): Promise<void> {
  const calls = ['call-started call-1', 'call-ended call-1', 'call-started call-2'];
  const events = ['choose lunch', ...calls, 'choose meeting'];
  await expect.poll(saved, { timeout: 10_000 }).toEqual(events);
  expect(savedFacts()).toEqual(facts);
  await expect.poll(() => isMarked(tab)).toBe(false);
  const [[, , startedAt], [, , endedAt], [, , nextAt]] = facts as readonly [Fact, Fact, Fact];
  expect((await stored()).calls).toMatchObject([
    { id: 'call-1', state: 'ended', startedAt, endedAt },
    { id: 'call-2', state: 'live', startedAt: nextAt },
  ]);
  await tab.showsCalls('Linus live', 'Grace ended');
  await goesOn(tab, events);
}

/** The rest of the day: the page saves, hears of others, and has missed and doubled nothing. */
async function goesOn(tab: AgentTab, events: readonly string[]): Promise<void> {
  await tab.end('call-2');
  await tab.shows('After Call Work');
  await site.happens({ type: 'choose', statusId: 'training', by: sue });
  await tab.showsNext('Training');
  await tab.press('close', 'Linus');
  await tab.press('close', 'Grace');
  await tab.shows('Training');
  const all = [...events, 'call-ended call-2', 'close call-2', 'close call-1'];
  await expect.poll(saved, { timeout: 10_000 }).toEqual(all);
  const { shown } = await stored();
  await tab.isSince(shown.since);
  expect(shown.statusId).toBe('training');
  expect(await tab.changes()).toEqual(['lunch', 'busy', 'after-call-work', 'busy', 'after-call-work', 'training']);
  expect(await hasLost(tab)).toBe(false);
  expect(await tab.happened('phone-error')).toEqual([]);
}

async function stored() {
  const found = await site.store.readAgent('ana');
  if (!found) throw new Error('The server has nothing of Ana.');
  return found.value;
}

describe('the widget works, and everything arrives once and in order, through', () => {
  test.each<[string, Fault]>([
    ['connections that are cut', 'cut'],
    ['connections that are cut before the answer', 'cut answer'],
    ['half-open connections', 'mute'],
    ['500s to what was done all the same', { status: 500, type: 'application/json', body: '{"error":"Internal"}' }],
    ['pages in place of JSON', { status: 200, type: 'text/html', body: html }],
    ['pages that say 503', { status: 503, type: 'text/html', body: html }],
  ])('%s', async (_, fault) => {
    const a = await openTab();
    way.fail(everything(fault));
    const since = await now(a);
    const facts = await works(a);
    await showsLoss(a, since);
    expect(savedFacts()).toEqual([]);
    way.heal();
    await showsReturn(a);
    await hasAll(a, facts);
  });

  test('connections that have been half-open before anybody does anything', async () => {
    const a = await openTab();
    way.fail(everything('mute'));
    await showsLoss(a, await now(a));
    const facts = await works(a);
    expect(savedFacts()).toEqual([]);
    way.heal();
    await showsReturn(a);
    await hasAll(a, facts);
  });

  test('a reload while pages come in place of JSON', async () => {
    const a = await openTab();
    way.fail(everything({ status: 200, type: 'text/html', body: html }));
    const call = await isBusyAtOnce(a, 'call-1', 'Grace');
    await a.end('call-1');
    await a.shows('After Call Work');
    const end = await a.since();
    await a.page.reload();
    await a.shows('After Call Work');
    await a.isSince(end);
    await a.showsCalls('Grace ended');
    const next = await isBusyAtOnce(a, 'call-2', 'Linus');
    // The first save has arrived, and nobody knows.
    expect(saved()).toEqual(['call-started call-1']);
    way.heal();
    await showsReturn(a);
    const facts = [
      ['call-started', 'call-1', call],
      ['call-ended', 'call-1', end],
      ['call-started', 'call-2', next],
    ];
    await expect.poll(savedFacts, { timeout: 10_000 }).toEqual(facts);
    expect((await stored()).calls.map(({ id, state }) => `${id} ${state}`)).toEqual(['call-1 ended', 'call-2 live']);
    await a.end('call-2');
    await a.press('close', 'Linus');
    await a.press('close', 'Grace');
    await a.shows('Available');
    await a.isSince((await stored()).shown.since);
    expect(savedFacts().length).toBe(4);
    expect(await a.happened('phone-error')).toEqual([]);
  });

  test('500s to all requests while the stream goes on', async () => {
    const a = await openTab();
    const fault = { status: 500, type: 'application/json', body: '{}' };
    way.fail({ save: fault, read: fault });
    const since = await now(a);
    const facts = await works(a);
    await showsLoss(a, since);
    expect(savedFacts()).toEqual([]);
    way.heal();
    await showsReturn(a);
    await hasAll(a, facts);
  });

  test('answers that come after thirty seconds', async () => {
    const a = await openTab();
    way.fail(everything('late answer'));
    const since = await now(a);
    const facts = await works(a);
    await showsLoss(a, since);
    for (const seconds of [30, 60]) {
      await before(since + seconds * 1000 + 1000, a, async () => (await now(a)) >= since + seconds * 1000);
      way.letGo();
      expect(await hasLost(a)).toBe(true);
      await a.showsCalls('Linus live', 'Grace ended');
    }
    expect(savedFacts()).toEqual([]);
    way.heal();
    await showsReturn(a);
    await hasAll(a, facts);
  });

  test('a save that arrives after later ones', async () => {
    const a = await openTab();
    way.fail({ save: 'late' });
    const since = await now(a);
    const facts = await works(a);
    await eventually(async () => way.kept === 1);
    await showsLoss(a, since);
    way.fail({});
    await showsReturn(a);
    await expect.poll(() => saved().length, { timeout: 10_000 }).toBe(5);
    way.letGo();
    await expect.poll(() => way.lateAnswers).toEqual([412]);
    await hasAll(a, facts);
  });
});

test('an answer that comes after that of a later request takes nothing back', async () => {
  const [a, b] = [await openTab(), await openTab()];
  way.fail({ save: 'late answer' });
  await a.pick('lunch');
  await b.shows('Lunch');
  expect(way.kept).toBe(1);
  way.fail({});
  await b.pick('meeting');
  await a.shows('Meeting');
  way.letGo();
  await expect.poll(() => isMarked(a)).toBe(false);
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  expect(saved()).toEqual(['choose lunch', 'choose meeting', 'call-started call-1']);
  for (const tab of [a, b]) {
    expect(await tab.changes()).toEqual(['lunch', 'meeting', 'busy']);
    expect(await tab.happened('phone-error')).toEqual([]);
  }
});

test('streams that are cut in the middle of an event hold nothing up: what they missed is told once', async () => {
  const a = await openTab();
  const since = await now(a);
  way.fail({ stream: 'half' });
  await site.happens({ type: 'choose', statusId: 'meeting', by: sue });
  await showsLoss(a, since);
  await before(since + 60_000, a, async () => way.halved > 2 && (await a.statusId()) === 'meeting');
  const call = await isBusyAtOnce(a, 'call-1', 'Grace');
  await chooseByKeys(a, 'lunch');
  await a.showsNext('Lunch');
  await a.end('call-1');
  await a.shows('After Call Work');
  const end = await a.since();
  await expect.poll(saved).toEqual(['call-started call-1', 'choose lunch', 'call-ended call-1']);
  way.heal();
  await showsReturn(a);
  expect(savedFacts()).toEqual([
    ['call-started', 'call-1', call],
    ['call-ended', 'call-1', end],
  ]);
  await site.happens({ type: 'choose', statusId: 'training', by: sue });
  await a.showsNext('Training');
  await a.press('close');
  await a.shows('Training');
  await a.isSince((await stored()).shown.since);
  expect(await a.changes()).toEqual(['meeting', 'busy', 'after-call-work', 'training']);
  expect(saved().length).toBe(4);
  expect(await a.happened('phone-error')).toEqual([]);
});

describe('a web firewall on the way', () => {
  /** The page that it answers with. */
  const wall = (status: number) => ({ status, type: 'text/html', body: html });

  test.each([400, 403, 413, 422])('that answers call facts with a page and %d loses none of them', async (status) => {
    const [a, b] = [await openTab(), await openTab()];
    let left = 3;
    way.blocks = (body) => (body.includes('"call-') && left-- > 0 ? wall(status) : undefined);
    const since = await now(a);
    const call = await isBusyAtOnce(a, 'call-1', 'Grace');
    await showsLoss(a, since);
    await a.pick('lunch');
    await before((await now(a)) + 60_000, a, async () => (await b.statusId()) === 'busy');
    expect(left).toBeLessThan(0);
    await showsReturn(a);
    await expect.poll(saved).toContain('choose lunch');
    left = 3;
    await a.end('call-1');
    await a.shows('After Call Work');
    const end = await a.since();
    await before((await now(a)) + 60_000, a, async () => (await b.statusId()) === 'after-call-work');
    expect(left).toBeLessThan(0);
    expect(savedFacts()).toEqual([
      ['call-started', 'call-1', call],
      ['call-ended', 'call-1', end],
    ]);
    await a.press('close');
    for (const tab of [a, b]) {
      await tab.shows('Lunch');
      expect(await tab.happened('phone-error')).toEqual([]);
    }
  });

  test('that never lets one caller through holds nothing else up, and the call is there once it does', async () => {
    const a = await openTab();
    way.blocks = (body) => (body.includes('<script>') ? wall(403) : undefined);
    const name = '<script>alert(1)</script>';
    const call = await isBusyAtOnce(a, 'call-1', name);
    await isBusyAtOnce(a, 'call-2', 'Linus');
    await a.pick('lunch');
    const isSaved = (what: string) => async () => saved().includes(what);
    // Refused five times, it goes behind the facts of the other call.
    await before((await now(a)) + 60_000, a, isSaved('call-started call-2'));
    expect(saved()).toContain('choose lunch');
    expect(saved()).not.toContain('call-started call-1');
    await a.page.reload();
    await a.showsCalls(`${name} live`, 'Linus live');
    await a.start(callOf('call-1', name));
    await a.start(callOf('call-2', 'Linus'));
    await a.end('call-2');
    const secondEnd = await now(a);
    await before((await now(a)) + 60_000, a, isSaved('call-ended call-2'));
    expect(saved()).not.toContain('call-started call-1');
    way.blocks = () => undefined;
    // What was set aside is tried every five minutes.
    for (let minutes = 0; minutes < 5; minutes += 0.25) {
      await time.pass(15);
      aheadMs += 15_000;
    }
    await before((await now(a)) + 30_000, a, isSaved('call-started call-1'));
    const facts = savedFacts();
    expect(facts.find(([, id]) => id === 'call-1')).toEqual(['call-started', 'call-1', call]);
    const callsThere = async () => (await stored()).calls.map(({ id, state, startedAt }) => [id, state, startedAt]);
    await expect.poll(callsThere).toEqual([
      ['call-1', 'live', call],
      ['call-2', 'ended', facts.find(([, id]) => id === 'call-2')?.[2]],
    ]);
    expect((await stored()).calls[1]?.endedAt).toBeLessThanOrEqual(secondEnd);
  });
});
