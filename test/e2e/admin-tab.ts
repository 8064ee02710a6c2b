import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const DEADLINE = { timeout: 10_000, interval: 20 };

/** One tab of an admin, as the admin uses it and sees it. */
export class AdminTab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(DEADLINE.timeout);
  }

  async isReady(): Promise<void> {
    await this.part('table').waitFor();
  }

  part(name: string): Locator {
    return this.page.locator(`phone-status-settings [part~="${name}"]`);
  }

  row(id: string): Locator {
    return this.page.locator(`phone-status-settings [data-status="${id}"]`);
  }

  async press(name: string, id?: string): Promise<void> {
    await this.page.bringToFront();
    await (id === undefined ? this.part(name) : this.row(id).locator(`[part~="${name}"]`)).click();
  }

  /** The names in the table, in order. */
  names(): Promise<string[]> {
    return this.page.locator('phone-status-settings [data-status] .name').allTextContents();
  }

  async showsNames(check: (names: readonly string[]) => boolean): Promise<void> {
    await expect.poll(async () => check(await this.names()), DEADLINE).toBe(true);
  }

  /** What stands in a part, however long it takes to come. */
  async says(name: string, text: string): Promise<void> {
    await expect.poll(async () => (await this.part(name).allTextContents()).join(' '), DEADLINE).toContain(text);
  }

  /** Which part has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const root = document.querySelector('phone-status-settings')?.shadowRoot;
      const active = root?.activeElement;
      return active?.getAttribute('part') ?? active?.localName ?? '';
    });
  }

  /** Adds a status with the keyboard alone, from the first Tab in the page. */
  async addByKeyboard(name: string, search: string): Promise<void> {
    const { keyboard } = this.page;
    await this.page.bringToFront();
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.#tabTo('new');
    await keyboard.press('Enter');
    await expect.poll(() => this.focused(), DEADLINE).toBe('emoji');
    await this.#tabTo('choose-emoji');
    await keyboard.press('Enter');
    await this.page.locator('emoji-picker .tabpanel button.emoji').first().waitFor();
    await expect.poll(() => this.focused(), DEADLINE).toBe('emoji-picker');
    await keyboard.type(search);
    await this.page.locator('emoji-picker [role="option"].emoji:not([id^="skintone"])').first().waitFor();
    // The picker takes in what was typed when the browser is idle, and points at nothing then.
    const pointed = async () => {
      const active = await this.page.locator('emoji-picker #search').getAttribute('aria-activedescendant');
      if (!active) await keyboard.press('ArrowDown');
      return active;
    };
    await expect.poll(pointed, { ...DEADLINE, interval: 100 }).toBeTruthy();
    await keyboard.press('Enter');
    await expect.poll(() => this.focused(), DEADLINE).toBe('choose-emoji');
    await this.#tabTo('name');
    await keyboard.type(name);
    await this.#tabTo('description');
    await keyboard.type(`Agents who are in ${name}.`);
    await this.#tabTo('takes-calls');
    await this.#tabTo('allowance');
    await this.#tabTo('save');
    await keyboard.press('Enter');
    await expect.poll(() => this.focused(), DEADLINE).toBe('new');
  }

  /** One Tab leads there. */
  async #tabTo(part: string): Promise<void> {
    await this.page.keyboard.press('Tab');
    await expect.poll(() => this.focused(), DEADLINE).toBe(part);
  }
}
