import { expect } from '@open-wc/testing';
import {
  addStatus,
  defaultAccount,
  memoryStore,
  moveStatus,
  PhoneError,
  registerStrings,
  updateSettings,
  updateStatus,
  type Account,
  type Connection,
  type PhoneProvider,
  type StatusStore,
  type Watcher,
} from 'phone-widget';
import { registerSettingsStrings, type PhoneStatusSettings } from 'phone-widget/settings';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, keepTrack, listen, newPlace, part, storeWith, textOf, until } from '../../support/elements.js';
import { emulateFeatures } from '../../support/media.js';
import {
  click,
  drawn,
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

/** A store that says what the test wants, in front of one that works. */
class StagedStore {
  readonly store: StatusStore;
  account: Watcher<Account> | undefined;
  connection: ((connection: Connection) => void) | undefined;
  saved: number | null | undefined;
  /** What another admin has saved first. */
  other: Account | undefined;

  constructor(inner = memoryStore({ account: newPlace() })) {
    const staged: Partial<StatusStore> = {
      watchAccount: (watcher) => {
        this.account = watcher;
        return () => (this.account = undefined);
      },
      watchConnection: (watcher) => {
        this.connection = watcher;
        return () => (this.connection = undefined);
      },
      saveAccount: async (value, basedOn) => {
        this.saved = basedOn;
        if (this.other) {
          const present = { value: this.other, revision: (basedOn ?? 0) + 1 };
          this.other = undefined;
          throw new PhoneError('conflict', 'Somebody else was first.', { data: { present } });
        }
        return { value, revision: (basedOn ?? 0) + 1 };
      },
    };
    this.store = new Proxy(inner, {
      get: (target, key) => {
        const value: unknown = Reflect.get(staged, key) ?? Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

async function openStaged(): Promise<{ staged: StagedStore; settings: PhoneStatusSettings }> {
  const staged = new StagedStore();
  const settings = keepTrack(document.createElement('phone-status-settings'));
  settings.store = staged.store;
  document.body.append(settings);
  await until(() => staged.account, 'it follows the account');
  return { staged, settings };
}

const notices = (settings: PhoneStatusSettings): string =>
  [...settings.shadowRoot!.querySelectorAll('[part~="notice"]')].map((one) => textOf(one)).join(' ');

/** Collects what the live region says from now on. */
function collect(settings: PhoneStatusSettings): readonly string[] {
  const heard: string[] = [];
  const region = settings.shadowRoot!.querySelector('.sr[role="status"]')!;
  new MutationObserver(() => said(settings) && heard.push(said(settings))).observe(region, { childList: true });
  return heard;
}

describe('the states of the page', () => {
  afterEach(clearPage);

  it('says that it is loading', async () => {
    const { settings } = await openStaged();
    const waiting = settings.shadowRoot!.querySelector('.loading')!;
    expect([waiting.role, waiting.ariaBusy]).to.deep.equal(['status', 'true']);
    expect(part(settings, 'new')).to.equal(undefined);
    await expectAccessible(settings);
  });

  it('says that it is offline, before and after it knows the account', async () => {
    const { staged, settings } = await openStaged();
    staged.connection!({ state: 'offline' });
    await until(() => notices(settings).includes('No connection'), 'it says so');
    staged.account!.ready!();
    await until(() => part(settings, 'table'), 'the account is shown');
    expect(notices(settings)).to.contain('No connection');
    await expectAccessible(settings);
    staged.connection!({ state: 'online' });
    await until(() => !notices(settings), 'it is back');
    staged.connection!({ state: 'online', reason: new PhoneError('unavailable', 'Memory only.') });
    await until(() => notices(settings).includes('stores no data'), 'it says that nothing is kept');
  });

  it('announces that the connection is lost, and that it is back for good', async () => {
    const { staged, settings } = await openStaged();
    const heard = collect(settings);
    staged.connection!({ state: 'offline' });
    await until(() => heard.length === 1, 'it is lost');
    staged.connection!({ state: 'connecting' });
    await settings.updateComplete;
    staged.connection!({ state: 'offline' });
    await settings.updateComplete;
    staged.connection!({ state: 'online' });
    await until(() => heard.length > 1, 'it is back');
    expect(heard).to.deep.equal(['No connection. You cannot save changes until it is back.', 'Back online.']);
  });

  it('announces a refusal that a field tells by that field alone', async () => {
    const { staged, settings } = await openStaged();
    staged.account!.next({ value: defaultAccount, revision: 1 });
    await until(() => part(settings, 'table'), 'the table is shown');
    await click(settings, part(settings, 'new'));
    await type(settings, 'emoji', '📦');
    await type(settings, 'name', 'Box');
    const heard = collect(settings);
    staged.other = addStatus(defaultAccount, { name: 'Box', emoji: '📦' });
    await click(settings, part(settings, 'save'));
    await until(() => notice(settings).includes('already'), 'it is refused');
    expect(problem(settings, 'name')).to.contain('already');
    await click(settings, part(settings, 'cancel'));
    await click(settings, inRow(settings, 'meeting', 'switch'));
    await until(() => heard.length, 'something is said');
    expect(heard[0]).to.contain('Meeting is disabled');
  });

  it('says that the account is damaged, and saves over it when the admin wants that', async () => {
    const { staged, settings } = await openStaged();
    const errors = listen(settings, 'phone-error');
    staged.account!.error!(new PhoneError('damaged-data', 'Damaged.', { data: { revision: 4 } }));
    await until(() => part(settings, 'repair'), 'it is told');
    expect(part(settings, 'table')).to.equal(undefined);
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['damaged-data']);
    await expectAccessible(settings);
    await click(settings, part(settings, 'repair'));
    expect(staged.saved).to.equal(4);
    expect(part(settings, 'table')).to.not.equal(undefined);
    expect(notice(settings)).to.contain('change statuses and settings again');
  });

  it('keeps showing the last account that was whole, and refuses changes until it is repaired', async () => {
    const { staged, settings } = await openStaged();
    staged.account!.next({ value: updateStatus(defaultAccount, 'lunch', { name: 'Dinner' }), revision: 3 });
    staged.account!.error!(new PhoneError('damaged-data', 'Damaged.', { data: { revision: 4 } }));
    await until(() => part(settings, 'repair'), 'it is told');
    expect(textOf(row(settings, 'lunch'))).to.contain('Dinner');
    await click(settings, inRow(settings, 'lunch', 'switch'));
    expect(inRow(settings, 'lunch', 'switch').ariaChecked).to.equal('true');
    expect(notice(settings)).to.contain('damaged');
  });

  it('tells what another admin saved first, in words, and saves on top', async () => {
    const { staged, settings } = await openStaged();
    const added = addStatus(defaultAccount, { name: 'Inventory', emoji: '📦' });
    staged.account!.next({ value: added, revision: 1 });
    await until(() => part(settings, 'table'), 'the table is shown');
    const { statuses } = addStatus(added, { name: 'Coaching', emoji: '🧑‍🏫' });
    let other: Account = { ...added, statuses: statuses.filter(({ id }) => id !== 'custom-1') };
    other = updateStatus(other, 'lunch', { name: 'Dinner', enabled: false, takesCalls: true });
    other = moveStatus(other, 'training', 'busy');
    staged.other = updateSettings(other, { missedCallStatus: 'training' });
    await click(settings, inRow(settings, 'meeting', 'switch'));
    for (const words of [
      'Coaching added',
      'name of Lunch: Dinner',
      'Dinner disabled',
      'available to take calls of Lunch: Yes',
      'Inventory removed',
      'order',
    ]) {
      expect(notice(settings)).to.contain(words);
    }
    expect(inRow(settings, 'meeting', 'switch').ariaChecked).to.equal('false');
    expect(textOf(row(settings, 'lunch'))).to.contain('Dinner');
    const { account } = settings.session!;
    staged.other = updateSettings(account!, { missedCallStatus: 'break', alwaysDial: ['112'] });
    await click(settings, inRow(settings, 'meeting', 'switch'));
    expect(notice(settings)).to.contain('Status after missed calls: Break');
    expect(notice(settings)).to.contain('Numbers that can always be dialled: 112');
  });

  it('shows one row for an id that a hostile document has twice', async () => {
    const { staged, settings } = await openStaged();
    const { statuses } = defaultAccount;
    staged.account!.next({
      value: { ...defaultAccount, statuses: [...statuses, { ...statuses.at(-1)!, name: 'Another lunch' }] },
      revision: 1,
    });
    await until(() => part(settings, 'table'), 'the table is shown');
    expect(rows(settings).filter((id) => id === 'lunch')).to.have.length(1);
    await click(settings, inRow(settings, 'lunch', 'switch'));
    expect(rows(settings)).to.have.length(9);
  });

  it('says that the store refuses to show the account', async () => {
    const { staged, settings } = await openStaged();
    const errors = listen(settings, 'phone-error');
    staged.account!.error!(new PhoneError('denied', 'Not an admin.'));
    await until(() => notices(settings).includes('not allowed'), 'it says so');
    expect(errors[0]?.detail.code).to.equal('denied');
    await expectAccessible(settings);
  });

  it('is accessible in dark, in forced colours, with text of 200 %, from right to left, and in 240 pixels', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    await type(settings, 'name', 'x'.repeat(41));
    expect(problem(settings, 'name')).to.not.equal('');
    settings.style.colorScheme = 'dark';
    await expectAccessible(settings);
    settings.style.colorScheme = 'light';
    if (await emulateFeatures({ 'forced-colors': 'active' })) await expectAccessible(settings);
    await emulateFeatures({});
    for (const [size, width, dir] of [
      ['200%', '', 'ltr'],
      ['100%', '240px', 'rtl'],
      ['200%', '240px', 'ltr'],
    ] as const) {
      Object.assign(settings.style, { fontSize: size, width });
      settings.dir = dir;
      await new Promise(requestAnimationFrame);
      expect(settings.scrollWidth, `${size} ${width} ${dir}`).to.be.at.most(settings.clientWidth + 1);
      await expectAccessible(settings);
    }
  });
});

describe('the page in its surroundings', () => {
  afterEach(clearPage);

  it('uses the store of the provider around it, with or without an agent, also where that comes later', async () => {
    const store = await storeWith((account) => updateStatus(account, 'lunch', { name: 'Dinner' }));
    const provider = keepTrack(document.createElement('phone-provider')) as PhoneProvider;
    provider.store = store;
    const settings = document.createElement('phone-status-settings');
    provider.append(settings);
    document.body.append(provider);
    await until(() => settings.session?.account, 'it knows the account');
    expect(settings.session!.store).to.equal(store);
    provider.agentId = 'ana';
    await provider.updateComplete;
    await drawn(settings);
    expect(settings.session!.store).to.equal(store);
    provider.store = memoryStore({ account: newPlace() });
    await until(() => settings.session!.store === provider.store, 'it follows the provider');
    await until(
      () => part(settings, 'table') && textOf(row(settings, 'lunch')).includes('Lunch'),
      'it shows the other',
    );
  });

  it("uses this browser's store where nothing else is said", async () => {
    const settings = keepTrack(document.createElement('phone-status-settings'));
    document.body.append(settings);
    await until(() => part(settings, 'table'), 'the table is shown');
    expect(settings.session!.store.name).to.contain('browser');
  });

  it('takes properties that were set before it was upgraded', async () => {
    const frame = document.createElement('phone-status-settings');
    expect(frame.session).to.equal(undefined);
    const store = memoryStore({ account: newPlace() });
    const settings = await openSettings({ store, strings: { title: 'Zustände' } });
    expect(settings.session!.store).to.equal(store);
    expect(textOf(settings.shadowRoot!.querySelector('h2')!)).to.equal('Zustände');
  });

  it('loses nothing when it is moved in the document', async () => {
    const settings = await openSettings();
    const { session } = settings;
    await click(settings, part(settings, 'new'));
    await type(settings, 'name', 'Inventory');
    const place = keepTrack(document.createElement('section'));
    document.body.append(place);
    place.append(settings);
    await drawn(settings);
    expect(settings.session).to.equal(session);
    expect((part(settings, 'name') as HTMLInputElement).value).to.equal('Inventory');
    await saveAs(settings.store!, (account) => updateStatus(account, 'lunch', { name: 'Dinner' }));
    await until(() => textOf(row(settings, 'lunch')).includes('Dinner'), 'it still follows');
  });

  it('leaves nothing behind when it is removed', async () => {
    const { staged, settings } = await openStaged();
    settings.remove();
    await until(() => !staged.account && !staged.connection, 'it follows nothing');
    document.body.append(settings);
    await until(() => staged.account, 'it follows again when it comes back');
  });

  it('speaks the language of its place, with the names that other elements use', async () => {
    registerStrings('nl', { statusNames: { available: 'Beschikbaar' } });
    registerSettingsStrings('nl', { newStatus: 'Nieuwe status' });
    const place = keepTrack(document.createElement('section'));
    place.lang = 'nl-BE';
    document.body.append(place);
    const settings = document.createElement('phone-status-settings');
    settings.store = memoryStore({ account: newPlace() });
    place.append(settings);
    await until(() => part(settings, 'table'), 'the table is shown');
    expect(textOf(part(settings, 'new'))).to.equal('Nieuwe status');
    expect(textOf(row(settings, 'available'))).to.contain('Beschikbaar');
    registerSettingsStrings('nl', { newStatus: 'Nog een status' });
    await until(() => textOf(part(settings, 'new')) === 'Nog een status', 'words that come late are shown');
    settings.strings = { newStatus: 'Meer' };
    await settings.updateComplete;
    expect(textOf(part(settings, 'new'))).to.equal('Meer');
  });

  it('fires nothing for what is set by code, and says nothing at the beginning', async () => {
    const heard: string[] = [];
    const listener = ({ type: name }: Event): void => void heard.push(name);
    document.addEventListener('phone-error', listener);
    const settings = await openSettings();
    settings.strings = {};
    await settings.updateComplete;
    document.removeEventListener('phone-error', listener);
    expect(heard).to.deep.equal([]);
    expect(said(settings)).to.equal('');
  });
});
