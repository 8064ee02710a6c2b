import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { openTabs, type Profile, type Tabs } from '../support/tabs.js';

const DEADLINE_MS = 10_000;

/** The demo as its user handles it: the helpdesk with the widget, and the simulator beside it. */
class Demo {
  readonly widget: Locator;
  readonly simulator: Locator;
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.setDefaultTimeout(DEADLINE_MS);
    this.widget = page.locator('phone-widget');
    this.simulator = page.locator('.simulator');
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('WebSocket')) this.complaints.push(message.text());
    });
  }

  /** Waits until the selector shows a status. */
  shows(status: string): Promise<void> {
    return this.widget.getByRole('combobox', { name: new RegExp(`^Status: ${status}`) }).waitFor();
  }

  async choose(status: string): Promise<void> {
    await this.page.bringToFront();
    await this.widget.getByRole('combobox', { name: /^Status/ }).click();
    await this.widget.getByRole('option', { name: status }).click();
  }

  /** Presses a button of the widget. */
  async press(name: string): Promise<void> {
    await this.page.bringToFront();
    await this.widget.getByRole('button', { name, exact: true }).click();
  }

  /** Presses a button of the simulator. */
  async simulate(name: string): Promise<void> {
    await this.page.bringToFront();
    await this.simulator.getByRole('button', { name, exact: true }).click();
  }

  /** Turns a switch of the simulator. */
  async turn(name: string, on: boolean): Promise<void> {
    await this.page.bringToFront();
    await this.simulator.locator(`input[name=${name}]`).setChecked(on);
  }

  /** Answers an inbound call of the simulator. */
  async startCall(): Promise<void> {
    await this.simulate('Ring');
    await this.press('Answer');
    await this.shows('Busy');
  }
}

describe('the demo', () => {
  let tabs: Tabs;
  let profile: Profile;
  const open = async (file = 'index.html'): Promise<Demo> => {
    const demo = new Demo(await profile.newPage({ file: `../../../demo/${file}` }));
    await demo.shows('Available');
    return demo;
  };

  beforeAll(async () => {
    tabs = await openTabs();
  });
  afterAll(() => tabs.close());
  beforeEach(async () => {
    profile = await tabs.newProfile();
  });
  afterEach(() => profile.close());

  test('carries a call from its ring to its close, and keeps the notes in the ticket', async () => {
    const demo = await open();
    await demo.startCall();
    await demo.press('Hold');
    await demo.simulator.getByText('inbound · held').waitFor();
    await demo.press('Resume');
    await demo.press('Mute');
    await demo.simulator.getByText('inbound · live · muted').waitFor();
    await demo.press('Keypad');
    await demo.press('5');
    await demo.simulator.getByText('digits 5').waitFor();
    await demo.widget.getByRole('textbox', { name: 'Notes' }).fill('The pier address.');
    await demo.press('Hang up');
    await demo.shows('After Call Work');
    await demo.press('Close');
    await demo.shows('Available');
    await demo.page.locator('.message.note').getByText('The pier address.').waitFor();
    expect(demo.complaints).toEqual([]);
  });

  test('loses a hang-up, and the agent says that the call is over', async () => {
    const demo = await open();
    await demo.startCall();
    await demo.simulate('Lose the hang-up');
    await demo.shows('Busy');
    await demo.press('The call is over');
    await demo.widget.locator('[part~=call-over]').click();
    await demo.shows('After Call Work');
  });

  test('learns from the line that comes back which call is over', async () => {
    const demo = await open();
    await demo.startCall();
    await demo.turn('unplugged', true);
    await demo.simulate('Hang up').catch(() => undefined);
    await demo.simulator.getByText('The phone line is down').waitFor();
    await demo.simulate('Lose the hang-up');
    await demo.turn('unplugged', false);
    await demo.shows('After Call Work');
  });

  test('declines, misses, dials and takes a second call', async () => {
    const demo = await open();
    await demo.simulate('Ring');
    await demo.press('Decline');
    await demo.simulate('Ring');
    await demo.simulate('Miss');
    await demo.widget.locator('p', { hasText: 'Missed call from Harbour Bicycles' }).waitFor();
    await demo.page.getByRole('button', { name: '+44 20 7946 0318' }).click();
    await demo.shows('Busy');
    await demo.simulate('Ring another');
    await demo.press('Answer');
    await demo.simulator.getByText('outbound · held').waitFor();
    await expect.poll(() => demo.widget.locator('[part~=conversation]').count()).toBe(2);
  });

  test('finds its call again after a reload, in both of its tabs', async () => {
    const [one, other] = [await open(), await open()];
    await one.startCall();
    await other.shows('Busy');
    await one.page.reload();
    await one.widget.getByRole('button', { name: 'Hang up' }).waitFor();
    await other.shows('Busy');
    await one.press('Hang up');
    await other.shows('After Call Work');
    await other.press('Close');
    await one.shows('Available');
  });

  test('freezes the store, refuses a save and loses the network without losing anything', async () => {
    const [demo, other] = [await open(), await open()];
    await demo.turn('frozen', true);
    await demo.startCall();
    await other.shows('Available');
    await demo.turn('frozen', false);
    await other.shows('Busy');
    await demo.turn('refusing', true);
    await demo.choose('Lunch');
    await demo.widget.locator('[part~=notice]', { hasText: 'Lunch was not saved' }).waitFor();
    expect(await demo.widget.locator('[part~=next]').count()).toBe(0);
    await demo.turn('offline', true);
    await demo.press('Hang up');
    await demo.shows('After Call Work');
    await demo.turn('offline', false);
    await other.shows('After Call Work');
  });

  test('keeps the panel open while the helpdesk refuses the notes', async () => {
    const demo = await open();
    await demo.startCall();
    await demo.press('Hang up');
    await demo.turn('notesRefused', true);
    await demo.press('Close');
    await demo.widget.getByText('could not save the notes').waitFor();
    await demo.turn('notesRefused', false);
    await demo.press('Close');
    await demo.shows('Available');
  });

  test("shows the admin's page beside an agent, in every look that the address asks for", async () => {
    const page = await profile.newPage({ file: '../../../demo/settings.html', query: { scheme: 'dark', dir: 'rtl' } });
    const admin = new Demo(page);
    await admin.shows('Available');
    const settings = page.locator('phone-status-settings');
    await settings.getByRole('switch', { name: 'Lunch' }).click();
    await settings.getByRole('button', { name: 'Undo' }).waitFor();
    await admin.widget.getByRole('combobox', { name: /^Status/ }).click();
    await admin.widget.getByRole('option', { name: 'Training' }).waitFor();
    expect(await admin.widget.getByRole('option', { name: 'Lunch' }).count()).toBe(0);
    expect(await page.evaluate(() => getComputedStyle(document.body).direction)).toBe('rtl');
    expect(admin.complaints).toEqual([]);
  });

  test('has the ten lines of the README as a page that works', async () => {
    const html = /```html\n([^]*?)```/.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1];
    expect(html).toBe(readFileSync(`${root}demo/plain.html`, 'utf8'));
    const demo = await open('plain.html');
    await demo.choose('Break');
    await demo.shows('Break');
  });
});
