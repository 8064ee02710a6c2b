import { expect } from '@open-wc/testing';
import {
  addStatus,
  createCallFeed,
  memoryStore,
  PhoneError,
  updateSettings,
  updateStatus,
  type PhoneWidget,
  type StatusStore,
} from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import {
  append,
  callFrom,
  clearPage,
  counting,
  find,
  keepTrack,
  listen,
  newPlace,
  openWidget,
  part,
  settled,
  shown,
  storeAhead,
  textOf,
  until,
  writePast,
} from '../../support/elements.js';

const ana = { role: 'agent', id: 'ana' } as const;

let widget: PhoneWidget;

const shows = async (id: string, one = widget): Promise<void> => {
  await until(() => one.view?.status.id === id && !one.session?.saving, `${id} is shown`);
  await settled(one);
};
const place = (): StatusStore => memoryStore({ account: newPlace() });

afterEach(clearPage);

describe('the widget and its page', () => {
  it('works with a tag and an agent alone, in this browser’s store', async () => {
    const box = keepTrack(document.createElement('div'));
    box.innerHTML = `<phone-widget agent-id="${newPlace()}" agent-name="Ana"></phone-widget>`;
    document.body.append(box);
    widget = box.querySelector('phone-widget')!;
    await shows('available');
    expect(widget.session?.store.name).to.match(/^browser:/);
    expect(widget.view).to.include({ agentName: 'Ana', takesCalls: true });
    await expectAccessible(widget);
  });

  it('is painted before it starts, so that the page need not wait for what starting takes', async () => {
    const { store, saved } = counting(place());
    const started: string[] = [];
    const starting = new Proxy(store, {
      get(target, name, self) {
        if (name === 'watchAgent') started.push('it follows the store');
        return Reflect.get(target, name, self) as unknown;
      },
    });
    widget = keepTrack(document.createElement('phone-widget'));
    Object.assign(widget, { agentId: 'ana', store: starting });
    document.body.append(widget);
    await settled(widget);
    expect(textOf(part(widget, 'selector'))).to.include('Connecting');
    expect(started).to.deep.equal([]);
    await new Promise(requestAnimationFrame);
    expect(started, 'the frame has begun').to.deep.equal([]);
    await until(() => saved.length > 0, 'the sign-in is saved');
    expect(started).to.have.length(1);
  });

  it('starts in a page that is never painted, such as a frame that is not displayed', async () => {
    const frame = keepTrack(document.createElement('iframe'));
    frame.style.display = 'none';
    frame.src = '/test/elements/fixtures/not-displayed.html';
    document.body.append(frame);
    await until(() => frame.contentDocument?.querySelector('phone-widget')?.view?.present, 'the agent is present');
  });

  it('starts in a page whose timers never ring', async () => {
    const frame = keepTrack(document.createElement('iframe'));
    frame.src = '/test/elements/fixtures/stopped-clock.html';
    document.body.append(frame);
    await until(() => frame.contentDocument?.querySelector('phone-widget')?.view?.present, 'the agent is present');
  });

  it('takes properties that were set before it was upgraded', async () => {
    const early = document.createElement('phone-early') as unknown as PhoneWidget;
    const store = place();
    Object.assign(early, { agentId: 'ana', agentName: 'Ana', store, strings: { status: 'Zustand' } });
    customElements.define('phone-early', class extends customElements.get('phone-widget')! {});
    document.body.append(early as unknown as HTMLElement);
    customElements.upgrade(early as unknown as HTMLElement);
    keepTrack(early as unknown as HTMLElement);
    await until(() => early.view?.present, 'it is ready');
    expect(early.session?.store).to.equal(store);
    expect(early.view?.agentName).to.equal('Ana');
    await settled(early as unknown as PhoneWidget);
    expect(part(early as unknown as HTMLElement, 'selector')!.getAttribute('aria-label')).to.match(/^Zustand: /);
  });

  it('takes properties that are set after it was put on the page, in any order, without starting twice', async () => {
    const { store, saved } = counting(place());
    widget = keepTrack(document.createElement('phone-widget'));
    document.body.append(widget);
    widget.store = store;
    widget.agentName = 'Ana';
    widget.agentId = 'ana';
    await shows('available');
    await until(() => saved.length > 0, 'the sign-in is saved');
    await widget.choose('break');
    expect(saved.map(({ type }) => type)).to.deep.equal(['sign-in', 'choose']);
  });

  it('S199 fires no event of a change just for being mounted', async () => {
    const store = place();
    await writePast(store, [[3, { type: 'choose', statusId: 'meeting', by: ana, page: 'another' }]]);
    const heard: string[] = [];
    for (const type of [
      'status-change',
      'next-change',
      'call-change',
      'conversation-open',
      'conversation-close',
      'error',
    ]) {
      document.body.addEventListener(`phone-${type}`, ({ type: name }) => heard.push(name), { once: true });
    }
    widget = await openWidget({ store });
    await shows('meeting');
    expect(heard).to.deep.equal([]);
  });

  it('S197 needs no handler for anything that happens', async () => {
    const errors: unknown[] = [];
    const note = (event: ErrorEvent | PromiseRejectionEvent): void => void errors.push(event);
    addEventListener('error', note);
    addEventListener('unhandledrejection', note);
    widget = await openWidget();
    await widget.choose('meeting');
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    widget.feed.ended('c1');
    await shows('after-call-work');
    await widget.closeConversation('c1');
    await shows('meeting');
    widget.choose('no such status').catch(() => undefined);
    removeEventListener('error', note);
    removeEventListener('unhandledrejection', note);
    expect(errors).to.deep.equal([]);
  });

  it('S011 works as the first time when it is removed and put back, and subscribes once', async () => {
    const { store, saved } = counting(place());
    widget = await openWidget({ store });
    const first = widget.session!;
    widget.remove();
    await until(() => widget.session === undefined, 'the first session is left');
    saved.length = 0;
    const changes = listen(widget, 'phone-status-change');
    await append(widget);
    expect(widget.session).not.to.equal(first);
    await widget.choose('break');
    await shows('break');
    expect(saved.map(({ type }) => type)).to.deep.equal(['sign-in', 'choose']);
    expect(changes.map(({ detail }) => detail.status.id)).to.deep.equal(['break']);
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    expect(changes).to.have.length(2);
    widget.feed.ended('c1');
  });

  it('loses nothing when it is moved in the document', async () => {
    const { store, saved } = counting(place());
    widget = await openWidget({ store });
    await widget.choose('meeting');
    const { session } = widget;
    const events = [listen(widget, 'phone-status-change'), listen(widget, 'phone-error')];
    saved.length = 0;
    const box = keepTrack(document.createElement('section'));
    document.body.append(box);
    box.append(widget);
    await settled(widget);
    expect(widget.session).to.equal(session);
    expect(textOf(part(widget, 'selector')!.querySelector('.name')!)).to.equal('Meeting');
    await widget.choose('lunch');
    expect(textOf(part(widget, 'selector')!.querySelector('.name')!)).to.equal('Lunch');
    expect(saved.map(({ type }) => type)).to.deep.equal(['choose']);
    expect(events.map((heard) => heard.length)).to.deep.equal([1, 0]);
  });

  it('leaves its session a second after it was removed, and nothing of it goes on', async () => {
    const store = place();
    widget = await openWidget({ store });
    const { session } = widget;
    const heard = listen(widget, 'phone-status-change');
    widget.remove();
    expect(widget.session).to.equal(session);
    await until(() => widget.session === undefined, 'the session is left');
    const before = (await store.readAgent('ana'))!.revision;
    widget.feed.started(callFrom('late'));
    expect((await store.readAgent('ana'))!.revision).to.equal(before);
    expect(heard).to.deep.equal([]);
  });

  it('is not left while its source carries a call', async () => {
    const store = place();
    widget = await openWidget({ store });
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    const { session } = widget;
    widget.remove();
    await new Promise<void>((done) => {
      const started = performance.now();
      const wait = (): void => void (performance.now() - started > 1200 ? done() : requestAnimationFrame(wait));
      wait();
    });
    expect(widget.session).to.equal(session);
    expect(session?.view?.status.id).to.equal('busy');
    widget.feed.ended('c1');
    await until(() => widget.session === undefined, 'the session is left after the call');
    expect((await store.readAgent('ana'))!.value.calls.map(({ state }) => state)).to.deep.equal(['ended']);
  });

  it('leaves the old session and ignores it when the agent changes', async () => {
    const store = place();
    widget = await openWidget({ store });
    await widget.choose('meeting');
    const old = widget.session!;
    const changes = listen(widget, 'phone-status-change');
    widget.agentId = 'bob';
    await until(() => widget.view?.agentId === 'bob' && widget.view.present, 'Bob is shown');
    await settled(widget);
    expect(textOf(part(widget, 'selector')!.querySelector('.name')!)).to.equal('Available');
    await until(
      async () => !Object.keys((await store.readAgent('ana'))!.value.leases).includes(old.page) || true,
      'a turn',
    );
    expect(changes).to.deep.equal([]);
    await until(() => store.readAgent('bob'), 'Bob’s sign-in is saved');
    await widget.choose('lunch');
    expect(changes.map(({ detail }) => [detail.agentId, detail.status.id])).to.deep.equal([['bob', 'lunch']]);
    expect((await store.readAgent('ana'))!.value.choice?.statusId).to.equal('meeting');
  });

  it('changes over to another store and another source', async () => {
    widget = await openWidget();
    await widget.choose('meeting');
    widget.store = place();
    const source = createCallFeed();
    widget.calls = source;
    await shows('available');
    source.started(callFrom('c1'));
    await shows('busy');
    source.ended('c1');
  });

  it('reports the calls that go on to a store that comes after them', async () => {
    widget = await openWidget();
    widget.feed.started(callFrom('c1'));
    widget.feed.held('c1');
    widget.feed.started(callFrom('c2'));
    widget.feed.ended('c2');
    await shows('busy');
    const store = place();
    widget.store = store;
    const stateIn = async (): Promise<unknown> =>
      (await store.readAgent('ana'))?.value.calls.map(({ id, state }) => [id, state]);
    await until(async () => JSON.stringify(await stateIn()) === '[["c1","held"]]', 'the call is in the other store');
    await shows('busy');
    widget.feed.ended('c1');
    await shows('after-call-work');
  });

  it('reports no call of one agent as another’s', async () => {
    const feed = createCallFeed();
    widget = await openWidget({ calls: feed });
    feed.started(callFrom('c1'));
    await shows('busy');
    widget.agentId = 'bob';
    await until(() => widget.view?.agentId === 'bob' && widget.view.present, 'Bob is shown');
    await settled(widget);
    expect(widget.view?.conversations).to.deep.equal([]);
  });

  it('S203 leaves another agent’s widget alone', async () => {
    const [one, other] = [await openWidget({ agentId: 'ana' }), await openWidget({ agentId: 'bob' })];
    const changes = listen(other, 'phone-status-change');
    await one.choose('break');
    const account = one.session!.account!;
    await one.store!.saveAccount(
      updateStatus(addStatus(account, { name: 'Coaching', emoji: '🎯' }), 'lunch', { enabled: false }),
      null,
    );
    await until(() => one.session?.account?.statuses.length === account.statuses.length + 1, 'one account is changed');
    expect(other.session?.account?.statuses).to.have.length(account.statuses.length);
    expect(other.view?.status.id).to.equal('available');
    expect(changes).to.deep.equal([]);
  });

  it('shows that no agent is named, tells the page once, and starts when one is', async () => {
    widget = keepTrack(document.createElement('phone-widget'));
    const errors = listen(widget, 'phone-error');
    widget.store = place();
    document.body.append(widget);
    await until(() => errors.length > 0, 'the error is told');
    widget.requestUpdate();
    await widget.updateComplete;
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['missing-agent']);
    expect(textOf(part(widget, 'notice'))).to.match(/^No agent/);
    await expectAccessible(widget);
    const failed = await widget.choose('break').catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'missing-agent');
    widget.agentId = 'ana';
    await shows('available');
    expect(part(widget, 'notice')).to.equal(undefined);
  });

  it('says of an id that no agent can have that it is wrong, not that it is missing', async () => {
    widget = keepTrack(document.createElement('phone-widget'));
    const errors = listen(widget, 'phone-error');
    Object.assign(widget, { agentId: 'a'.repeat(201), store: place() });
    document.body.append(widget);
    expect(textOf(await shown(widget, 'notice'))).to.equal('Agent not found.');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['missing-agent']);
    expect(errors[0]!.detail.message).to.contain('1 to 200 characters');
  });

  for (const [what, calls] of [
    ['an object', {}],
    ['a text', 'x'],
    ['the factory', createCallFeed],
  ] as const) {
    it(`tells what is wrong with a call source that is ${what}, and starts with a right one`, async () => {
      widget = keepTrack(document.createElement('phone-widget'));
      const errors = listen(widget, 'phone-error');
      Object.assign(widget, { agentId: 'ana', store: place(), calls });
      document.body.append(widget);
      expect(textOf(await shown(widget, 'notice'))).to.equal('The service is unavailable. Try again.');
      expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['unavailable']);
      expect(errors[0]!.detail.message).to.contain('needs a call source');
      expect(await widget.dial('123').catch((error: unknown) => error)).to.have.property('code', 'unavailable');
      widget.calls = createCallFeed();
      await shows('available');
    });
  }

  it('waits for signIn() when it is manual, and shows Sign in meanwhile', async () => {
    const { store, saved } = counting(place());
    widget = keepTrack(document.createElement('phone-widget'));
    Object.assign(widget, { agentId: 'ana', store, manual: true });
    document.body.append(widget);
    const button = await shown(widget, 'sign-in');
    expect(part(widget, 'selector')).to.equal(undefined);
    expect(widget.view).to.equal(undefined);
    expect(saved).to.deep.equal([]);
    await expectAccessible(widget);
    button.click();
    await shows('available');
    expect(part(widget, 'sign-in')).to.equal(undefined);
    expect(textOf(part(widget, 'selector')!.querySelector('.name')!)).to.equal('Available');
  });

  it('queues what it is asked before it is ready', async () => {
    widget = keepTrack(document.createElement('phone-widget'));
    Object.assign(widget, { agentId: 'ana', store: place() });
    document.body.append(widget);
    await widget.choose('lunch');
    expect(widget.view?.status.id).to.equal('lunch');
  });

  it('says that it connects as long as nothing is known, and never a made-up status', async () => {
    const store: StatusStore = new Proxy(place(), {
      get(target, key) {
        if (key === 'watchAgent' || key === 'watchAccount') return () => () => undefined;
        if (key === 'readAgent' || key === 'readAccount') return () => new Promise(() => undefined);
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    widget = keepTrack(document.createElement('phone-widget'));
    Object.assign(widget, { agentId: 'ana', store });
    document.body.append(widget);
    const selector = await shown(widget, 'selector');
    expect(selector.getAttribute('aria-label')).to.equal('Status: Connecting…');
    expect(selector.getAttribute('aria-disabled')).to.equal('true');
    expect(widget.view).to.equal(undefined);
    await expectAccessible(widget);
    widget.feed.started(callFrom('c1'));
    await until(() => widget.view?.status.id === 'busy', 'the call is shown without the store');
    widget.feed.ended('c1');
  });

  it('replaces its strings as a whole or in part', async () => {
    widget = await openWidget({ strings: { status: 'Zustand', statusNames: { available: 'Frei' } } });
    expect(part(widget, 'selector')!.getAttribute('aria-label')).to.equal('Zustand: Frei, set at sign-in');
    widget.strings = { status: 'État' };
    await settled(widget);
    expect(part(widget, 'selector')!.getAttribute('aria-label')).to.equal('État: Available, set at sign-in');
  });
});

describe('the events of the widget', () => {
  it('tell every change of what is shown once, with all that a page needs, and none asks for a status', async () => {
    widget = await openWidget();
    const requests = listen(widget, 'phone-status-request');
    const changes = listen(document, 'phone-status-change' as keyof HTMLElementEventMap) as CustomEvent[];
    await widget.choose('meeting');
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    widget.feed.ended('c1');
    await shows('after-call-work');
    await widget.choose('break');
    await widget.closeConversation('c1');
    await shows('break');
    await widget.signOut();
    expect(requests).to.deep.equal([]);
    const told = changes.map(({ detail }) => [detail.previous.id, detail.status.id, detail.cause, detail.takesCalls]);
    expect(told).to.deep.equal([
      ['available', 'meeting', 'agent', false],
      ['meeting', 'busy', 'call', false],
      ['busy', 'after-call-work', 'call', false],
      ['after-call-work', 'break', 'agent', false],
      ['break', 'offline', 'sign-out', false],
    ]);
    expect(Object.keys(changes[0]!.detail)).to.have.members([
      ...['agentId', 'status', 'previous', 'cause', 'by', 'since', 'takesCalls', 'route', 'saved'],
    ]);
    expect(changes[0]!.detail).to.deep.include({ agentId: 'ana', by: ana, route: null, saved: false });
    expect(changes[0]!.composed && changes[0]!.bubbles).to.equal(true);
  });

  it('tell of calls and conversations', async () => {
    widget = await openWidget();
    const calls = listen(widget, 'phone-call-change');
    const opened = listen(widget, 'phone-conversation-open');
    const call = callFrom('c1');
    widget.feed.ringing(call);
    await until(() => widget.view?.conversations.length === 1, 'it rings');
    widget.feed.started(call);
    await shows('busy');
    widget.feed.held('c1');
    await until(() => widget.view?.conversations[0]?.state === 'held', 'it is held');
    widget.feed.ended('c1');
    await shows('after-call-work');
    expect(calls.map(({ detail }) => detail.state)).to.deep.equal(['ringing', 'live', 'held', 'ended']);
    expect(calls[0]!.detail.call).to.deep.equal(call);
    expect(opened.map(({ detail }) => detail)).to.deep.equal([{ call }]);
  });

  it('tell that a ringing call is over', async () => {
    widget = await openWidget();
    const calls = listen(widget, 'phone-call-change');
    widget.feed.ringing(callFrom('c1'));
    await until(() => widget.view?.conversations.length === 1, 'it rings');
    widget.feed.ended('c1', 'cancelled');
    await until(() => widget.view?.conversations.length === 0, 'it rings no more');
    expect(calls.map(({ detail }) => detail.state)).to.deep.equal(['ringing', 'ended']);
  });

  it('tell of a call that came before the store had answered', async () => {
    widget = keepTrack(document.createElement('phone-widget'));
    const opened = listen(widget, 'phone-conversation-open');
    Object.assign(widget, { agentId: 'ana', store: place() });
    document.body.append(widget);
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    expect(opened.map(({ detail }) => detail.call.id)).to.deep.equal(['c1']);
    widget.feed.ended('c1');
  });

  it('tell of a call that came with the widget, though the clocks are some milliseconds apart', async () => {
    let apartMs = 20;
    const store = new Proxy(place(), {
      get(target, key) {
        if (key === 'now') return () => target.now() + apartMs;
        if (key === 'watchAgent') apartMs = 0;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    widget = keepTrack(document.createElement('phone-widget'));
    const opened = listen(widget, 'phone-conversation-open');
    widget.feed.started(callFrom('c1'));
    Object.assign(widget, { agentId: 'ana', store });
    document.body.append(widget);
    await shows('busy');
    expect(opened.map(({ detail }) => detail.call.id)).to.deep.equal(['c1']);
    widget.feed.ended('c1');
  });

  it('do not tell anew of a conversation that was open before', async () => {
    const store = place();
    const call = callFrom('c1');
    await writePast(store, [
      [9, { type: 'sign-in', page: 'another' }],
      [8, { type: 'call-started', call, carrier: 'elsewhere' }],
      [2, { type: 'call-ended', callId: 'c1' }],
    ]);
    widget = document.createElement('phone-widget');
    const heard = [listen(widget, 'phone-conversation-open'), listen(widget, 'phone-call-change')];
    Object.assign(widget, { agentId: 'ana', store });
    await append(widget);
    await shows('after-call-work');
    expect(heard.map((events) => events.length)).to.deep.equal([0, 0]);
  });

  it('let the page keep a conversation open, or take its time', async () => {
    widget = await openWidget();
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    widget.feed.ended('c1');
    await shows('after-call-work');
    const closing = listen(widget, 'phone-conversation-close');
    widget.addEventListener('phone-conversation-close', (event) => event.preventDefault(), { once: true });
    await widget.closeConversation('c1');
    expect(widget.view?.conversations).to.have.length(1);
    widget.addEventListener(
      'phone-conversation-close',
      ({ detail }) => detail.waitUntil(Promise.reject(new Error('CRM'))),
      {
        once: true,
      },
    );
    const failed = await widget.closeConversation('c1').catch((error: unknown) => error);
    expect(failed).to.have.property('message', 'CRM');
    expect(widget.view?.conversations).to.have.length(1);
    let finish = (): void => undefined;
    widget.addEventListener(
      'phone-conversation-close',
      ({ detail }) => detail.waitUntil(new Promise<void>((go) => (finish = go))),
      {
        once: true,
      },
    );
    const both = [widget.closeConversation('c1'), widget.closeConversation('c1')];
    await until(() => closing.length === 3, 'the page is asked');
    expect(widget.view?.conversations).to.have.length(1);
    finish();
    await Promise.all(both);
    expect(widget.view?.conversations).to.deep.equal([]);
    expect(closing).to.have.length(3);
    expect(closing[2]!.detail).to.deep.include({ call: callFrom('c1'), notes: '', tags: [], cause: 'agent' });
    expect(closing[2]!.cancelable).to.equal(true);
  });

  it('ask nobody to close a conversation whose call goes on', async () => {
    widget = await openWidget();
    widget.feed.started(callFrom('c1'));
    await shows('busy');
    const closing = listen(widget, 'phone-conversation-close');
    const failed = await widget.closeConversation('c1').catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'call-in-progress');
    expect(closing).to.deep.equal([]);
    widget.feed.ended('c1');
  });
});

describe('what the widget shows besides the status', () => {
  const plain = (element: Element): string => textOf(element).replace(/[\u2066-\u2069]/g, '');
  const parties: readonly (readonly [what: string, name: string, number: string, shown: string, missed: string])[] = [
    ['blanks alone are an unknown caller', ' \u00a0\u200b', '\u200b', 'Unknown caller', 'Unknown caller'],
    ['a name that is the number is shown once', '+49301234', '+49301234', '+49301234', '+49301234'],
    ['a name with the digits of the number is shown once', '+49 30 1234', '+49301234', '+49301234', '+49301234'],
    ['a word for both is shown once', 'Anonymous', 'anonymous', 'anonymous', 'anonymous'],
    ['an address for both is shown once', 'sip:kim@x.org', 'sip:kim@x.org', 'sip:kim@x.org', 'sip:kim@x.org'],
    ['a name that links the number is shown once', 'tel:+49301234', '+49301234', '+49301234', '+49301234'],
    ['00 and + say the same', '0049 30 1234', '+49 30 1234', '+49 30 1234', '+49 30 1234'],
    ['a 0 in brackets makes no other number', '+49 (0)30 1234', '+49301234', '+49301234', '+49301234'],
    ['a number with an extension is another one', '0301 x2', '0301', '0301 x2 0301', '0301 x2'],
    ['another number as the name is shown as well', '1234', '+49301234', '1234 +49301234', '1234'],
    ['a name with digits in it is shown as well', 'Desk 1234', '1234', 'Desk 1234 1234', 'Desk 1234'],
    ['a name stays where no digits are known', '—', 'anonymous', '— anonymous', '—'],
  ];
  for (const [what, name, number, whole, short] of parties) {
    it(`of a caller: ${what}, as a call and as a missed one`, async () => {
      widget = await openWidget();
      widget.feed.ringing({ id: 'c1', direction: 'inbound', party: { name, number } });
      const caller = await shown(widget, 'caller');
      expect([...caller.querySelectorAll('bdi')].map(textOf).join(' ')).to.equal(whole);
      widget.feed.ended('c1', 'missed');
      expect(plain(await shown(widget, 'missed'))).to.contain(`Missed call from ${short},`);
    });
  }

  it('of a caller whom an old record keeps as blanks: that it is unknown', async () => {
    const store = place();
    const record = await writePast(store, [
      [1, { type: 'call-started', call: callFrom('c1'), carrier: 'elsewhere', at: store.now() - 60_000 }],
    ]);
    const revision = (await store.readAgent('ana'))!.revision;
    const calls = record.calls.map((call) => ({ ...call, party: { name: '\u00a0', number: '\u200b' } }));
    await store.saveAgent({ ...record, calls }, revision, { type: 'renew', page: 'another' });
    widget = await openWidget({ store });
    expect(textOf(await shown(widget, 'caller'))).to.equal('Unknown caller');
    expect(plain(part(widget, 'why')!)).to.contain('Unknown caller');
  });

  it('nothing of a call id that starts again long after its end: the page is told, once, and no notice shown', async () => {
    const clock = { ahead: 0 };
    widget = await openWidget({ store: storeAhead(clock) });
    const errors = listen(widget, 'phone-error');
    const start = (): void => widget.feed.started(callFrom('c1'));
    start();
    widget.feed.ended('c1');
    await shows('after-call-work');
    clock.ahead = 60_000;
    start();
    start();
    await until(() => errors.length > 0, 'the page is told');
    await shows('after-call-work');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['outdated']);
    expect(part(widget, 'notice')).to.equal(undefined);
  });

  it('a missed call, until it is dismissed', async () => {
    widget = await openWidget();
    widget.feed.ringing(callFrom('c1'));
    await until(() => widget.view?.conversations.length === 1, 'it rings');
    expect(part(widget, 'caller')).not.to.equal(undefined);
    await expectAccessible(widget);
    widget.feed.ended('c1', 'missed');
    expect(textOf(await shown(widget, 'missed'))).to.match(/^Missed call from Kim Doe, \d/);
    expect(widget.view?.status.id).to.equal('available');
    await expectAccessible(widget);
    find(part(widget, 'missed')!, 'button')[0]!.click();
    await until(() => !part(widget, 'missed'), 'the notice is gone');
  });

  for (const outcome of ['declined', 'cancelled', 'answered-elsewhere'] as const) {
    it(`no missed call where it was ${outcome}`, async () => {
      widget = await openWidget();
      widget.feed.ringing(callFrom('c1'));
      await until(() => widget.view?.conversations.length === 1, 'it rings');
      widget.feed.ended('c1', outcome);
      await until(() => widget.view?.conversations.length === 0, 'it rings no more');
      await settled(widget);
      expect(part(widget, 'missed')).to.equal(undefined);
    });
  }

  type Tell = Parameters<StatusStore['watchConnection']>[0];

  /** A widget whose store says how it stands when the test does. */
  async function openTold(): Promise<Tell> {
    let tell: Tell = () => undefined;
    const store: StatusStore = new Proxy(place(), {
      get(target, key) {
        if (key === 'watchConnection') return (watcher: Tell) => ((tell = watcher), () => undefined);
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    widget = await openWidget({ store });
    return tell;
  }

  it('in plain words that the browser keeps nothing, and to the page what the store says', async () => {
    const tell = await openTold();
    const errors = listen(widget, 'phone-error');
    tell({ state: 'online', reason: new PhoneError('unavailable', 'browser store: IndexedDB cannot be used.') });
    expect(textOf(await shown(widget, 'notice'))).to.contain('kept only while this page is open');
    expect(find(widget, '[role="alert"]')[0]!.title).to.equal('');
    expect(errors.map(({ detail }) => detail.message)).to.deep.equal([
      '[phone-widget] browser store: IndexedDB cannot be used.',
    ]);
    await expectAccessible(widget);
  });

  it('that others may see the agent as Offline where the store is out of reach', async () => {
    const tell = await openTold();
    expect(part(widget, 'notice')).to.equal(undefined);
    tell({ state: 'offline' });
    expect(textOf(await shown(widget, 'notice'))).to.contain('Others may see you as Offline');
    await expectAccessible(widget);
    tell({ state: 'online' });
    await until(() => !part(widget, 'notice'), 'the notice is gone');
  });
});

describe('the field to dial', () => {
  const dialled: string[] = [];
  const calls = createCallFeed({ controls: { dial: async (number: string) => (dialled.push(number), 'out-1') } });

  async function dial(number: string): Promise<void> {
    const field = find(await shown(widget, 'dial'), 'input')[0] as HTMLInputElement;
    field.value = number;
    find(part(widget, 'dial')!, 'button')[0]!.click();
  }

  beforeEach(() => void (dialled.length = 0));

  it('is there only where the source can dial', async () => {
    widget = await openWidget();
    expect(part(widget, 'dial')).to.equal(undefined);
    widget.calls = calls;
    await shown(widget, 'dial');
    await shows('available');
    await expectAccessible(widget);
  });

  it('calls the number and is empty again', async () => {
    widget = await openWidget({ calls });
    await dial('+49 30 901820');
    await until(() => dialled.length === 1, 'it is dialled');
    await until(() => (find(part(widget, 'dial')!, 'input')[0] as HTMLInputElement).value === '', 'the field is empty');
  });

  it('says why it cannot call, and keeps the number', async () => {
    widget = await openWidget({ calls });
    const errors = listen(widget, 'phone-error');
    await widget.choose('break');
    await dial('+4930901820');
    await until(() => errors.length === 1, 'the refusal is told');
    await settled(widget);
    expect(errors[0]!.detail.code).to.equal('not-taking-calls');
    expect(find(widget, '[role="alert"]').map((one) => textOf(one))).to.deep.equal(['Calls are not allowed in Break.']);
    expect((find(part(widget, 'dial')!, 'input')[0] as HTMLInputElement).value).to.equal('+4930901820');
    expect(part(widget, 'close-and-dial')).to.equal(undefined);
    expect(dialled).to.deep.equal([]);
    await expectAccessible(widget);
  });

  it('offers to close and dial in After Call Work', async () => {
    const store = place();
    widget = await openWidget({ store, calls });
    await widget.choose('break');
    calls.started(callFrom('c1'));
    await shows('busy');
    calls.ended('c1');
    await shows('after-call-work');
    await widget.choose('available');
    const closing = listen(widget, 'phone-conversation-close');
    await dial('+4930901820');
    (await shown(widget, 'close-and-dial')).click();
    await until(() => dialled.length === 1, 'it is dialled');
    expect(closing).to.have.length(1);
    expect(widget.view?.conversations).to.deep.equal([]);
    expect(dialled).to.deep.equal(['+4930901820']);
  });

  it('dials in any status where the account lets it', async () => {
    const store = place();
    widget = await openWidget({ store, calls });
    await store.saveAccount(updateSettings(widget.session!.account!, { callsNeedTakesCalls: false }), null);
    await widget.choose('break');
    await dial('112');
    await until(() => dialled.length === 1, 'it is dialled');
  });
});
