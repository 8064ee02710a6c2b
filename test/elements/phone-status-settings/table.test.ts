import { expect } from '@open-wc/testing';
import { addStatus, memoryStore, PhoneError, updateSettings, updateStatus, type Account } from 'phone-widget';
import { press } from '../../support/keys.js';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, listen, newPlace, part, parts, storeWith, textOf, until } from '../../support/elements.js';
import {
  click,
  drawn,
  focused,
  guarded,
  inRow,
  notice,
  openSettings,
  row,
  rows,
  said,
  saveAs,
} from '../../support/settings.js';

const CUSTOM = ['meeting', 'break', 'training', 'lunch'];
const DEFAULT = ['available', 'busy', 'after-call-work', 'forward-to-phone', 'offline'];
const NAMES = ['Available', 'Busy', 'After Call Work', 'Forward to Phone', 'Offline', 'Meeting', 'Break'];

describe('the table of statuses', () => {
  afterEach(clearPage);

  it('shows emoji, name, type, description, whether it takes calls and whether it is enabled', async () => {
    const settings = await openSettings();
    expect(rows(settings)).to.deep.equal([...DEFAULT, ...CUSTOM]);
    const cells = (id: string): string[] => [...row(settings, id).children].map((cell) => textOf(cell));
    expect(cells('available').slice(0, 6)).to.deep.equal([
      '🟢',
      'Available',
      'Default',
      'Signed in, can make and receive calls.',
      'Yes',
      'Always',
    ]);
    expect(cells('lunch').slice(0, 5)).to.deep.equal(['🍽️', 'Lunch', 'Custom', 'Signed in, away for lunch.', 'No']);
    expect(
      parts(settings, 'status')
        .map((one) => textOf(one.querySelector('.name')!))
        .slice(0, 7),
    ).to.deep.equal(NAMES);
    const heads = [...settings.shadowRoot!.querySelectorAll('[role="columnheader"]')].map(textOf);
    expect(heads).to.deep.equal([
      'Emoji',
      'Name',
      'Type',
      'Description',
      'Available to take calls?',
      'Enabled',
      'Actions',
    ]);
  });

  it('has a switch for each custom status, and none for a default one', async () => {
    const settings = await openSettings();
    for (const id of DEFAULT) expect(inRow(settings, id, 'switch'), id).to.equal(undefined);
    for (const id of CUSTOM) {
      const { role, ariaChecked, ariaLabel } = inRow(settings, id, 'switch');
      expect([role, ariaChecked]).to.deep.equal(['switch', 'true']);
      expect(ariaLabel?.toLowerCase()).to.equal(`${id} enabled`);
    }
    await expectAccessible(settings);
  });

  it('shows Forward to Phone as enabled on request with the contact, and as on where the account has it', async () => {
    const settings = await openSettings({ store: memoryStore({ account: newPlace() }) });
    const contact = document.createElement('a');
    contact.slot = 'contact';
    contact.href = 'mailto:sales@example.com';
    contact.textContent = 'Ask for it';
    settings.append(contact);
    expect(textOf(row(settings, 'forward-to-phone'))).to.contain('Enabled on request');
    expect(contact.getBoundingClientRect().width).to.be.greaterThan(0);
    await saveAs(settings.store!, (account) => updateSettings(account, { forwardToPhone: true }));
    await until(
      () => textOf(row(settings, 'forward-to-phone').querySelector('.enabled')!) === 'On',
      'it is shown as on',
    );
    expect(contact.assignedSlot).to.equal(null);
    await expectAccessible(settings);
  });

  it('acts at once when a switch is pressed, keeps the focus on it, and undoes it', async () => {
    const settings = await openSettings();
    inRow(settings, 'lunch', 'switch').focus();
    await press(' ');
    await until(() => inRow(settings, 'lunch', 'switch').ariaChecked === 'false', 'it is off');
    await drawn(settings);
    expect((await settings.store!.readAccount())?.value.statuses.at(-1)?.enabled).to.equal(false);
    expect(focused(settings)).to.equal('switch');
    expect(notice(settings)).to.contain('Lunch is disabled');
    expect(said(settings)).to.contain('Lunch is disabled');
    await expectAccessible(settings);
    await click(settings, part(settings, 'undo'));
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('true');
    expect(part(settings, 'undo')).to.equal(undefined);
    await click(settings, part(settings, 'dismiss'));
    expect(notice(settings)).to.equal('');
    expect(focused(settings)).to.equal('new');
  });

  it('says why a status that a setting names cannot be disabled, and changes nothing', async () => {
    const settings = await openSettings();
    const errors = listen(settings, 'phone-error');
    await click(settings, inRow(settings, 'break', 'switch'));
    expect(inRow(settings, 'break', 'switch').ariaChecked).to.equal('true');
    expect(notice(settings)).to.contain('A setting uses this status');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['status-in-use']);
    expect(await settings.store!.readAccount()).to.equal(undefined);
  });

  it('says that somebody who is no admin may not, and changes nothing', async () => {
    const { store, refuse } = guarded(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    const errors = listen(settings, 'phone-error');
    refuse(new PhoneError('denied', 'Not an admin.'));
    await click(settings, inRow(settings, 'lunch', 'switch'));
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('true');
    expect(notice(settings)).to.contain('not allowed');
    expect(errors[0]?.detail.code).to.equal('denied');
    await expectAccessible(settings);
  });

  it('shows what another admin saves, and the time that a status is allowed', async () => {
    const settings = await openSettings();
    await saveAs(settings.store!, (account) =>
      addStatus(account, { name: 'Inventory', emoji: '📦', takesCalls: true, allowanceMinutes: 90 }),
    );
    await until(() => rows(settings).includes('custom-1'), 'the row is there');
    expect(textOf(row(settings, 'custom-1')))
      .to.contain('1 hr 30 min')
      .and.contain('Yes');
  });

  it('shows hostile names as text, in a row that stays in its bounds', async () => {
    const names = ['<img src=x onerror=alert(1)>', '\u202Eevil', '\u200B\u200B', 'x'.repeat(10_000), '</div><b>'];
    const hostile = (account: Account): Account => ({
      ...account,
      statuses: [
        ...account.statuses,
        ...names.map((name, index) => ({
          id: `custom-${index}`,
          ...{ name, emoji: name, description: name },
          ...{ kind: 'custom' as const, takesCalls: false, enabled: true, allowanceMinutes: 0 },
        })),
      ],
    });
    const settings = await openSettings({ store: await storeWith(hostile) });
    names.forEach((name, index) => {
      const shown = row(settings, `custom-${index}`);
      const heading = shown.querySelector('.name bdi')!;
      expect(heading.textContent).to.equal(name.trim() === '\u200B\u200B' ? 'custom-2' : name);
      expect(shown.querySelectorAll('img, b').length).to.equal(0);
      expect(shown.scrollWidth).to.be.at.most(settings.clientWidth);
      const label = inRow(settings, `custom-${index}`, 'switch').ariaLabel ?? '';
      expect(label.length).to.be.at.most(80);
      expect(label).to.not.match(/[\u202A-\u202E]/u);
    });
    await expectAccessible(settings);
  });

  it('draws 1,000 statuses quickly, finds one of them, and draws a switch anew alone', async () => {
    const many = (account: Account): Account => ({
      ...account,
      statuses: [
        ...account.statuses,
        ...Array.from({ length: 991 }, (_, index) => ({
          ...account.statuses.at(-1)!,
          ...{ id: `custom-${index + 1}`, name: `Status ${index + 1}` },
        })),
      ],
    });
    const store = await storeWith(many);
    const from = performance.now();
    const settings = await openSettings({ store });
    const shown = performance.now() - from;
    expect(rows(settings)).to.have.length(1000);
    const untouched = inRow(settings, 'custom-2', 'switch').closest('[role="row"]')!;
    const before = untouched.firstElementChild;
    const again = performance.now();
    await click(settings, inRow(settings, 'custom-1', 'switch'));
    const switched = performance.now() - again;
    console.log(`1,000 statuses: shown after ${shown.toFixed(0)} ms, a switch after ${switched.toFixed(0)} ms`);
    expect(untouched.firstElementChild).to.equal(before);
    const filter = part(settings, 'filter') as HTMLInputElement;
    filter.value = 'ＳＴＡＴＵＳ 99';
    filter.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await settings.updateComplete;
    expect(rows(settings)).to.deep.equal(['custom-99', 'custom-990', 'custom-991']);
    expect(inRow(settings, 'custom-99', 'move')).to.equal(undefined);
    filter.value = 'nothing like it';
    filter.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await settings.updateComplete;
    expect(textOf(settings.shadowRoot!.querySelector('.empty')!)).to.equal('No matching status');
  });

  it('says that there is no custom status yet', async () => {
    const settings = await openSettings({
      store: await storeWith((account) => ({
        ...account,
        statuses: account.statuses.filter(({ kind }) => kind === 'default'),
        settings: { ...account.settings, missedCallStatus: 'available' },
      })),
    });
    expect(textOf(settings.shadowRoot!.querySelector('.empty')!)).to.contain('No custom statuses yet');
    await expectAccessible(settings);
  });

  it('marks a disabled status by more than its colour', async () => {
    const store = await storeWith((account) => updateStatus(account, 'lunch', { enabled: false }));
    const settings = await openSettings({ store });
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('false');
    expect(getComputedStyle(row(settings, 'lunch').querySelector('.name bdi')!).textDecorationLine).to.equal(
      'line-through',
    );
    await expectAccessible(settings);
  });
});
