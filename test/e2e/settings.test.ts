import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { devtools } from '../support/tabs.js';
import { AdminTab } from './admin-tab.js';
import type { AgentTab } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

async function admin(): Promise<AdminTab> {
  const tab = new AdminTab(await browser.profile.newPage({ file: 'admin.html' }));
  await tab.isReady();
  return tab;
}

async function fourTabs(): Promise<[AdminTab, AdminTab, AgentTab, AgentTab]> {
  return [await admin(), await admin(), await browser.open({ agent: 'ana' }), await browser.open({ agent: 'ben' })];
}

/** What an agent's open list offers, which option it points at, and whether the focus is where it was. */
function openList({ page }: AgentTab): Promise<{ offered: string[]; active: string; focused: string }> {
  return page.evaluate(() => {
    const root = selector()?.getRootNode() as ShadowRoot;
    const options = [...root.querySelectorAll<HTMLElement>('[part~="status"]')];
    const active = root.getElementById(selector()?.getAttribute('aria-activedescendant') ?? '');
    return {
      offered: options.map(({ dataset }) => dataset['status'] ?? ''),
      active: active?.dataset['status'] ?? '',
      focused: root.activeElement?.id ?? '',
    };
  });
}

test('a status that an admin adds by keyboard is in every open list at once, and moves neither focus nor choice', async () => {
  const [one, two, ana, ben] = await fourTabs();
  await ben.pick('lunch');
  await ana.page.bringToFront();
  await ana.page.locator('[part~="selector"]').click();
  await ana.page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await openList(ana)).active).toBe('busy');
  await one.addByKeyboard('Inventory', 'package');
  await expect.poll(async () => (await openList(ana)).offered).toContain('custom-1');
  expect(await openList(ana)).toMatchObject({ active: 'busy', focused: 'selector' });
  await two.showsNames((names) => names.at(-1) === 'Inventory');
  await ben.shows('Lunch');
  expect(await ben.changes()).toEqual(['lunch']);
  await ben.pick('custom-1');
  await ben.shows('Inventory');
  await ben.shows('📦');
});

test('statuses up to the twelfth put no filter under the focus of an open list', async () => {
  const one = await admin();
  const ana = await browser.open({ agent: 'ana' });
  await ana.page.locator('[part~="selector"]').click();
  await one.page.evaluate(async () => {
    const { session } = document.querySelector('phone-status-settings')!;
    const { statuses } = session!.account!;
    const more = Array.from({ length: 6 }, (_, index) => ({
      ...statuses.at(-1)!,
      ...{ id: `custom-${index + 1}`, name: `Status ${index + 1}` },
    }));
    await session!.change((account) => ({ ...account, statuses: [...account.statuses, ...more] }));
  });
  await expect.poll(async () => (await openList(ana)).offered.length).toBe(14);
  expect(await openList(ana)).toMatchObject({ active: 'available', focused: 'selector' });
});

test('the order that an admin makes is in an open list at once, which goes on pointing at the same status', async () => {
  const [one, two, ana] = await fourTabs();
  await ana.page.bringToFront();
  await ana.page.locator('[part~="selector"]').click();
  await ana.page.keyboard.press('End');
  await expect.poll(async () => (await openList(ana)).active).toBe('lunch');
  await one.row('training').locator('[part~="move"]').focus();
  await one.page.keyboard.press('Home');
  await expect.poll(async () => (await openList(ana)).offered.slice(0, 2)).toEqual(['available', 'training']);
  expect(await openList(ana)).toMatchObject({ active: 'lunch', focused: 'selector' });
  await two.showsNames((names) => names[1] === 'Training');
});

test('a row is dragged with a finger', async () => {
  const one = await admin();
  const centre = async (locator: Locator) => {
    const { x, y, width, height } = (await locator.boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  await one.row('lunch').scrollIntoViewIfNeeded();
  const from = await centre(one.row('lunch').locator('[part~="move"]'));
  const { x, y } = await centre(one.row('meeting'));
  const finger = await devtools(one.page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [from]);
  for (let step = 1; step <= 8; step++) await touch('touchMove', [{ x, y: from.y + ((y - 12 - from.y) * step) / 8 }]);
  await touch('touchEnd', []);
  await one.showsNames((names) => names.indexOf('Lunch') === names.indexOf('Meeting') - 1);
});

test('an agent who is in a status that is disabled stays in it, sees it, and cannot choose it again', async () => {
  const [one, two, ana, ben] = await fourTabs();
  await ana.pick('lunch');
  await ana.shows('Lunch');
  await one.press('switch', 'lunch');
  await one.says('notice', 'Lunch is disabled');
  await expect.poll(() => two.row('lunch').locator('[role="switch"]').getAttribute('aria-checked')).toBe('false');
  await ben.page.bringToFront();
  await ben.page.locator('[part~="selector"]').click();
  await expect.poll(async () => (await openList(ben)).offered).not.toContain('lunch');
  await ana.shows('Lunch');
  expect(await ana.changes()).toEqual(['lunch']);
  await ana.pick('meeting');
  await ana.shows('Meeting');
  await ana.page.locator('[part~="selector"]').click();
  expect((await openList(ana)).offered).not.toContain('lunch');
  await one.press('undo');
  await expect.poll(async () => (await openList(ana)).offered).toContain('lunch');
});

test('a rename reaches the agent who is in the status, and no status changes by it', async () => {
  const [one, , ana] = await fourTabs();
  await ana.pick('lunch');
  await one.press('edit', 'lunch');
  await one.part('name').fill('Dinner');
  await one.press('save');
  await ana.shows('Dinner');
  expect(await ana.statusId()).toBe('lunch');
});

test('of two admins who edit one status, the second is told, keeps what was typed, and saves on top', async () => {
  const [one, two] = await fourTabs();
  await two.press('edit', 'lunch');
  await two.part('name').fill('Supper');
  await one.press('edit', 'lunch');
  await one.part('name').fill('Dinner');
  await one.part('allowance').fill('30');
  await one.press('save');
  await two.says('meanwhile', 'name of Lunch: Dinner');
  expect(await two.part('name').inputValue()).toBe('Supper');
  expect(await two.part('allowance').inputValue()).toBe('30');
  await two.press('save');
  await one.showsNames((names) => names.includes('Supper'));
  await one.says('table', '30 min');
});

test('two admins who save at the same instant both get their way', async () => {
  const [one, two] = await fourTabs();
  const rename = (tab: AdminTab, id: string, name: string) =>
    tab.page.evaluate(
      async ([status, to]) => {
        const { session } = document.querySelector('phone-status-settings')!;
        await session!.change((account) => ({
          ...account,
          statuses: account.statuses.map((each) => (each.id === status ? { ...each, name: to } : each)),
        }));
      },
      [id, name] as const,
    );
  for (let round = 0; round < 5; round++) {
    await Promise.all([rename(one, 'lunch', `Lunch ${round}`), rename(two, 'meeting', `Meeting ${round}`)]);
    for (const tab of [one, two]) {
      await tab.showsNames((names) => names.includes(`Lunch ${round}`) && names.includes(`Meeting ${round}`));
    }
  }
});
