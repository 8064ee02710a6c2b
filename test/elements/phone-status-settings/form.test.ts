import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { addStatus, memoryStore, PhoneError, STATUS_LIMIT, updateStatus, type Account } from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, listen, newPlace, part, storeWith, textOf, until } from '../../support/elements.js';
import { press } from '../../support/keys.js';
import {
  click,
  drawn,
  focused,
  guarded,
  inRow,
  notice,
  openSettings,
  problem,
  row,
  rows,
  said,
  saveAs,
  type,
} from '../../support/settings.js';

const value = (root: ParentNode, name: string): string => (part(root, name) as HTMLInputElement).value;

describe('a new agent status', () => {
  afterEach(clearPage);

  it('is added by keyboard alone, from the first Tab to the last', async () => {
    const settings = await openSettings();
    (document.activeElement as HTMLElement | null)?.blur();
    settings.shadowRoot!.getElementById('new')!.focus();
    await press('Enter');
    await until(() => focused(settings) === 'emoji', 'the first field has the focus');
    await sendKeys({ type: '☕' });
    await press('Tab');
    expect(focused(settings)).to.equal('choose-emoji');
    await press('Tab');
    await sendKeys({ type: 'Inventory' });
    await press('Tab');
    await sendKeys({ type: 'Counting boxes' });
    await press('Tab');
    await press(' ');
    await press('Tab');
    expect(focused(settings)).to.equal('allowance');
    await press('Tab');
    expect(focused(settings)).to.equal('save');
    await press('Enter');
    await until(() => rows(settings).includes('custom-1'), 'the status is there');
    await drawn(settings);
    expect((await settings.store!.readAccount())?.value.statuses.at(-1)).to.deep.equal({
      ...{ id: 'custom-1', name: 'Inventory', emoji: '☕', kind: 'custom', description: 'Counting boxes' },
      ...{ takesCalls: true, enabled: true, allowanceMinutes: 0 },
    });
    expect(part(settings, 'form')).to.equal(undefined);
    expect(focused(settings)).to.equal('new');
    expect(said(settings)).to.contain('Inventory was added');
    expect(part(settings, 'undo')).to.equal(undefined);
  });

  it('needs name and emoji, takes no calls and has no allowance unless the admin says so', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    expect(problem(settings, 'name')).to.equal('');
    await expectAccessible(settings);
    await click(settings, part(settings, 'save'));
    expect(problem(settings, 'emoji')).to.equal('Choose an emoji.');
    expect(problem(settings, 'name')).to.equal('Give the status a name.');
    await until(() => focused(settings) === 'emoji', 'the first wrong field has the focus');
    await expectAccessible(settings);
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'Inventory');
    await click(settings, part(settings, 'save'));
    expect((await settings.store!.readAccount())?.value.statuses.at(-1)).to.include({
      ...{ takesCalls: false, allowanceMinutes: 0, description: '' },
    });
  });

  for (const [field, text, reason] of [
    ['name', 'x'.repeat(41), 'has 41 characters'],
    ['name', 'x'.repeat(10_000), 'Use at most 40'],
    ['name', '  ', 'is empty'],
    ['name', '\u200B\u200D', 'is empty'],
    ['name', 'a\u202Eb', 'text-direction character'],
    ['name', 'a\u0007b', 'control'],
    ['name', 'lunch', 'already'],
    ['name', 'ＬＵＮＣＨ', 'already'],
    ['name', 'Lu\u200Bnch', 'already'],
    ['name', 'available', 'already'],
    ['emoji', 'x', 'not a single emoji'],
    ['emoji', '📦📦', 'not a single emoji'],
    ['emoji', '1', 'not a single emoji'],
    ['emoji', '<b>', 'not a single emoji'],
    ['description', 'x'.repeat(141), 'at most 140'],
    ['allowance', '-1', 'whole minutes'],
    ['allowance', 'ten', 'whole minutes'],
    ['allowance', '1441', 'whole minutes from 0 (none) to 1440'],
  ] as const) {
    it(`tells the reason beside the ${field} while ${JSON.stringify(text.slice(0, 12))} is typed`, async () => {
      const settings = await openSettings();
      await click(settings, part(settings, 'new'));
      await type(settings, field, text);
      expect(problem(settings, field)).to.contain(reason);
      expect(problem(settings, field)).to.not.match(/[\u202A-\u202E]/u);
      const input = part(settings, field)!;
      expect(input.getAttribute('aria-invalid')).to.equal('true');
      expect(input.getAttribute('aria-describedby')).to.contain(`${field}-problem`);
      await click(settings, part(settings, 'save'));
      expect(part(settings, 'form')).to.not.equal(undefined);
      expect(await settings.store!.readAccount()).to.equal(undefined);
    });
  }

  for (const emoji of ['👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', '1️⃣', '🏳️‍🌈', '☕', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '❤️']) {
    it(`takes ${emoji} for one emoji`, async () => {
      const settings = await openSettings();
      await click(settings, part(settings, 'new'));
      await type(settings, 'emoji', ` ${emoji} `);
      await type(settings, 'name', 'Inventory');
      expect(problem(settings, 'emoji')).to.equal('');
      await click(settings, part(settings, 'save'));
      expect((await settings.store!.readAccount())?.value.statuses.at(-1)?.emoji).to.equal(emoji);
    });
  }

  it('shows a name of markup as text', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', '<img src=x onerror=alert(1)>');
    await click(settings, part(settings, 'save'));
    expect(textOf(row(settings, 'custom-1'))).to.contain('<img src=x');
    expect(settings.shadowRoot!.querySelector('img')).to.equal(null);
  });

  it('is left with Escape or Cancel, and the focus goes back', async () => {
    const settings = await openSettings();
    for (const leave of [() => press('Escape'), () => click(settings, part(settings, 'cancel'))]) {
      await click(settings, part(settings, 'new'));
      await until(() => focused(settings) === 'emoji', 'the form is open');
      await leave();
      await until(() => !part(settings, 'form'), 'the form is closed');
      await until(() => focused(settings) === 'new', 'the focus is back');
    }
  });

  it('is refused beyond 1,000 statuses, and what was typed is kept', async () => {
    const full = (account: Account): Account => ({
      ...account,
      statuses: Array.from({ length: STATUS_LIMIT }, (_, index) =>
        index < account.statuses.length
          ? account.statuses[index]!
          : { ...account.statuses.at(-1)!, id: `custom-${index}`, name: `Status ${index}` },
      ),
    });
    const settings = await openSettings({ store: await storeWith(full) });
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'One too many');
    await click(settings, part(settings, 'save'));
    expect(notice(settings)).to.contain('already has 1000 statuses');
    expect(value(settings, 'name')).to.equal('One too many');
  });

  it('keeps what was typed when the save is refused, and is saved when it is tried again', async () => {
    const { store, refuse } = guarded(memoryStore({ account: newPlace() }));
    const settings = await openSettings({ store });
    const errors = listen(settings, 'phone-error');
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'Inventory');
    refuse(new PhoneError('unavailable', 'Out of reach.'));
    await click(settings, part(settings, 'save'));
    expect(notice(settings)).to.contain('Nothing was changed');
    expect(errors[0]?.detail.code).to.equal('unavailable');
    expect(rows(settings)).to.not.include('custom-1');
    expect(value(settings, 'name')).to.equal('Inventory');
    await expectAccessible(settings);
    refuse(undefined);
    await click(settings, part(settings, 'save'));
    expect(rows(settings)).to.include('custom-1');
  });

  it('tells beside the name that another admin has taken it meanwhile', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'Inventory');
    await saveAs(settings.store!, (account) => addStatus(account, { name: 'INVENTORY', emoji: '🏷️' }));
    await until(() => problem(settings, 'name').includes('already'), 'the reason is shown');
    expect(value(settings, 'name')).to.equal('Inventory');
  });
});

describe('editing a status', () => {
  afterEach(clearPage);

  it('renames it and gives it another emoji, description and allowance, and can be undone', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    expect([value(settings, 'name'), value(settings, 'emoji')]).to.deep.equal(['Lunch', '🍽️']);
    await expectAccessible(settings);
    await type(settings, 'name', 'Dinner');
    await type(settings, 'emoji', '🍝');
    await type(settings, 'description', 'Away for dinner.');
    await type(settings, 'allowance', '45');
    await click(settings, part(settings, 'takes-calls'));
    await click(settings, part(settings, 'save'));
    const stored = async () => (await settings.store!.readAccount())?.value.statuses.at(-1);
    expect(await stored()).to.include({
      ...{ id: 'lunch', name: 'Dinner', emoji: '🍝', description: 'Away for dinner.' },
      ...{ allowanceMinutes: 45, takesCalls: true },
    });
    expect(notice(settings)).to.contain('Dinner was saved');
    await until(() => focused(settings) === 'edit', 'the focus is on the row');
    await click(settings, part(settings, 'undo'));
    expect(await stored()).to.include({ name: 'Lunch', emoji: '🍽️', allowanceMinutes: 0, takesCalls: false });
  });

  it('changes only the allowance of a default status', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'available', 'edit'));
    expect(part(settings, 'name')).to.equal(undefined);
    expect(part(settings, 'move-button')).to.equal(undefined);
    await type(settings, 'allowance', '');
    expect(problem(settings, 'allowance')).to.equal('');
    await type(settings, 'allowance', '60');
    await expectAccessible(settings);
    await click(settings, part(settings, 'save'));
    expect((await settings.store!.readAccount())?.value.statuses[0]?.allowanceMinutes).to.equal(60);
  });

  it('keeps what was typed when another admin saves, takes over the rest, tells it, and saves on top', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    part(settings, 'name')!.focus();
    await type(settings, 'name', 'Supper');
    await saveAs(settings.store!, (account) =>
      updateStatus(account, 'lunch', { name: 'Dinner', emoji: '🍝', allowanceMinutes: 30 }),
    );
    await until(() => part(settings, 'meanwhile'), 'the other admin is told of');
    expect(textOf(part(settings, 'meanwhile')))
      .to.contain('name of Lunch: Dinner')
      .and.contain('emoji of Lunch: 🍝');
    expect(said(settings)).to.contain('Dinner');
    expect(focused(settings)).to.equal('name');
    expect([value(settings, 'name'), value(settings, 'emoji'), value(settings, 'allowance')]).to.deep.equal([
      'Supper',
      '🍝',
      '30',
    ]);
    await expectAccessible(settings);
    await click(settings, part(settings, 'save'));
    expect((await settings.store!.readAccount())?.value.statuses.at(-1)).to.include({
      ...{ name: 'Supper', emoji: '🍝', allowanceMinutes: 30 },
    });
  });

  it('tells what another admin changed though the page’s language is none', async () => {
    const settings = await openSettings({ strings: { lang: 'no language' } });
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { name: 'Dinner', emoji: '🍝' }));
    await until(() => part(settings, 'meanwhile'), 'the other admin is told of');
    expect(textOf(part(settings, 'meanwhile'))).to.contain('name of Lunch: Dinner');
  });

  it('is told nothing of what concerns other statuses', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await saveAs(settings.store!, (account) => updateStatus(account, 'meeting', { name: 'Conference' }));
    await until(() => textOf(row(settings, 'meeting')).includes('Conference'), 'it is shown');
    expect(part(settings, 'meanwhile')).to.equal(undefined);
  });
});
