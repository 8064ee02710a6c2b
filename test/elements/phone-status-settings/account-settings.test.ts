import { expect } from '@open-wc/testing';
import { memoryStore, PhoneError, updateSettings, updateStatus, type AccountSettings } from 'phone-widget';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, listen, newPlace, part, textOf, until } from '../../support/elements.js';
import { click, drawn, guarded, inRow, notice, openSettings, problem, saveAs } from '../../support/settings.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const field = (settings: PhoneStatusSettings, name: string): Field =>
  settings.shadowRoot!.querySelector<Field>(`[name="${name}"]`)!;

async function type(settings: PhoneStatusSettings, name: string, text: string): Promise<void> {
  const input = field(settings, name);
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await settings.updateComplete;
}

async function set(settings: PhoneStatusSettings, name: string, text: string): Promise<void> {
  await type(settings, name, text);
  field(settings, name).dispatchEvent(new Event('change', { bubbles: true }));
  await drawn(settings);
}

const stored = async (settings: PhoneStatusSettings): Promise<AccountSettings | undefined> =>
  (await settings.store!.readAccount())?.value.settings;

describe("the account's settings", () => {
  afterEach(clearPage);

  it('shows each setting of the admin with its meaning, and none of the vendor', async () => {
    const settings = await openSettings();
    const fields = [...part(settings, 'settings')!.querySelectorAll<HTMLElement>('.field')];
    expect(fields).to.have.length(10);
    for (const one of fields) {
      expect(textOf(one.querySelector('label')!)).to.not.equal('');
      expect(textOf(one.querySelector('.hint')!)).to.not.equal('');
      const about = one.querySelector('[name]')!.getAttribute('aria-describedby')!.split(' ')[0]!;
      expect(settings.shadowRoot!.getElementById(about)).to.equal(one.querySelector('.hint'));
    }
    expect(field(settings, 'forwardToPhone')).to.equal(null);
    await expectAccessible(settings);
  });

  for (const [name, text, value] of [
    ['signInStatus', 'meeting', 'meeting'],
    ['absenceLimitMinutes', '60', 60],
    ['acwLimitSeconds', ' 120', 120],
    ['acwExtensionSeconds', '60', 60],
    ['acwExtensions', '2', 2],
    ['missedCallLimit', '3', 3],
    ['missedCallStatus', 'lunch', 'lunch'],
    ['alwaysDial', '112\n\n +49 110 ', ['112', '+49 110']],
  ] as const) {
    it(`saves ${name} when it is changed, and can be undone`, async () => {
      const settings = await openSettings();
      await set(settings, name, text);
      expect((await stored(settings))?.[name]).to.deep.equal(value);
      expect(notice(settings)).to.contain('Saved: ');
      await click(settings, part(settings, 'undo'));
      const usual = settings.session!.account!.settings[name];
      expect((await stored(settings))?.[name]).to.deep.equal(usual);
      expect(field(settings, name).value).to.equal(Array.isArray(usual) ? '' : String(usual));
    });
  }

  for (const name of ['acwAfterUnansweredCall', 'callsNeedTakesCalls'] as const) {
    it(`switches ${name} off and on`, async () => {
      const settings = await openSettings();
      const box = field(settings, name) as HTMLInputElement;
      await click(settings, box);
      expect([box.checked, (await stored(settings))?.[name]]).to.deep.equal([false, false]);
      await click(settings, box);
      expect([box.checked, (await stored(settings))?.[name]]).to.deep.equal([true, true]);
    });
  }

  for (const [name, text, reason] of [
    ['missedCallLimit', '1001', 'from 0 to 1000'],
    ['acwLimitSeconds', '1.5', 'whole number'],
    ['absenceLimitMinutes', '0', 'from 1'],
    ['acwExtensions', '', 'whole number'],
    ['alwaysDial', 'call me', 'numbers that can be dialled'],
    ['alwaysDial', '112\n911\ncall me\n110', '"call me" is not a number'],
  ] as const) {
    it(`tells beside ${name} why ${JSON.stringify(text)} cannot be saved, and saves nothing`, async () => {
      const settings = await openSettings();
      await type(settings, name, text);
      expect(problem(settings, name)).to.contain(reason);
      expect(field(settings, name).getAttribute('aria-invalid')).to.equal('true');
      await set(settings, name, text);
      expect(field(settings, name).value).to.equal(text);
      expect(await stored(settings)).to.equal(undefined);
      await expectAccessible(settings);
    });
  }

  it('offers enabled statuses other than Forward to Phone, with those that an admin adds', async () => {
    const settings = await openSettings();
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { enabled: false }));
    const offered = (): string[] =>
      [...(field(settings, 'signInStatus') as HTMLSelectElement).options].map(({ value }) => value);
    await until(() => !offered().includes('lunch'), 'a disabled one goes');
    expect(offered()).to.deep.equal([
      ...['available', 'busy', 'after-call-work', 'offline', 'meeting', 'break', 'training'],
    ]);
  });

  it('lets a status be disabled once no setting names it any more', async () => {
    const settings = await openSettings();
    await set(settings, 'missedCallStatus', 'lunch');
    await click(settings, inRow(settings, 'break', 'switch'));
    expect(inRow(settings, 'break', 'switch').ariaChecked).to.equal('false');
  });

  it('shows what another admin sets, but not over what is being typed', async () => {
    const settings = await openSettings();
    await type(settings, 'missedCallLimit', '7');
    await saveAs(settings.store!, (account) => updateSettings(account, { missedCallLimit: 3, acwExtensions: 4 }));
    await until(() => field(settings, 'acwExtensions').value === '4', 'it is shown');
    expect(field(settings, 'missedCallLimit').value).to.equal('7');
    await set(settings, 'missedCallLimit', '7');
    expect((await stored(settings))?.missedCallLimit).to.equal(7);
  });

  it('changes nothing on screen where the save is refused, and says so', async () => {
    const { store, refuse } = guarded(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    const errors = listen(settings, 'phone-error');
    refuse(new PhoneError('denied', 'Not an admin.'));
    const box = field(settings, 'callsNeedTakesCalls') as HTMLInputElement;
    await click(settings, box);
    expect(box.checked).to.equal(true);
    const choice = field(settings, 'signInStatus') as HTMLSelectElement;
    choice.value = 'meeting';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await drawn(settings);
    expect(choice.value).to.equal('available');
    await set(settings, 'acwLimitSeconds', '90');
    expect(field(settings, 'acwLimitSeconds').value).to.equal('0');
    expect(notice(settings)).to.contain('not allowed');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['denied', 'denied', 'denied']);
  });
});
