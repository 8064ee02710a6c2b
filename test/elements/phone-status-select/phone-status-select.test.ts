import { expect } from '@open-wc/testing';
import {
  addStatus,
  AgentSession,
  memoryStore,
  moveStatus,
  PhoneError,
  updateSettings,
  updateStatus,
  type PhoneWidget,
  type StatusStore,
} from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import { press } from '../../support/keys.js';
import {
  activeOption,
  announcements,
  callFrom,
  clearPage,
  counting,
  find,
  listed,
  listen,
  liveRegion,
  newPlace,
  openWidget,
  part,
  parts,
  refusing,
  selectIn,
  settled,
  shown,
  storeWith,
  textOf,
  until,
  writePast,
} from '../../support/elements.js';

const ana = { role: 'agent', id: 'ana' } as const;
const boss = { role: 'supervisor', id: 'boss', name: 'Bo' } as const;

let widget: PhoneWidget;

const selector = (): HTMLElement => part(widget, 'selector')!;
const label = (): string => selector().getAttribute('aria-label') ?? '';
const name = (): string => textOf(selector().querySelector('.name')!);
const options = (): HTMLElement[] => parts(widget, 'status');

async function open(): Promise<void> {
  selector().focus();
  selector().click();
  await settled(widget);
}

async function pick(id: string): Promise<void> {
  await open();
  options()
    .find((option) => option.dataset['status'] === id)!
    .click();
  await settled(widget);
}

async function shows(id: string): Promise<void> {
  await until(() => widget.view?.status.id === id && !widget.session?.saving, `${id} is shown`);
  await settled(widget);
}

afterEach(clearPage);

describe('the selector', () => {
  it('S191 is a combobox whose name holds the current status, and says whether it is open', async () => {
    widget = await openWidget();
    expect(selector().getAttribute('role')).to.equal('combobox');
    expect(selector().tabIndex).to.equal(0);
    expect(label()).to.equal('Status: Available, set at sign-in');
    expect(selector().getAttribute('aria-expanded')).to.equal('false');
    await open();
    expect(selector().getAttribute('aria-expanded')).to.equal('true');
    expect(find(widget, `#${selector().getAttribute('aria-controls') ?? ''}`)[0]).to.equal(part(widget, 'list'));
    expect(part(widget, 'list')!.getAttribute('role')).to.equal('listbox');
  });

  it('S193 marks the current status in the list as selected, and no other', async () => {
    widget = await openWidget();
    await pick('meeting');
    await shows('meeting');
    await open();
    const selected = options().filter((option) => option.getAttribute('aria-selected') === 'true');
    expect(selected.map((option) => option.dataset['status'])).to.deep.equal(['meeting']);
    expect(options().every((option) => option.hasAttribute('aria-selected'))).to.equal(true);
  });

  it('S021 writes exactly once when an entry is clicked, for the right agent and account', async () => {
    const { store, saved } = counting(memoryStore({ account: newPlace() }));
    widget = await openWidget({ store });
    const requests = listen(widget, 'phone-status-request');
    saved.length = 0;
    await open();
    options()[2]!.click();
    await shows('after-call-work');
    expect(saved.map((event) => event.type)).to.deep.equal(['choose']);
    expect(requests.map(({ detail }) => detail)).to.deep.equal([{ agentId: 'ana', statusId: 'after-call-work' }]);
    expect((await store.readAgent('ana'))?.value.choice?.statusId).to.equal('after-call-work');
  });

  it('S041 opens no list and asks for nothing when it is disabled', async () => {
    widget = await openWidget();
    const requests = listen(widget, 'phone-status-request');
    selectIn(widget).disabled = true;
    await settled(widget);
    selector().click();
    selectIn(widget).focus();
    for (const chord of ['Enter', ' ', 'ArrowDown', 'b']) await press(chord);
    await settled(widget);
    expect(part(widget, 'list')).to.equal(undefined);
    expect(selector().getAttribute('aria-expanded')).to.equal('false');
    expect(selector().getAttribute('aria-disabled')).to.equal('true');
    expect(requests).to.deep.equal([]);
    await expectAccessible(widget);
  });

  it('closes an open list when it is disabled', async () => {
    widget = await openWidget();
    await open();
    selectIn(widget).disabled = true;
    await settled(widget);
    expect(part(widget, 'list')).to.equal(undefined);
  });

  it('S019 falls back, keeps its old time, says why and tells the page when the store refuses a choice', async () => {
    const denied = new PhoneError('denied', 'Breaks are over for today.');
    const inner = memoryStore({ account: newPlace() });
    await writePast(inner, [[5, { type: 'choose', statusId: 'available', by: ana, page: 'another' }]]);
    const store = refusing(inner, (event) => (event.type === 'choose' ? denied : undefined));
    widget = await openWidget({ store });
    const errors = listen(widget, 'phone-error');
    const { since } = widget.view!;
    await pick('break');
    await until(() => errors.length > 0, 'the error is told');
    await shows('available');
    expect(widget.view?.since).to.equal(since);
    expect(textOf(part(widget, 'time'))).to.match(/^5:0\d$/);
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['denied']);
    const alert = find(widget, '[role="alert"]')[0]!;
    expect(textOf(alert)).to.equal(
      'Break was not saved: You are not allowed to do this. Your status is still Available.',
    );
    expect(alert.title).to.equal('');
    await expectAccessible(widget);
    find(widget, '[aria-label="Dismiss"]')[0]!.click();
    await settled(widget);
    expect(find(widget, '[role="alert"]')).to.deep.equal([]);
  });

  it('marks a choice as long as it is not saved, and not by colour alone', async () => {
    let answer = (): void => undefined;
    const inner = memoryStore({ account: newPlace() });
    const store: StatusStore = new Proxy(inner, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        if (key !== 'saveAgent') return value.bind(target) as unknown;
        return async (...args: Parameters<StatusStore['saveAgent']>) => {
          if (args[2].type === 'choose') await new Promise<void>((go) => (answer = go));
          return target.saveAgent(...args);
        };
      },
    });
    widget = await openWidget({ store });
    await pick('break');
    await until(() => selector().getAttribute('aria-busy') === 'true', 'the choice is marked');
    expect(name()).to.equal('Break');
    expect(getComputedStyle(part(widget, 'time')!, '::after').content).to.equal('""');
    expect(label()).to.equal('Status: Break, not saved yet');
    expect(selector().title).to.equal('');
    expect(find(widget, '.name')[0]!.title).to.equal('Break, not saved yet');
    answer();
    await until(() => !selector().hasAttribute('aria-busy'), 'the mark is gone');
    expect(name()).to.equal('Break');
    expect(label()).to.equal('Status: Break');
    expect(selector().hasAttribute('title')).to.equal(false);
  });

  it('chooses nothing where the page forbids the request', async () => {
    const { store, saved } = counting(memoryStore({ account: newPlace() }));
    widget = await openWidget({ store });
    saved.length = 0;
    widget.addEventListener('phone-status-request', (event) => event.preventDefault());
    await pick('lunch');
    expect(widget.view?.status.id).to.equal('available');
    expect(saved).to.deep.equal([]);
  });

  it('S183 keeps a status that the admin disabled, by its name, and lists it no more', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    await widget.choose('training');
    const account = widget.session!.account!;
    await store.saveAccount(updateStatus(account, 'training', { enabled: false }), null);
    await until(
      () => widget.session?.account?.statuses.some(({ id, enabled }) => id === 'training' && !enabled),
      'it is disabled',
    );
    await settled(widget);
    expect(name()).to.equal('Training');
    await open();
    expect(listed(widget)).not.to.include('training');
    expect(options().some((option) => option.getAttribute('aria-selected') === 'true')).to.equal(false);
    await expectAccessible(widget);
    await press('Escape');
    await settled(widget);
    await pick('available');
    await shows('available');
    await open();
    expect(listed(widget)).not.to.include('training');
  });

  it('lists a status that an admin adds while the list is open', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    await open();
    await store.saveAccount(addStatus(widget.session!.account!, { name: 'Coaching', emoji: '🧑‍🏫' }), null);
    await until(() => listed(widget).includes('custom-1'), 'Coaching is listed');
    expect(textOf(options().at(-1))).to.equal('🧑‍🏫Coaching');
  });

  it('goes on pointing at the same status when an admin changes the order of an open list', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    await open();
    await press('End');
    await settled(widget);
    expect(activeOption(widget)).to.equal('lunch');
    await store.saveAccount(moveStatus(widget.session!.account!, 'lunch', 'busy'), null);
    await until(() => listed(widget)[1] === 'lunch', 'the order is another');
    expect(activeOption(widget)).to.equal('lunch');
    await press('Enter');
    await shows('lunch');
  });

  it('puts no filter under the focus of an open list that grows to twelve', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    await open();
    const focused = selectIn(widget).shadowRoot!.activeElement;
    let account = widget.session!.account!;
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) account = addStatus(account, { name, emoji: '📦' });
    await store.saveAccount(account, null);
    await until(() => listed(widget).length === 13, 'the list has grown');
    expect(part(widget, 'filter')).to.equal(undefined);
    expect(selectIn(widget).shadowRoot!.activeElement).to.equal(focused);
    await press('Escape');
    await settled(widget);
    await open();
    expect(part(widget, 'filter')).not.to.equal(undefined);
  });

  it('shows a status that the account does not know as it is written', async () => {
    const store = memoryStore({ account: newPlace() });
    const record = await writePast(store, [[1, { type: 'choose', statusId: 'lunch', by: ana, page: 'another' }]]);
    const unknown = JSON.parse(JSON.stringify(record).replaceAll('"lunch"', '"<b>siesta</b>"')) as typeof record;
    await store.saveAgent(unknown, 1, { type: 'renew', page: 'another' });
    widget = await openWidget({ store });
    expect(name()).to.equal('<b>siesta</b>');
    expect(selector().querySelector('b')).to.equal(null);
    await expectAccessible(widget);
  });

  it('shows hostile names as text, in the selector and in the list', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const store = await storeWith((account) => addStatus(account, { name: hostile, emoji: '🎯' }));
    widget = await openWidget({ store });
    await pick('custom-1');
    await shows('custom-1');
    await open();
    expect(name()).to.equal(hostile);
    expect(textOf(options().at(-1))).to.equal(`🎯${hostile}`);
    expect(find(widget, 'img')).to.deep.equal([]);
  });

  it('is accessible closed and open, with a filter, in After Call Work with something waiting, and signed out', async () => {
    widget = await openWidget();
    await expectAccessible(widget);
    await open();
    await expectAccessible(widget);
    await press('Escape');
    await settled(widget);
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    await pick('lunch');
    await shown(widget, 'next');
    await expectAccessible(widget);
    widget.feed.ended('c1');
    await shows('after-call-work');
    await expectAccessible(widget);
    await widget.signOut();
    await shown(widget, 'sign-in');
    await expectAccessible(widget);
    clearPage();
    const store = await storeWith((account) =>
      [1, 2, 3, 4, 5].reduce(
        (one, number) => addStatus(one, { name: `Status ${String(number)}`, emoji: '🎯' }),
        account,
      ),
    );
    widget = await openWidget({ store });
    await open();
    expect(part(widget, 'filter')).not.to.equal(undefined);
    await expectAccessible(widget);
  });
});

describe('why and since when', () => {
  it('S173 moves the time by itself', async () => {
    widget = await openWidget();
    const before = textOf(part(widget, 'time'));
    expect(before).to.match(/^0:0\d$/);
    await until(() => textOf(part(widget, 'time')) !== before, 'the time has moved');
  });

  it('S175 shows the time of Busy and of After Call Work as well', async () => {
    widget = await openWidget();
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    expect(textOf(part(widget, 'time'))).to.match(/^0:0\d$/);
    widget.feed.ended('c1');
    await shows('after-call-work');
    expect(textOf(part(widget, 'time'))).to.match(/^0:0\d$/);
  });

  it('shows the time from the instant that the store keeps', async () => {
    const store = memoryStore({ account: newPlace() });
    await writePast(store, [[75, { type: 'choose', statusId: 'meeting', by: ana, page: 'another' }]]);
    widget = await openWidget({ store });
    expect(textOf(part(widget, 'time'))).to.match(/^1:15:0\d$/);
  });

  it('shows name, reason and time of one view while the clock jumps ahead beyond a change, and back', async () => {
    const inner = await storeWith((account) => updateSettings(account, { acwLimitSeconds: 60 }));
    let aheadMs = 0;
    const store = new Proxy(inner, {
      get(target, key) {
        if (key === 'now') return () => target.now() + aheadMs;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    widget = await openWidget({ store });
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    widget.feed.ended('c1');
    await shows('after-call-work');
    const drawn = (): string => [name(), label(), textOf(part(widget, 'time'))].join(', ');
    const seen = [drawn()];
    const observer = new MutationObserver(() => seen.push(drawn()));
    observer.observe(selector(), { attributes: true, characterData: true, childList: true, subtree: true });
    aheadMs = 90_000;
    await until(() => name() === 'Available', 'what holds after the jump is shown');
    aheadMs = 0;
    await until(() => name() === 'After Call Work', 'what held before is shown again');
    observer.disconnect();
    const whole = [
      /^After Call Work, Status: After Call Work, after the call with Kim Doe, 0:[0-2]\d$/,
      /^Available, Status: Available, set at sign-in, 0:[3-5]\d$/,
    ];
    expect(seen.filter((text) => !whole.some((one) => one.test(text)))).to.deep.equal([]);
  });

  it('writes the time in the digits of the page’s language', async () => {
    const store = memoryStore({ account: newPlace() });
    await writePast(store, [[12, { type: 'choose', statusId: 'meeting', by: ana, page: 'another' }]]);
    document.documentElement.lang = 'ar-EG';
    try {
      widget = await openWidget({ store });
      expect(textOf(part(widget, 'time'))).to.match(/^١٢:٠\p{Nd}$/u);
    } finally {
      document.documentElement.lang = 'en';
    }
  });

  it('says who set the status, in one sentence with its name and time', async () => {
    const store = memoryStore({ account: newPlace() });
    await writePast(store, [
      [30, { type: 'sign-in', page: 'another' }],
      [12, { type: 'choose', statusId: 'break', by: boss }],
    ]);
    widget = await openWidget({ store });
    expect(textOf(part(widget, 'why'))).to.equal('Break, set by the supervisor Bo, 12 min');
    expect(label()).to.equal('Status: Break, set by the supervisor Bo');
    await expectAccessible(widget);
  });

  for (const [why, make] of [
    ['set at sign-in', async () => undefined],
    ['on a call with Kim Doe', async () => widget.feed.started(callFrom('c1'))],
    ['signed out', async () => widget.signOut()],
  ] as const) {
    it(`says "${why}"`, async () => {
      widget = await openWidget();
      await make();
      await until(() => label().includes(why), why);
      expect(textOf(part(widget, 'why'))).to.include(why);
    });
  }

  it('says that missed calls changed the status', async () => {
    const store = await storeWith((account) => updateSettings(account, { missedCallLimit: 1 }));
    widget = await openWidget({ store });
    widget.feed.ringing(callFrom('c1'));
    await until(() => widget.view?.conversations.length === 1, 'it rings');
    widget.feed.ended('c1', 'missed');
    await shows('break');
    expect(textOf(part(widget, 'why'))).to.match(/^Break, set after missed calls/);
  });

  it('marks a time beyond the allowance, not by colour alone, and says so once', async () => {
    const store = await storeWith((account) => updateStatus(account, 'break', { allowanceMinutes: 15 }));
    await writePast(store, [[19, { type: 'choose', statusId: 'break', by: ana, page: 'another' }]]);
    widget = await openWidget({ store });
    const region = liveRegion(widget);
    await until(() => textOf(region) !== '', 'it is said');
    expect(textOf(region)).to.equal('Break, over the 15 min limit');
    expect(textOf(part(widget, 'why'))).to.equal('Break, over the 15 min limit, 19 min');
    expect(getComputedStyle(part(widget, 'time')!, '::before').content).to.include('⚠');
    const { said, stop } = announcements(widget);
    const before = textOf(part(widget, 'time'));
    await until(() => textOf(part(widget, 'time')) !== before, 'the time has moved');
    stop();
    expect(said).to.deep.equal([]);
    await expectAccessible(widget);
  });

  it('marks nothing within the allowance', async () => {
    const store = await storeWith((account) => updateStatus(account, 'break', { allowanceMinutes: 15 }));
    await writePast(store, [[14, { type: 'choose', statusId: 'break', by: ana, page: 'another' }]]);
    widget = await openWidget({ store });
    expect(getComputedStyle(part(widget, 'time')!, '::before').content).to.equal('none');
    expect(textOf(part(widget, 'why'))).to.equal('Break, 14 min');
  });
});

describe('announcements', () => {
  it('S195 tells each automatic change once, politely, and never the running time', async () => {
    widget = await openWidget();
    const region = liveRegion(widget);
    const { said, stop } = announcements(widget);
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    const before = textOf(part(widget, 'time'));
    await until(() => textOf(part(widget, 'time')) !== before, 'the time has moved');
    widget.feed.ended('c1');
    await shows('after-call-work');
    await widget.closeConversation('c1');
    await until(() => said.length === 3, 'the last one is told');
    stop();
    expect(said).to.deep.equal([
      'Busy, on a call with Kim Doe',
      'After Call Work, after the call with Kim Doe',
      'Available',
    ]);
    expect(region.closest('[aria-live="assertive"], [role="alert"]')).to.equal(null);
    expect(part(widget, 'time')!.getAttribute('aria-hidden')).to.equal('true');
  });

  it('tells nothing of what the user chose here, and of what another person chose', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    const { said, stop } = announcements(widget);
    await pick('meeting');
    await shows('meeting');
    expect(said).to.deep.equal([]);
    const supervisor = new AgentSession({ agentId: 'ana', store, actor: boss });
    supervisor.start();
    await supervisor.choose('training');
    await shows('training');
    await supervisor.stop();
    stop();
    expect(said).to.deep.equal(['Training, set by the supervisor Bo']);
  });

  it('tells what waits, for the status itself does not change', async () => {
    widget = await openWidget();
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    const { said, stop } = announcements(widget);
    await pick('lunch');
    await until(() => said.length > 0, 'it is told');
    stop();
    expect(said).to.deep.equal(['Next: Lunch']);
  });

  it('has a name that stays while the time runs', async () => {
    widget = await openWidget();
    const names: string[] = [];
    const observer = new MutationObserver(() => names.push(label()));
    observer.observe(selector(), { attributes: true });
    const before = textOf(part(widget, 'time'));
    await until(() => textOf(part(widget, 'time')) !== before, 'the time has moved');
    observer.disconnect();
    expect(names).to.deep.equal([]);
  });
});

describe('what waits', () => {
  it('is shown with who set it, replaced, and withdrawn', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    const changes = listen(widget, 'phone-next-change');
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    await pick('lunch');
    expect(textOf(await shown(widget, 'next'))).to.contain('Next: Lunch');
    expect(name()).to.equal('Busy');
    const supervisor = new AgentSession({ agentId: 'ana', store, actor: boss });
    supervisor.start();
    await supervisor.choose('training');
    await until(() => textOf(part(widget, 'next')).includes('Next: Training, set by Bo'), 'the other choice waits');
    await supervisor.stop();
    part(widget, 'withdraw')!.click();
    await until(() => !part(widget, 'next'), 'nothing waits');
    expect(changes.map(({ detail }) => [detail.previous?.status.id, detail.next?.status.id])).to.deep.equal([
      [undefined, 'lunch'],
      ['lunch', 'training'],
      ['training', undefined],
    ]);
  });
});

describe('a signed-out agent', () => {
  it('sees Sign in, and is signed in by it', async () => {
    widget = await openWidget();
    await widget.signOut();
    const button = await shown(widget, 'sign-in');
    expect(name()).to.equal('Offline');
    button.click();
    await shows('available');
    await settled(widget);
    expect(part(widget, 'sign-in')).to.equal(undefined);
  });
});
