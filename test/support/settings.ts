import { defaultAccount, memoryStore, type Account, type StatusStore } from 'phone-widget';
import 'phone-widget/define/phone-status-settings';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { keepTrack, newPlace, part, parts, until } from './elements.js';

/** A page *Agent Statuses* that shows its account. */
export async function openSettings(set: Partial<PhoneStatusSettings> = {}): Promise<PhoneStatusSettings> {
  const settings = keepTrack(document.createElement('phone-status-settings'));
  Object.assign(settings, { store: memoryStore({ account: newPlace() }), ...set });
  document.body.append(settings);
  await until(() => part(settings, 'table'), 'the table is shown');
  return settings;
}

/** The row of a status. */
export function row(settings: PhoneStatusSettings, id: string): HTMLElement {
  const found = parts(settings, 'status').find(({ dataset }) => dataset['status'] === id);
  if (!found) throw new Error(`There is no row of ${id}.`);
  return found;
}

/** A control in the row of a status. */
export function inRow(settings: PhoneStatusSettings, id: string, name: string): HTMLElement {
  return part(row(settings, id), name)!;
}

/** The ids of the rows, in order. */
export function rows(settings: PhoneStatusSettings): string[] {
  return parts(settings, 'status').map(({ dataset }) => dataset['status'] ?? '');
}

/** The notice at the end: what was saved or refused. */
export function notice(settings: PhoneStatusSettings): string {
  return parts(settings, 'notice').at(-1)?.querySelector('.text')?.textContent?.trim() ?? '';
}

/** What the live region says. */
export function said(settings: PhoneStatusSettings): string {
  return settings.shadowRoot!.querySelector('.sr[role="status"]')?.textContent ?? '';
}

/** Types into a field of the page, as an input method or a paste does. */
export async function type(settings: PhoneStatusSettings, field: string, text: string): Promise<void> {
  const input = part(settings, field) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await settings.updateComplete;
}

/** Presses a control and waits until what comes of it is drawn. */
export async function click(settings: PhoneStatusSettings, control: HTMLElement | undefined): Promise<void> {
  control!.click();
  await drawn(settings);
}

/** Waits until nothing waits for the store, and all of it is drawn. */
export async function drawn(settings: PhoneStatusSettings): Promise<void> {
  await settings.updateComplete;
  await until(() => !settings.session?.saving, 'everything is saved');
  await settings.updateComplete;
}

/** The reason beside a field. */
export function problem(settings: PhoneStatusSettings, id: string): string {
  return settings.shadowRoot!.getElementById(`${id}-problem`)?.textContent?.trim() ?? '';
}

/** The part that has the focus. */
export function focused(settings: PhoneStatusSettings): string {
  return settings.shadowRoot!.activeElement?.getAttribute('part') ?? '';
}

/** What another admin saves. */
export async function saveAs(store: StatusStore, change: (account: Account) => Account): Promise<void> {
  const present = await store.readAccount();
  await store.saveAccount(change(present?.value ?? defaultAccount), present?.revision ?? null);
}

/** A store whose saves of the account can be refused. */
export function guarded(store: StatusStore): { readonly store: StatusStore; refuse(error?: Error): void } {
  let refusal: Error | undefined;
  const proxy = new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== 'saveAccount') return value.bind(target) as unknown;
      return async (...args: Parameters<StatusStore['saveAccount']>) => {
        if (refusal) throw refusal;
        return target.saveAccount(...args);
      };
    },
  });
  return { store: proxy, refuse: (error) => (refusal = error) };
}
