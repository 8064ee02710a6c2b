import { expect } from '@open-wc/testing';
import { memoryStore, type PhoneProvider, type PhoneStatusSelect, type PhoneWidget } from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import {
  announcements,
  callFrom,
  clearPage,
  counting,
  find,
  keepTrack,
  listen,
  newPlace,
  part,
  settled,
  textOf,
  until,
} from '../../support/elements.js';

let provider: PhoneProvider;

async function openProvider(inside: string, set: Partial<PhoneProvider> = {}): Promise<void> {
  provider = keepTrack(document.createElement('phone-provider'));
  Object.assign(provider, { agentId: 'ana', store: memoryStore({ account: newPlace() }), ...set });
  provider.innerHTML = inside;
  document.body.append(provider);
  await until(() => provider.view?.present, 'the provider is ready');
  const { store, agentId, page } = provider.session!;
  await until(async () => page in ((await store.readAgent(agentId))?.value.leases ?? {}), 'the sign-in is saved');
  await settled(provider);
}

const names = (): string[] => find(provider, '.name').map((one) => textOf(one));
const selects = (): PhoneStatusSelect[] => find(provider, 'phone-status-select') as PhoneStatusSelect[];

describe('the provider', () => {
  afterEach(clearPage);

  it('hands one session to all elements inside it, through shadow roots, and signs in once', async () => {
    const { store, saved } = counting(memoryStore({ account: newPlace() }));
    await openProvider('<phone-status-select></phone-status-select><div id="box"></div>', { store });
    const root = provider.querySelector('#box')!.attachShadow({ mode: 'open' });
    root.innerHTML = '<phone-status-select></phone-status-select><phone-widget></phone-widget>';
    await settled(provider);
    await provider.choose('meeting');
    await settled(provider);
    expect(names()).to.have.members(['Meeting', 'Meeting', 'Meeting']);
    expect(saved.map(({ type }) => type)).to.deep.equal(['sign-in', 'choose']);
    await expectAccessible(provider);
  });

  it('fires its events itself, once each, and so does no widget inside it', async () => {
    await openProvider('<phone-widget></phone-widget><phone-status-select></phone-status-select>');
    const heard = listen(provider, 'phone-status-change');
    const requests = listen(provider, 'phone-status-request');
    find(provider, '[part="selector"]')[0]!.click();
    await settled(provider);
    find(provider, '[data-status="lunch"]')[0]!.click();
    await until(() => provider.view?.status.id === 'lunch', 'Lunch is chosen');
    expect(heard.map(({ target }) => target)).to.deep.equal([provider]);
    expect(requests.map(({ target }) => target)).to.deep.equal([provider]);
  });

  it('has one of several selectors tell a change, not each', async () => {
    await openProvider('<phone-status-select></phone-status-select><phone-status-select></phone-status-select>');
    const heard = selects().map((select) => announcements(select));
    provider.feed.started(callFrom('c1'));
    await until(() => provider.view?.status.id === 'busy', 'the call is shown');
    await settled(provider);
    provider.feed.ended('c1');
    await until(() => provider.view?.status.id === 'after-call-work', 'the call is over');
    await settled(provider);
    await until(() => heard.some(({ said }) => said.length > 1), 'both are told');
    expect(heard.flatMap(({ said }) => said)).to.deep.equal([
      'Busy, on a call with Kim Doe',
      'After Call Work, after the call with Kim Doe',
    ]);
  });

  it('lends its session to a widget inside it, and takes what the widget is asked', async () => {
    await openProvider('<phone-widget></phone-widget>');
    const widget = provider.querySelector('phone-widget') as PhoneWidget;
    expect(widget.session).to.equal(provider.session);
    await widget.choose('break');
    expect(provider.view?.status.id).to.equal('break');
    await widget.signOut();
    await widget.signIn();
    expect(provider.view?.status.id).to.equal('available');
  });

  it('is fed by the feed of a widget inside it', async () => {
    await openProvider('<phone-widget></phone-widget>');
    const widget = find(provider, 'phone-widget')[0] as PhoneWidget;
    widget.feed.started({ id: 'c1', direction: 'inbound', party: {} });
    await until(() => provider.view?.status.id === 'busy', 'the call is shown');
    expect(widget.feed).to.equal(provider.feed);
  });

  it('leaves a widget its own session that names an agent of its own', async () => {
    await openProvider('<phone-widget agent-id="bob"></phone-widget>');
    const widget = provider.querySelector('phone-widget') as PhoneWidget;
    widget.store = memoryStore({ account: newPlace() });
    await until(() => widget.view?.present, 'the widget is ready');
    expect(widget.session).not.to.equal(provider.session);
    await widget.choose('break');
    expect(provider.view?.status.id).to.equal('available');
  });

  it('is found by elements that were there before it was defined', async () => {
    const tag = `phone-late-${newPlace()}`;
    const box = keepTrack(document.createElement('div'));
    box.innerHTML = `<${tag} agent-id="ana"><phone-status-select></phone-status-select></${tag}>`;
    document.body.append(box);
    const select = box.querySelector('phone-status-select')!;
    await select.updateComplete;
    expect(textOf(part(box, 'notice'))).to.match(/^No agent/);
    (box.firstElementChild as PhoneProvider).store = memoryStore({ account: newPlace() });
    customElements.define(tag, class extends customElements.get('phone-provider')! {});
    await until(() => textOf(find(box, '.name')[0]) === 'Available', 'the status is shown');
  });

  it('hands on a new agent, and what an element was moved to', async () => {
    await openProvider('<phone-status-select></phone-status-select>');
    await provider.choose('meeting');
    const select = selects()[0]!;
    const other = keepTrack(document.createElement('phone-provider'));
    Object.assign(other, { agentId: 'bob', store: memoryStore({ account: newPlace() }) });
    document.body.append(other);
    await until(() => other.view?.present, 'the other is ready');
    other.append(select);
    await select.updateComplete;
    expect(textOf(find(select, '.name')[0])).to.equal('Available');
    other.agentId = 'eve';
    await until(() => other.view?.agentId === 'eve' && other.view.present, 'Eve is shown');
    await until(async () => Boolean(await other.store!.readAgent('eve')), 'Eve is saved');
    await other.choose('lunch');
    await select.updateComplete;
    expect(textOf(find(select, '.name')[0])).to.equal('Lunch');
    document.body.append(keepTrack(select));
    await select.updateComplete;
    expect(textOf(part(select, 'notice'))).to.match(/^No agent/);
  });

  it('tells the page that no agent is named', async () => {
    provider = keepTrack(document.createElement('phone-provider'));
    const errors = listen(provider, 'phone-error');
    provider.innerHTML = '<phone-widget></phone-widget>';
    document.body.append(provider);
    await until(() => errors.length > 0, 'the error is told');
    await settled(provider);
    expect(errors.map(({ target, detail }) => [target, detail.code])).to.deep.equal([[provider, 'missing-agent']]);
  });
});
