import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import {
  createCallFeed,
  defaultAccount,
  memoryStore,
  PhoneError,
  updateSettings,
  updateStatus,
  type Account,
  type CallFeed,
  type PhoneWidget,
} from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import { press } from '../../support/keys.js';
import {
  callFrom,
  clearPage,
  find,
  listen,
  newPlace,
  openWidget,
  part,
  refusing,
  settled,
  shown,
  textOf,
  until,
} from '../../support/elements.js';

let widget: PhoneWidget;
let calls: CallFeed;
let dialled: string[];

const field = (): HTMLInputElement => find(part(widget, 'dial')!, 'input')[0] as HTMLInputElement;
const problem = (): string => textOf(find(part(widget, 'dial-problem') ?? document.createElement('p'), '#problem')[0]);
const shows = (id: string): Promise<void> =>
  until(() => widget.view?.status.id === id && !widget.session?.saving, `${id} is shown`);

async function dial(number: string): Promise<void> {
  await shown(widget, 'dial');
  field().focus();
  field().value = number;
  await press('Enter');
}

async function refused(number: string): Promise<void> {
  await dial(number);
  await until(() => problem(), 'the refusal is shown');
}

beforeEach(async () => {
  dialled = [];
  calls = createCallFeed({ controls: { dial: (number: string) => dialled.push(number) } });
  widget = await openWidget({ calls });
});
afterEach(clearPage);

describe('a refusal to dial', () => {
  it('names the status, in the page’s own words', async () => {
    await widget.choose('lunch');
    await refused('+4930901820');
    expect(problem()).to.equal('Calls are not allowed in Lunch.');
    await expectAccessible(widget);
  });

  it('goes when the number is edited', async () => {
    await widget.choose('break');
    await refused('+4930901820');
    await sendKeys({ type: '1' });
    await settled(widget);
    expect(part(widget, 'dial-problem')).to.equal(undefined);
    expect(field().value).to.equal('+49309018201');
  });

  it('goes when the status changes, whoever changes it', async () => {
    await widget.choose('break');
    await refused('+4930901820');
    await widget.choose('available');
    await settled(widget);
    expect(part(widget, 'dial-problem')).to.equal(undefined);
    expect(field().value).to.equal('+4930901820');
    await widget.choose('break');
    await settled(widget);
    expect(part(widget, 'dial-problem')).to.equal(undefined);
  });

  for (const [what, change] of [
    ['the rule', (account: Account) => updateSettings(account, { callsNeedTakesCalls: false })],
    ['what the status allows', (account: Account) => updateStatus(account, 'break', { takesCalls: true })],
  ] as const) {
    it(`goes when an admin changes ${what}`, async () => {
      await widget.choose('break');
      await refused('+4930901820');
      await widget.session!.store.saveAccount(change(defaultAccount), null);
      await until(() => !part(widget, 'dial-problem'), 'the refusal is gone');
      expect(field().value).to.equal('+4930901820');
    });
  }

  it('of a number with an extension says what to do', async () => {
    const errors = listen(widget, 'phone-error');
    await refused('+49 30 901820 ext. 12');
    expect(problem()).to.contain('Leave out the extension');
    expect(errors.map(({ detail }) => detail.code)).to.deep.equal(['invalid-number']);
    await refused('call me');
    expect(problem()).to.equal('This number is not valid. Use digits, with + before a country code.');
  });

  it('dials a number as it is meant', async () => {
    await dial('+44 (0)20 7946 0000');
    await until(() => dialled.length === 1, 'it is dialled');
    expect(dialled).to.deep.equal(['+442079460000']);
  });
});

describe('Become Available and call', () => {
  it('dials once the choice is saved, asked of the page like any choice, and leaves the focus in the widget', async () => {
    const requests = listen(widget, 'phone-status-request');
    await widget.choose('break');
    await refused('+4930901820');
    const button = part(widget, 'become-available')!;
    expect(textOf(button)).to.equal('Become Available and call');
    button.focus();
    await press('Enter');
    await until(() => dialled.length === 1, 'it is dialled');
    expect(widget.view?.status.id).to.equal('available');
    expect(requests.map(({ detail }) => detail)).to.deep.equal([{ agentId: 'ana', statusId: 'available' }]);
    await until(() => field().value === '', 'the field is empty');
    await until(() => widget.shadowRoot!.activeElement === part(widget, 'base'), 'the widget has the focus');
    await press(' ');
    await settled(widget);
    expect(widget.view?.status.id).to.equal('available');
  });

  it('says so where the choice is refused, and does not dial', async () => {
    clearPage();
    const store = refusing(memoryStore({ account: newPlace() }), (event) =>
      event.type === 'choose' && event.statusId === 'available' ? new PhoneError('denied', 'Not now.') : undefined,
    );
    widget = await openWidget({ store, calls, strings: { errors: { denied: 'You may not do that.' } } });
    await widget.choose('break');
    await refused('+4930901820');
    part(widget, 'become-available')!.click();
    const sentence = 'Available was not saved: You may not do that. Your status is still Break.';
    await until(() => problem() === sentence, 'the refusal is shown');
    expect([dialled.length, field().value, widget.view?.status.id]).to.deep.equal([0, '+4930901820', 'break']);
  });

  it('says so where the choice is given up, and does not blame the phone', async () => {
    await widget.choose('break');
    await refused('+4930901820');
    widget.session!.choose = () => Promise.reject(new PhoneError('unavailable', 'Given up.'));
    part(widget, 'become-available')!.click();
    const sentence = 'Available was not saved: The service is unavailable. Try again. Your status is still Break.';
    await until(() => problem() === sentence, 'the refusal is shown');
    expect(dialled.length).to.equal(0);
  });

  it('says so where the phone itself fails', async () => {
    clearPage();
    const failing = createCallFeed({ controls: { dial: () => Promise.reject(new Error('No line.')) } });
    widget = await openWidget({ calls: failing });
    await widget.choose('break');
    await refused('+4930901820');
    part(widget, 'become-available')!.click();
    await until(() => problem() === 'The phone could not do that. Try again.', 'the failure is shown');
    expect(widget.view?.status.id).to.equal('available');
  });

  it('does nothing where the page forbids the choice', async () => {
    await widget.choose('break');
    await refused('+4930901820');
    widget.addEventListener('phone-status-request', (event) => event.preventDefault());
    part(widget, 'become-available')!.click();
    await settled(widget);
    expect([dialled.length, problem()]).to.deep.equal([0, 'Calls are not allowed in Break.']);
  });

  it('is not offered during a call, nor anything else', async () => {
    await widget.choose('break');
    calls.started(callFrom('c1'));
    await shows('busy');
    await refused('+4930901820');
    expect(problem()).to.equal('Calls are not allowed in Break.');
    expect(find(part(widget, 'dial-problem')!, 'button')).to.deep.equal([]);
  });
});

describe('in After Call Work', () => {
  beforeEach(async () => {
    await widget.choose('break');
    calls.started(callFrom('c1'));
    await shows('busy');
    calls.ended('c1');
    await shows('after-call-work');
  });

  it('“Done, become Available and call” is offered where the status before takes no calls', async () => {
    const closing = listen(widget, 'phone-conversation-close');
    await refused('+4930901820');
    expect(problem()).to.equal('Calls are not allowed in Break.');
    const button = part(widget, 'close-and-become-available')!;
    expect(textOf(button)).to.equal('Done, become Available and call');
    button.click();
    await until(() => dialled.length === 1, 'it is dialled');
    expect([closing.length, widget.view?.status.id, widget.view?.conversations.length]).to.deep.equal([
      1,
      'available',
      0,
    ]);
  });

  it('nothing is chosen and nothing dialled where the page keeps the conversation open', async () => {
    widget.addEventListener('phone-conversation-close', (event) => event.preventDefault());
    await refused('+4930901820');
    part(widget, 'close-and-become-available')!.click();
    await settled(widget);
    expect([dialled.length, widget.view?.status.id, widget.view?.next]).to.deep.equal([
      0,
      'after-call-work',
      undefined,
    ]);
    expect(problem()).to.equal('Calls are not allowed in Break.');
  });

  it('“Close and dial” is offered where the status after it takes calls', async () => {
    await widget.choose('available');
    await refused('+4930901820');
    expect(problem()).to.equal('Calls are not allowed in After Call Work.');
    part(widget, 'close-and-dial')!.click();
    await until(() => dialled.length === 1, 'it is dialled');
  });
});

describe('signed out', () => {
  it('Sign in is offered, which dials nothing', async () => {
    await widget.signOut();
    await refused('+4930901820');
    expect(problem()).to.equal('Calls are not allowed in Offline.');
    const button = find(part(widget, 'dial-problem')!, 'button')[0]!;
    expect(textOf(button)).to.equal('Sign in');
    button.click();
    await shows('available');
    await until(() => !part(widget, 'dial-problem'), 'the refusal is gone');
    expect([dialled.length, field().value]).to.deep.equal([0, '+4930901820']);
  });
});
