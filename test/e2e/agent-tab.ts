import type { Page } from 'playwright-core';
import type { AccountSettings, AgentEvent, AgentRecord, AgentView, Call, Outcome } from 'phone-widget';
import { expect } from 'vitest';
import type {} from './fixtures/headless.js';
import type { Happened } from './fixtures/page.js';

/** A page that has not come so far by then never will. */
const DEADLINE = { timeout: 10_000, interval: 20 };

/** An inbound call of that id. */
export function callOf(id: string, name = 'Grace'): Call {
  return { id, direction: 'inbound', party: { name, number: '+49 30 901820' } };
}

/** One tab of an agent, as the agent uses it and sees it. */
export class AgentTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(DEADLINE.timeout);
  }

  /** Waits until any status is shown. */
  async isReady(): Promise<void> {
    await expect.poll(() => this.statusId(), DEADLINE).toBeDefined();
  }

  /** It has been in its status since that instant, once it knows all. */
  async isSince(instant: number | undefined): Promise<void> {
    await expect.poll(() => this.since(), DEADLINE).toBe(instant);
  }

  /** Opens the list, and clicks a status. */
  async pick(statusId: string): Promise<void> {
    await this.page.bringToFront();
    await this.#part('selector').click();
    await this.page.locator(`[part~="status"][data-status="${statusId}"]`).click();
  }

  /** The words of a part as the agent reads them; empty where the part is not there. */
  text(part: string): Promise<string> {
    return this.#part(part).evaluateAll(([found]) => found?.textContent?.replace(/\s+/g, ' ').trim() ?? '');
  }

  /** Types into a field as an agent does. */
  async type(field: 'notes' | 'tags', text: string): Promise<void> {
    await this.page.bringToFront();
    const part = this.#part(field);
    await (field === 'tags' ? part.locator('input') : part).pressSequentially(text);
    if (field === 'tags') await this.page.keyboard.press('Enter');
  }

  /** What stands in the notes. */
  notes(): Promise<string> {
    return this.#part('notes').inputValue();
  }

  async showsNotes(text: string): Promise<void> {
    await expect.poll(() => this.notes(), DEADLINE).toBe(text);
  }

  /** The tags, as they are written on their chips. */
  async showsTags(...expected: readonly string[]): Promise<void> {
    const tags = async () => (await this.#part('tags').locator('bdi').allTextContents()).map((tag) => tag.trim());
    await expect.poll(tags, DEADLINE).toEqual(expected);
  }

  /** Clicks a part, such as `withdraw`; where several calls are open, that of one of them. */
  async press(part: string, caller?: string): Promise<void> {
    await this.page.bringToFront();
    const panel = caller === undefined ? this.page : this.#part('conversation').filter({ hasText: caller });
    await panel.locator(`[part~="${part}"]`).click();
  }

  /** The selector shows that status. */
  async shows(name: string): Promise<void> {
    await expect.poll(() => this.text('selector'), DEADLINE).toContain(name);
  }

  async showsNext(name: string): Promise<void> {
    await expect.poll(() => this.text('next'), DEADLINE).toContain(name);
  }

  async showsNoNext(): Promise<void> {
    await expect.poll(() => this.text('next'), DEADLINE).toBe('');
  }

  /** The panels that are open, in order, each by its caller and what its call does. */
  async showsCalls(...expected: readonly string[]): Promise<void> {
    await expect.poll(() => this.calls(), DEADLINE).toEqual(expected);
  }

  calls(): Promise<string[]> {
    return this.#part('conversation').evaluateAll((panels) =>
      panels.map((panel) => {
        const caller = panel.querySelector('[part~="caller"] bdi')?.textContent ?? '';
        return `${caller.trim()} ${panel.getAttribute('data-state') ?? ''}`;
      }),
    );
  }

  /** The seconds that the time in the status stands at. */
  async seconds(): Promise<number> {
    const text = await this.text('time');
    const digits = /(?:(\d+):)?(\d+):(\d\d)/.exec(text);
    if (!digits) throw new Error(`The selector shows no time, but "${text}".`);
    const [hours = '0', minutes, seconds] = digits.slice(1);
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  }

  /** Waits until the browser holds what the tab shows, and tells since when it is so. */
  async settled(agentId?: string): Promise<number> {
    const isStored = async () => {
      const found = await this.stored(agentId).catch(() => undefined);
      return found?.value.shown.since === (await this.since());
    };
    await expect.poll(isStored, DEADLINE).toBe(true);
    return (await this.since()) ?? NaN;
  }

  since(): Promise<number | undefined> {
    return this.page.evaluate(() => widget.view?.since);
  }

  statusId(): Promise<string | undefined> {
    return this.page.evaluate(() => widget.view?.status.id);
  }

  /** The widget's events of a type so far. */
  async happened(type: string): Promise<Happened[]> {
    const all = await this.page.evaluate(() => happened);
    return all.filter((one) => one.type === type);
  }

  /** Each status that was shown after another one, by its id. */
  async changes(): Promise<string[]> {
    const changes = await this.happened('phone-status-change');
    return changes.map(({ detail }) => (detail['status'] as { id: string }).id);
  }

  /** What this tab's store has taken from it, leases apart. The page is opened with `watched`. */
  writes(): Promise<AgentEvent['type'][]> {
    return this.page.evaluate(() => watched.writes);
  }

  ring(call: Call): Promise<void> {
    return this.page.evaluate((one) => hostPhone.ring(one), call);
  }

  start(call: Call): Promise<void> {
    return this.page.evaluate((one) => hostPhone.start(one), call);
  }

  hold(id: string): Promise<void> {
    return this.page.evaluate((one) => hostPhone.hold(one), id);
  }

  resume(id: string): Promise<void> {
    return this.page.evaluate((one) => hostPhone.resume(one), id);
  }

  end(id: string, outcome?: Outcome): Promise<void> {
    return this.page.evaluate(([one, how]) => hostPhone.end(one, how), [id, outcome] as const);
  }

  /** What the browser holds of an agent. */
  stored(agentId = 'ana'): Promise<{ readonly value: AgentRecord; readonly revision: number }> {
    return this.page.evaluate(async (id) => {
      const store = phone.browserStore();
      const found = await store.readAgent(id);
      await store.close();
      if (!found) throw new Error(`Nothing is stored of ${id}.`);
      return found;
    }, agentId);
  }

  #part(name: string) {
    return this.page.locator(`[part~="${name}"]`);
  }
}

/** The page of somebody who looks at the agent from elsewhere. */
export class SupervisorTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async sees(statusId: string, timeout = DEADLINE.timeout): Promise<void> {
    await expect.poll(() => this.statusId(), { ...DEADLINE, timeout }).toBe(statusId);
  }

  statusId(): Promise<string | undefined> {
    return this.page.evaluate(() => supervision.session.view?.status.id);
  }

  /** Each status that appeared since the agent was first there, by its id, in order. */
  async seen(): Promise<string[]> {
    const seen = await this.page.evaluate(() => supervision.seen);
    const ids = seen.map(({ id }) => id);
    return ids.slice(ids.findIndex((id) => id !== 'offline'));
  }

  choose(statusId: string): Promise<void> {
    return this.page.evaluate((id) => supervision.session.choose(id), statusId);
  }

  close(callId: string): Promise<void> {
    return this.page.evaluate((id) => supervision.session.closeConversation(id), callId);
  }

  route(): Promise<AgentView['route'] | undefined> {
    return this.page.evaluate(() => supervision.session.view && headless.callRoute(supervision.session.view));
  }

  /** Changes the account's settings. */
  set(change: Partial<AccountSettings>): Promise<void> {
    return this.page.evaluate(async (settings) => {
      const { store } = supervision;
      const present = await store.readAccount();
      const account = headless.updateSettings(present?.value ?? headless.defaultAccount, settings);
      await store.saveAccount(account, present?.revision ?? null);
    }, change);
  }
}

/** Waits until a page's condition holds. */
export async function eventually(condition: () => Promise<boolean>, timeout = DEADLINE.timeout): Promise<void> {
  await expect.poll(condition, { ...DEADLINE, timeout }).toBe(true);
}
