import { expect } from '@open-wc/testing';
import { defaultAccount, memoryStore, PhoneError, type Account, type StatusStore } from 'phone-widget';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { clearPage, newPlace, part, storeWith, until } from '../../support/elements.js';
import { click, drawn, focused, inRow, openSettings, row, rows, type } from '../../support/settings.js';

const many = (account: Account): Account => ({
  ...account,
  statuses: [
    ...account.statuses,
    ...Array.from({ length: 60 }, (_, index) => ({
      ...account.statuses.at(-1)!,
      ...{ id: `custom-${index + 1}`, name: `Status ${index + 1}` },
    })),
  ],
});
const value = (settings: PhoneStatusSettings, name: string): string => (part(settings, name) as HTMLInputElement).value;
const isInSight = (one: HTMLElement): boolean => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

async function add(settings: PhoneStatusSettings, name: string): Promise<void> {
  await click(settings, part(settings, 'new'));
  await type(settings, 'emoji', '📦');
  await type(settings, 'name', name);
  await click(settings, part(settings, 'save'));
}

/** A store whose account is damaged until it is saved anew. */
function damaged(): StatusStore {
  const inner = memoryStore({ account: newPlace() });
  const staged: Partial<StatusStore> = {
    watchAccount: (watcher) => {
      watcher.error?.(new PhoneError('damaged-data', 'Damaged.', { data: { revision: 4 } }));
      return () => undefined;
    },
    saveAccount: (account) => Promise.resolve({ value: account, revision: 5 }),
  };
  return new Proxy(inner, {
    get: (target, key) => {
      const found: unknown = Reflect.get(staged, key) ?? Reflect.get(target, key);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}

describe('what was just done on the page Agent Statuses', () => {
  afterEach(clearPage);

  it('brings a new status of a long table into sight', async () => {
    const settings = await openSettings({ store: await storeWith(many) });
    await add(settings, 'Inventory');
    await until(() => isInSight(row(settings, 'custom-61')), 'the new row is in sight');
    expect(focused(settings)).to.equal('new');
  });

  it('clears a filter that would hide a new status', async () => {
    const settings = await openSettings({ store: await storeWith(many) });
    await type(settings, 'filter', 'Lunch');
    expect(rows(settings)).to.deep.equal(['lunch']);
    await add(settings, 'Inventory');
    await until(() => rows(settings).includes('custom-61'), 'the new row is shown');
    expect(value(settings, 'filter')).to.equal('');
  });

  it('keeps a filter that finds the new status', async () => {
    const settings = await openSettings({ store: await storeWith(many) });
    await type(settings, 'filter', 'lunch');
    await add(settings, 'Late lunch');
    await until(() => rows(settings).includes('custom-61'), 'the new row is shown');
    expect(value(settings, 'filter')).to.equal('lunch');
    expect(rows(settings)).to.deep.equal(['lunch', 'custom-61']);
  });

  it('keeps the focus on a status that was given a name the filter does not find', async () => {
    const settings = await openSettings({ store: await storeWith(many) });
    await type(settings, 'filter', 'Lunch');
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'Midday');
    await click(settings, part(settings, 'save'));
    await until(() => settings.shadowRoot!.activeElement === inRow(settings, 'lunch', 'edit'), 'the focus is there');
  });

  it('gives the focus of what is gone to New Agent Status: after a repair', async () => {
    const settings = document.createElement('phone-status-settings');
    settings.store = damaged();
    document.body.append(settings);
    await until(() => part(settings, 'repair'), 'the damage is told');
    part(settings, 'repair')!.focus();
    await click(settings, part(settings, 'repair'));
    await drawn(settings);
    expect(settings.session?.account).to.deep.equal(defaultAccount);
    expect(focused(settings)).to.equal('new');
    settings.remove();
  });

  it('takes the focus from nobody who has moved on while it was saved', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'Inventory');
    const field = document.body.appendChild(document.createElement('input'));
    part(settings, 'save')!.click();
    field.focus();
    await until(() => !part(settings, 'form'), 'the form is closed');
    await settings.updateComplete;
    expect(document.activeElement).to.equal(field);
    field.remove();
  });

  it('gives the focus of what others take away to a group that takes no keys', async () => {
    const settings = await openSettings();
    part(settings, 'new')!.focus();
    settings.store = damaged();
    await until(() => !part(settings, 'new'), 'nothing can be added');
    expect(settings.shadowRoot!.activeElement?.getAttribute('role')).to.equal('group');
  });
});
