import { expect } from '@open-wc/testing';
import { createCallFeed, memoryStore, PhoneError, type CallFeed, type PhoneWidget } from 'phone-widget';
import {
  callFrom,
  clearPage,
  find,
  newPlace,
  openWidget,
  part,
  refusing,
  selectIn,
  shown,
  until,
} from '../../support/elements.js';
import { press } from '../../support/keys.js';

/** What has the focus, through all shadow roots. */
function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

/** The focus is in the widget, on something that takes no keys. */
function expectNeutral(widget: PhoneWidget): void {
  const active = focused();
  expect(active?.getAttribute('role')).to.equal('group');
  expect(active?.getAttribute('tabindex')).to.equal('-1');
  expect(active?.getAttribute('aria-label')).to.equal('Phone');
  expect(document.activeElement).to.equal(widget);
}

async function pressIn(widget: PhoneWidget, name: string): Promise<void> {
  const button = await shown(widget, name);
  button.focus();
  await press('Enter');
}

describe('the focus of what goes', () => {
  afterEach(clearPage);

  it('stays in the widget: Dismiss of missed calls', async () => {
    const feed = createCallFeed();
    const widget = await openWidget({ calls: feed });
    feed.ringing(callFrom('one'));
    await until(() => widget.view?.conversations.length, 'it rings');
    feed.ended('one', 'missed');
    const missed = await shown(widget, 'missed');
    find(missed, 'button')[0]!.focus();
    await press('Enter');
    await until(() => !part(widget, 'missed'), 'the notice is gone');
    expectNeutral(widget);
  });

  it('stays in the widget: Close and dial, where the source says nothing of the new call', async () => {
    const feed: CallFeed = createCallFeed({ controls: { dial: () => 'new' } });
    const widget = await openWidget({ calls: feed });
    await widget.choose('break');
    feed.started(callFrom('one'));
    feed.ended('one');
    await until(() => widget.view?.status.id === 'after-call-work', 'the call is over');
    await widget.choose('available');
    const field = (await shown(widget, 'dial')).querySelector('input')!;
    field.focus();
    field.value = '+49 30 901820';
    await press('Enter');
    await until(() => part(widget, 'close-and-dial'), 'it is offered');
    await pressIn(widget, 'close-and-dial');
    await until(() => !part(widget, 'close-and-dial'), 'the notice is gone');
    expectNeutral(widget);
  });

  it('stays in the widget: Withdraw, pressed here or taken away by somebody else', async () => {
    const feed = createCallFeed();
    const widget = await openWidget({ calls: feed });
    feed.started(callFrom('one'));
    await widget.choose('break');
    await pressIn(widget, 'withdraw');
    await until(() => !part(widget, 'withdraw'), 'nothing waits');
    expectNeutral(widget);
    await widget.choose('break');
    (await shown(widget, 'withdraw')).focus();
    await widget.session!.withdraw();
    await until(() => !part(widget, 'withdraw'), 'nothing waits');
    expectNeutral(widget);
    await press(' ');
    expect(find(widget, '[role="listbox"]')).to.deep.equal([]);
  });

  it('stays in the widget: Sign in, and leaves alone who has moved on meanwhile', async () => {
    const widget = await openWidget();
    await widget.signOut();
    await pressIn(widget, 'sign-in');
    await until(() => widget.view?.present && !part(widget, 'sign-in'), 'the agent is signed in');
    expectNeutral(widget);
    await widget.signOut();
    const field = document.body.appendChild(document.createElement('input'));
    (await shown(widget, 'sign-in')).click();
    field.focus();
    await until(() => widget.view?.present && !part(widget, 'sign-in'), 'the agent is signed in');
    expect(document.activeElement).to.equal(field);
    field.remove();
  });

  it('stays in the widget: Dismiss of what went wrong', async () => {
    const store = refusing(memoryStore({ account: newPlace() }), (event) =>
      event.type === 'choose' ? new PhoneError('denied', 'No.') : undefined,
    );
    const widget = await openWidget({ store });
    await widget.session!.choose('break').catch(() => undefined);
    const alert = () => find(selectIn(widget), '.notice.error button')[0];
    if (!alert()) {
      selectIn(widget).focus();
      await press('ArrowDown');
      await press('End');
      await press('Enter');
    }
    await until(alert, 'the refusal is shown');
    alert()!.focus();
    await press('Enter');
    await until(() => !alert(), 'the notice is gone');
    expectNeutral(widget);
  });

  it('stays in the widget: the buttons of a call that others end', async () => {
    const feed: CallFeed = createCallFeed({
      controls: { hold: () => undefined, sendDigits: () => undefined },
    });
    const widget = await openWidget({ calls: feed });
    feed.started(callFrom('one'));
    const label = (name: string) => () => find(widget, `button[aria-label="${name}"]`)[0];
    await until(label('Keypad'), 'the call is shown');
    label('Keypad')()!.focus();
    await press('Enter');
    await until(() => focused()?.closest('.keypad'), 'the keypad has the focus');
    feed.ended('one');
    await until(() => part(widget, 'close'), 'the call is over');
    expect(focused()).to.equal(part(widget, 'conversation'));
  });

  it('stays in the widget: a field to dial that the source takes away', async () => {
    const feed: CallFeed = createCallFeed({ controls: { dial: () => 'new' } });
    const widget = await openWidget({ calls: feed });
    (await shown(widget, 'dial')).querySelector('input')!.focus();
    widget.calls = createCallFeed();
    await until(() => !part(widget, 'dial'), 'nothing can be dialled');
    expectNeutral(widget);
  });

  it('stays in a selector without a widget', async () => {
    const widget = await openWidget();
    const select = document.createElement('phone-status-select');
    widget.append(select);
    const provider = document.createElement('phone-provider');
    provider.agentId = 'ana';
    provider.store = memoryStore({ account: newPlace() });
    provider.append(select);
    document.body.append(provider);
    await until(() => provider.view?.present, 'it is ready');
    await provider.signOut();
    await until(() => find(select, '[part~="sign-in"]')[0], 'the agent can sign in');
    find(select, '[part~="sign-in"]')[0]!.focus();
    await press('Enter');
    await until(() => !find(select, '[part~="sign-in"]')[0], 'the agent is signed in');
    expect(document.activeElement).to.equal(select);
    expect(focused()?.getAttribute('role')).to.equal('group');
    provider.remove();
  });
});
