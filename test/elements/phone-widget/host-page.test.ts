import { expect } from '@open-wc/testing';
import { createCallFeed, memoryStore, type AgentView, type PhoneProvider, type StatusStore } from 'phone-widget';
import 'phone-widget/define/phone-status-settings';
import {
  append,
  callFrom,
  clearPage,
  keepTrack,
  listen,
  newPlace,
  openWidget,
  part,
  textOf,
  until,
} from '../../support/elements.js';

afterEach(clearPage);

const place = (): StatusStore => memoryStore({ account: newPlace() });
/** Wraps an object, and all that is read from it, as frameworks do. */
const wrapped = <T extends object>(value: T): T =>
  new Proxy(value, {
    get(target, name, self) {
      const found: unknown = Reflect.get(target, name, self);
      return found instanceof Object && found.constructor === Object ? wrapped(found) : found;
    },
  });

describe('phone-ready', () => {
  it('comes once a session, with the first view, so that a page need not poll', async () => {
    const widget = keepTrack(document.createElement('phone-widget'));
    const ready = listen(widget, 'phone-ready');
    const views: (AgentView | undefined)[] = [];
    widget.addEventListener('phone-ready', () => views.push(widget.view));
    widget.agentId = 'ana';
    widget.store = place();
    await append(widget);
    await until(() => ready.length > 0, 'the widget is ready');
    await widget.choose('break');
    expect(ready).to.have.length(1);
    expect(ready[0]?.detail.view).to.equal(views[0]);
    expect(ready[0]?.detail.view.agentId).to.equal('ana');
    expect(ready[0]).to.include({ bubbles: true, composed: true, cancelable: false });
    widget.agentId = 'ben';
    await until(() => ready.length > 1, 'the other agent’s session is ready');
    expect(ready[1]?.detail.view.agentId).to.equal('ben');
  });

  it('comes from whoever owns the session: of a provider, once for all elements inside', async () => {
    const provider = keepTrack(document.createElement('phone-provider'));
    provider.innerHTML = '<phone-widget></phone-widget><phone-widget></phone-widget>';
    const ready = listen(document.body, 'phone-ready');
    Object.assign(provider, { agentId: 'ana', store: place() } satisfies Partial<PhoneProvider>);
    document.body.append(provider);
    await until(() => ready.length > 0, 'the provider is ready');
    await provider.choose('lunch');
    expect(ready.map(({ target }) => target)).to.deep.equal([provider]);
  });
});

describe('a page whose framework wraps what it keeps', () => {
  it('hands over store, source and words, and reads view and session', async () => {
    const widget = await openWidget({
      store: wrapped(place()),
      calls: wrapped(createCallFeed()),
      strings: wrapped({ hold: 'Hold on' }),
    });
    await until(() => widget.view?.status.id === 'available', 'Available is shown');
    const session = wrapped(widget.session!);
    await session.choose('break');
    wrapped(widget.session!.calls as ReturnType<typeof createCallFeed>).started(wrapped(callFrom('c1')));
    await until(() => session.view?.status.id === 'busy', 'Busy is shown');
  });
});

describe('a session that cannot be made', () => {
  it('is shown and told with the real reason, never as a missing agent', async () => {
    const widget = keepTrack(document.createElement('phone-widget'));
    const errors = listen(widget, 'phone-error');
    widget.agentId = 'ana';
    widget.store = {} as StatusStore;
    widget.strings = { errors: { unavailable: 'Out of reach.' } };
    document.body.append(widget);
    await until(() => errors.length > 0, 'the error is told');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['unavailable']);
    expect(errors[0]?.detail.message).to.match(/needs a store, not an object/);
    expect(textOf(part(widget, 'notice'))).to.equal('Out of reach.');
    const failed = await widget.choose('break').catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'unavailable');
    widget.store = place();
    await until(() => widget.view?.status.id === 'available', 'a store that works is taken');
    expect(part(widget, 'notice')).to.equal(undefined);
  });
});

describe('the console', () => {
  const told: string[] = [];
  const { warn } = console;

  beforeEach(() => {
    told.length = 0;
    console.warn = (text: string) => void told.push(text);
  });
  afterEach(() => (console.warn = warn));

  for (const tag of ['phone-widget', 'phone-provider', 'phone-status-settings']) {
    it(`warns once of a store that ${tag} is given as an attribute`, async () => {
      const box = keepTrack(document.createElement('div'));
      box.innerHTML = `<${tag} agent-id="ana" manual store="[object Object]"></${tag}>`.repeat(2);
      document.body.append(box);
      const find = (): string[] => told.filter((text) => text.includes(`<${tag}>`) && text.includes('attribute store'));
      await until(() => find().length > 0, 'the page’s developer is told');
      expect(find()).to.have.length(1);
    });

    it(`warns once of a store that ${tag} is given anew each time`, async () => {
      const element = keepTrack(document.createElement(tag)) as PhoneProvider;
      element.agentId = 'ana';
      element.manual = true;
      document.body.append(element);
      for (let times = 0; times < 6; times++) {
        element.store = place();
        await element.updateComplete;
        const isEarly = times <= 2;
        expect(told.filter((text) => text.includes(`<${tag}>: its store`))).to.have.length(isEarly ? 0 : 1);
      }
    });
  }
});
