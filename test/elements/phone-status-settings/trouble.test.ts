import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import {
  defaultAccount,
  memoryStore,
  PhoneError,
  updateSettings,
  updateStatus,
  type Account,
  type StatusStore,
} from 'phone-widget';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, keepTrack, listen, newPlace, part, storeWith, textOf, until } from '../../support/elements.js';
import { press } from '../../support/keys.js';
import { click, drawn, focused, inRow, notice, openSettings, row, rows, saveAs, type } from '../../support/settings.js';

/** A store that keeps a save waiting until the test lets it go on, or has it refused. */
function holding(inner: StatusStore): { readonly store: StatusStore; release(refusal?: Error): void } {
  let release = (_refusal?: Error): void => undefined;
  const store = new Proxy(inner, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== 'saveAccount') return value.bind(target) as unknown;
      return async (...args: Parameters<StatusStore['saveAccount']>) => {
        const refusal = await new Promise<Error | undefined>((go) => (release = go));
        if (refusal) throw refusal;
        return target.saveAccount(...args);
      };
    },
  });
  return { store, release: (refusal) => release(refusal) };
}

const value = (settings: PhoneStatusSettings, name: string): string =>
  (part(settings, name) as HTMLInputElement | undefined)?.value ?? '';
const statusIn = async (store: StatusStore, id: string) =>
  (await store.readAccount())?.value.statuses.find((one) => one.id === id);

describe('an admin’s page in trouble', () => {
  afterEach(clearPage);

  it('saves on top of what others saved while an edit was refused, and not over it', async () => {
    const inner = memoryStore({ account: newPlace() });
    const { store, release } = holding(inner);
    const settings = await openSettings({ store });
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'Supper');
    part(settings, 'save')!.click();
    await until(() => settings.session?.saving, 'it is being saved');
    await saveAs(inner, (account) => updateStatus(account, 'lunch', { emoji: '🍝', allowanceMinutes: 30 }));
    const emoji = (): string | undefined => settings.session?.account?.statuses.find(({ id }) => id === 'lunch')?.emoji;
    await until(() => emoji() === '🍝', 'what the other saved is known');
    await settings.updateComplete;
    release(new PhoneError('unavailable', 'Out of reach.'));
    await drawn(settings);
    await until(() => part(settings, 'meanwhile'), 'what the other saved is told');
    expect([value(settings, 'name'), value(settings, 'emoji')]).to.deep.equal(['Supper', '🍝']);
    part(settings, 'save')!.click();
    await until(() => settings.session?.saving, 'it is being saved again');
    release();
    await drawn(settings);
    expect(await statusIn(inner, 'lunch')).to.include({ name: 'Supper', emoji: '🍝', allowanceMinutes: 30 });
  });

  it('shows the last press of a switch as waiting while the store is slow, and saves it', async () => {
    const { store, release } = holding(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    const lunch = (): HTMLElement => inRow(settings, 'lunch', 'switch');
    const shown = (): unknown => [lunch().ariaChecked, lunch().classList.contains('waits')];
    const savedNext = async (): Promise<void> => {
      const before = settings.session?.account;
      release();
      await until(() => settings.session?.account !== before, 'it is saved');
    };
    lunch().click();
    await settings.updateComplete;
    expect(shown()).to.deep.equal(['false', true]);
    lunch().click();
    await settings.updateComplete;
    expect(shown()).to.deep.equal(['true', true]);
    await savedNext();
    await settings.updateComplete;
    expect(shown()).to.deep.equal(['true', true]);
    await savedNext();
    await drawn(settings);
    expect(shown()).to.deep.equal(['true', false]);
    expect((await statusIn(store, 'lunch'))?.enabled).to.equal(true);
  });

  it('shows a switch as it is stored again where a press was refused', async () => {
    const { store, release } = holding(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    inRow(settings, 'lunch', 'switch').click();
    await settings.updateComplete;
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('false');
    release(new PhoneError('denied', 'Not an admin.'));
    await drawn(settings);
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('true');
    expect(notice(settings)).to.contain('not allowed');
  });

  it('keeps what is typed where another form is asked for, and says why', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'Supper');
    await click(settings, inRow(settings, 'meeting', 'edit'));
    expect(value(settings, 'name')).to.equal('Supper');
    expect(notice(settings)).to.contain('Save or cancel');
    await click(settings, part(settings, 'cancel'));
    await click(settings, inRow(settings, 'meeting', 'edit'));
    expect(value(settings, 'name')).to.equal('Meeting');
  });

  it('tells all that others changed while a form was open', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { emoji: '🍝' }));
    await until(() => part(settings, 'meanwhile'), 'the first change is told');
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { name: 'Dinner' }));
    await until(() => textOf(part(settings, 'meanwhile')).includes('Dinner'), 'the second change is told');
    expect(textOf(part(settings, 'meanwhile'))).to.contain('🍝');
  });

  it('undoes its own change, and not what somebody else has made of it', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'Supper');
    await type(settings, 'emoji', '🥣');
    await click(settings, part(settings, 'save'));
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { name: 'Dinner' }));
    await until(() => textOf(row(settings, 'lunch')).includes('Dinner'), 'what the other saved is shown');
    await click(settings, part(settings, 'undo'));
    expect(await statusIn(settings.store!, 'lunch')).to.include({ name: 'Dinner', emoji: '🍽️' });
  });

  it('says nothing where a half typed setting goes with its account', async () => {
    const settings = await openSettings();
    const slow = memoryStore({ account: newPlace() });
    const field = settings.shadowRoot!.querySelector<HTMLInputElement>('#acwLimitSeconds')!;
    field.focus();
    await sendKeys({ type: '9' });
    settings.store = new Proxy(slow, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (key === 'watchAccount') return () => () => undefined;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await until(() => !part(settings, 'table'), 'the other account is waited for');
    expect(field.isConnected).to.equal(false);
  });

  it('leaves another form open when a save is answered late', async () => {
    const { store, release } = holding(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'Supper');
    part(settings, 'save')!.click();
    await until(() => settings.session?.saving, 'it is being saved');
    part(settings, 'cancel')!.click();
    await settings.updateComplete;
    inRow(settings, 'meeting', 'edit').click();
    await until(() => value(settings, 'name') === 'Meeting', 'the other form is open');
    await type(settings, 'name', 'Conference');
    release();
    await drawn(settings);
    expect(value(settings, 'name')).to.equal('Conference');
    expect(textOf(row(settings, 'lunch'))).to.contain('Supper');
  });

  for (const [outcome, refusal] of [
    ['done', undefined],
    ['refused', new PhoneError('duplicate-name', 'Taken.')],
  ] as const) {
    for (const where of ['another field of the page', 'a field of the page around'] as const) {
      it(`takes the focus from nobody who went on to ${where} before a save is ${outcome}`, async () => {
        const { store, release } = holding(memoryStore({ account: newPlace() }));
        const settings = await openSettings({ store });
        await click(settings, part(settings, 'new'));
        await type(settings, 'emoji', '📦');
        await type(settings, 'name', 'Box');
        part(settings, 'save')!.focus();
        await press('Enter');
        await until(() => settings.session?.saving, 'it is being saved');
        const own = settings.shadowRoot!.querySelector<HTMLTextAreaElement>('#alwaysDial')!;
        const field = where === 'another field of the page' ? own : keepTrack(document.createElement('input'));
        if (field !== own) document.body.append(field);
        field.focus();
        release(refusal);
        await drawn(settings);
        await until(() => notice(settings), 'the outcome is told');
        await settings.updateComplete;
        await sendKeys({ type: '12' });
        expect(field.value).to.equal('12');
      });
    }

    it(`goes on from where the focus was where a save is ${outcome}`, async () => {
      const { store, release } = holding(memoryStore({ account: newPlace() }));
      const settings = await openSettings({ store });
      await click(settings, part(settings, 'new'));
      await type(settings, 'emoji', '📦');
      await type(settings, 'name', 'Box');
      part(settings, 'save')!.focus();
      await press('Enter');
      await until(() => settings.session?.saving, 'it is being saved');
      part(settings, 'save')!.blur();
      release(refusal);
      await drawn(settings);
      await until(() => focused(settings) === (refusal ? 'name' : 'new'), 'the focus is there');
    });
  }

  it('closes with Escape what was opened last, and nothing while an input method composes', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    part(settings, 'choose-emoji')!.focus();
    part(settings, 'choose-emoji')!.click();
    await until(() => part(settings, 'picker'), 'the picker is opened');
    await press('Escape');
    await until(() => !part(settings, 'picker'), 'the picker is closed');
    expect(part(settings, 'form')).to.not.equal(undefined);
    const composing = new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true, composed: true });
    part(settings, 'name')!.dispatchEvent(composing);
    await settings.updateComplete;
    expect(part(settings, 'form')).to.not.equal(undefined);
  });

  it('takes the focus from nobody who went on while the picker was loaded', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    part(settings, 'choose-emoji')!.focus();
    part(settings, 'choose-emoji')!.click();
    await until(() => part(settings, 'picker'), 'the picker is on its way');
    part(settings, 'name')!.focus();
    await customElements.whenDefined('emoji-picker');
    await until(() => !part(settings, 'picker'), 'the picker gives way');
    await settings.updateComplete;
    expect(focused(settings)).to.equal('name');
  });

  it('says that no emoji can be loaded from what is no address', async () => {
    const settings = await openSettings({ emojiData: 'http://[' });
    const errors = listen(settings, 'phone-error');
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => errors.length > 0, 'the page is told');
    expect(textOf(part(settings, 'picker'))).to.not.equal('');
    await type(settings, 'emoji', '☕');
    expect(value(settings, 'emoji')).to.equal('☕');
  });

  it('stays in its own words where those of the page are null', async () => {
    const settings = await openSettings();
    settings.strings = null as never;
    await settings.updateComplete;
    expect(textOf(part(settings, 'new'))).to.equal('New Agent Status');
  });

  it('is read-only, and asks for a reload, where a newer version wrote the account', async () => {
    const newer = { ...defaultAccount, writableBy: 99 } as Account;
    const settings = await openSettings({ store: await storeWith(() => newer) });
    expect(textOf(part(settings, 'notice'))).to.contain('Reload');
    expect(part(settings, 'new')).to.equal(undefined);
    const controls = [...settings.shadowRoot!.querySelectorAll('button, input, select, textarea')];
    expect(controls.length).to.be.greaterThan(10);
    expect(controls.every((one) => one.matches(':disabled'))).to.equal(true);
    expect(rows(settings)).to.include('lunch');
    await expectAccessible(settings);
  });

  it('leaves what was begun with an account when it is given another one', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'switch'));
    await until(() => part(settings, 'undo'), 'the change is told');
    await click(settings, inRow(settings, 'meeting', 'edit'));
    await type(settings, 'name', 'Conference');
    settings.store = memoryStore({ account: newPlace() });
    await until(() => !part(settings, 'form') && part(settings, 'table'), 'the other account is shown');
    expect(part(settings, 'undo')).to.equal(undefined);
    expect(textOf(row(settings, 'lunch'))).to.contain('Lunch');
  });

  it('tells what another admin saved of a setting that is being typed, and keeps what was typed', async () => {
    const settings = await openSettings();
    const field = settings.shadowRoot!.querySelector<HTMLInputElement>('#acwLimitSeconds')!;
    field.value = '90';
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    await saveAs(settings.store!, (account) => updateSettings(account, { acwLimitSeconds: 300 }));
    await until(() => part(settings, 'meanwhile'), 'it is told');
    expect(textOf(part(settings, 'meanwhile'))).to.contain('300');
    expect(field.value).to.equal('90');
    field.dispatchEvent(new Event('change', { bubbles: true }));
    await drawn(settings);
    await until(() => !part(settings, 'meanwhile'), 'it is settled');
    expect((await settings.store!.readAccount())?.value.settings.acwLimitSeconds).to.equal(90);
  });

  it('shows a status that a setting names and the account does not know as it is written', async () => {
    const { settings: rules } = defaultAccount;
    const account: Account = { ...defaultAccount, settings: { ...rules, missedCallStatus: 'custom-99' } };
    const settings = await openSettings({ store: await storeWith(() => account) });
    const field = settings.shadowRoot!.querySelector<HTMLSelectElement>('#missedCallStatus')!;
    expect(field.selectedOptions[0]?.textContent).to.equal('custom-99');
  });
});
