import { aTimeout, expect, oneEvent, waitUntil } from '@open-wc/testing';
import type { PhoneConversationCloseDetail, PhoneConversationCloseEvent } from 'phone-widget';
import { expectAccessible } from '../support/axe.js';
import { announcements } from '../support/elements.js';
import { press } from '../support/keys.js';
import {
  anna,
  ben,
  expectStates,
  notesOf,
  openAfterCallWork,
  openPage,
  part,
  parts,
  tagFieldOf,
  type HelpdeskPage,
  type,
} from './phone-conversation-page.js';

/** Collects what the page is told of closings. */
function closingsOf(
  { provider }: HelpdeskPage,
  during?: (event: PhoneConversationCloseEvent) => void,
): PhoneConversationCloseDetail[] {
  const details: PhoneConversationCloseDetail[] = [];
  provider.addEventListener('phone-conversation-close', (event) => {
    details.push(event.detail);
    during?.(event);
  });
  return details;
}

/** A promise that a test settles. */
function pending(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => {};
  let reject = (_error: Error): void => {};
  const promise = new Promise<void>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

const alertOf = ({ element }: HelpdeskPage): string =>
  element.shadowRoot!.querySelector('[role="alert"]')?.textContent ?? '';

/** A named group that can be focused and takes no keys. */
function expectGroup(element: Element | null): void {
  expect(element?.getAttribute('role')).to.equal('group');
  expect(element?.getAttribute('tabindex')).to.equal('-1');
  expect(element?.getAttribute('aria-label')).to.equal('Phone');
}

describe('phone-conversation, closing', () => {
  it('offers Close from the end of the call on, and not before', async () => {
    const page = await openPage();
    page.feed.started(anna);
    await notesOf(page);
    expect(parts(page, 'close')).to.have.length(0);
    page.feed.ended(anna.id);
    await part(page, 'close');
    expect(parts(page, 'call-over')).to.have.length(0);
  });

  it('hands notes and tags to the page, the tag that is being typed included, and forgets them', async () => {
    const page = await openAfterCallWork();
    const closings = closingsOf(page);
    (await notesOf(page)).focus();
    await type('Wants a refund.');
    (await tagFieldOf(page)).focus();
    const { said, stop } = announcements(page.element);
    await type('refund,vip');
    await waitUntil(() => said.includes('refund added'), 'the tag is announced');
    stop();
    await page.provider.closeConversation(anna.id);
    await expectStates(page);
    const { call, notes, tags, cause } = closings[0]!;
    expect({ call, notes, tags, cause }).to.deep.equal({
      call: anna,
      notes: 'Wants a refund.',
      tags: ['refund', 'vip'],
      cause: 'agent',
    });
    expect(closings).to.have.length(1);
    expect(Object.keys(localStorage).filter((key) => key.includes(page.store.name))).to.deep.equal([]);
  });

  it('S215 is busy while the page and the save run, cannot be pressed twice, and closes once they are done', async () => {
    const page = await openAfterCallWork();
    const { promise, resolve } = pending();
    const closings = closingsOf(page, (event) => event.detail.waitUntil(promise));
    (await notesOf(page)).focus();
    await type('in flight');
    const close = await part<HTMLButtonElement>(page, 'close');
    close.focus();
    await press('Enter');
    await waitUntil(() => close.getAttribute('aria-busy') === 'true', 'it is busy');
    expect(close.textContent).to.contain('Closing…');
    expect(close.getAttribute('aria-disabled')).to.equal('true');
    expect((await notesOf(page)).readOnly).to.equal(true);
    expect((await tagFieldOf(page)).readOnly).to.equal(true);
    await expectAccessible(page.element);
    await press('Enter');
    await press(' ');
    close.click();
    expect(page.provider.view!.status.id).to.equal('after-call-work');
    expect(closings).to.have.length(1);
    expect(page.element.shadowRoot!.activeElement).to.equal(close);
    resolve();
    await expectStates(page);
    expect(closings).to.have.length(1);
    expect(page.provider.view!.status.id).to.equal('available');
  });

  it('says what to do where the page fails without a reason', async () => {
    const page = await openAfterCallWork();
    closingsOf(page, ({ detail }) => detail.waitUntil(Promise.reject(undefined)));
    (await part<HTMLButtonElement>(page, 'close')).click();
    await waitUntil(() => alertOf(page), 'it is said');
    expect(alertOf(page)).to.equal('Close: The service is unavailable. Try again.');
    expect(parts(page, 'close')).to.have.length(1);
  });

  it('waits for what the page adds while it waits, and tells of what comes too late', async () => {
    const page = await openAfterCallWork();
    const [first, second] = [pending(), pending()];
    const closings = closingsOf(page, ({ detail }) => {
      detail.waitUntil(first.promise.then(() => detail.waitUntil(second.promise)));
    });
    const close = await part<HTMLButtonElement>(page, 'close');
    close.click();
    await waitUntil(() => close.getAttribute('aria-busy') === 'true', 'it is busy');
    first.resolve();
    await aTimeout(0);
    expect(close.getAttribute('aria-busy')).to.equal('true');
    second.resolve();
    await expectStates(page);
    const told = oneEvent(page.provider, 'phone-error');
    closings[0]!.waitUntil(Promise.resolve());
    expect((await told).detail.code).to.equal('not-supported');
  });

  it('keeps the panel with message, text and focus where the page fails, and can be closed with the next try', async () => {
    const page = await openAfterCallWork();
    let fails = true;
    const closings = closingsOf(page, ({ detail }) => {
      if (fails) detail.waitUntil(Promise.reject(new Error('The ticket system did not answer.')));
    });
    (await notesOf(page)).focus();
    await type('not to be lost');
    const close = await part<HTMLButtonElement>(page, 'close');
    const told = oneEvent(page.provider, 'phone-error');
    close.focus();
    await press('Enter');
    await told;
    await waitUntil(() => alertOf(page), 'it is said');
    expect(alertOf(page)).to.equal('The ticket system did not answer.');
    expect(close.hasAttribute('aria-busy')).to.equal(false);
    expect(page.element.shadowRoot!.activeElement).to.equal(close);
    expect((await notesOf(page)).value).to.equal('not to be lost');
    expect((await notesOf(page)).readOnly).to.equal(false);
    expect(page.element.shadowRoot!.querySelectorAll('[role="alert"]')).to.have.length(1);
    await expectAccessible(page.element);
    fails = false;
    await press('Enter');
    await expectStates(page);
    expect(closings.map(({ notes }) => notes)).to.deep.equal(['not to be lost', 'not to be lost']);
  });

  it('shows busy state and failure where the page closes by its own method, too', async () => {
    const page = await openAfterCallWork();
    const { promise, reject } = pending();
    closingsOf(page, ({ detail }) => detail.waitUntil(promise));
    const close = await part(page, 'close');
    const closing = page.provider.closeConversation(anna.id).catch((error: Error) => error.message);
    await waitUntil(() => close.getAttribute('aria-busy') === 'true', 'it is busy');
    reject(new Error('No line to the ticket system.'));
    expect(await closing).to.equal('No line to the ticket system.');
    await waitUntil(() => alertOf(page), 'it is said');
    expect(alertOf(page)).to.equal('No line to the ticket system.');
  });

  it('stays open and normal where the page forbids to close', async () => {
    const page = await openAfterCallWork();
    const closings = closingsOf(page, (event) => event.preventDefault());
    const close = await part<HTMLButtonElement>(page, 'close');
    close.click();
    await waitUntil(() => closings.length === 1, 'the page is asked');
    await waitUntil(() => !close.hasAttribute('aria-busy'), 'it is normal again');
    await expectStates(page, 'ended');
    expect(alertOf(page)).to.equal('');
  });

  it('moves the focus to the next panel, then to a group that takes no keys, never to the selector', async () => {
    const page = await openPage();
    const selector = document.createElement('phone-status-select');
    page.provider.prepend(selector);
    for (const call of [anna, ben]) {
      page.feed.started(call);
      page.feed.ended(call.id);
    }
    await expectStates(page, 'ended', 'ended');
    (await part(page, 'close')).focus();
    await press('Enter');
    await expectStates(page, 'ended');
    expect(page.element.shadowRoot!.activeElement).to.equal(parts(page, 'conversation')[0]);
    (await part(page, 'close')).focus();
    await press('Enter');
    await expectStates(page);
    expect(document.activeElement).to.equal(page.element);
    expectGroup(page.element.shadowRoot!.activeElement);
    await press('t');
    expect(selector.shadowRoot!.querySelector('[role="listbox"]')).to.equal(null);
  });

  it('moves the focus to the widget, which takes the empty panel away', async () => {
    const page = await openPage();
    const widget = document.createElement('phone-widget');
    page.element.remove();
    page.provider.append(widget);
    page.feed.started(anna);
    page.feed.ended(anna.id);
    const inside = (): HTMLElement | null | undefined => widget.shadowRoot?.querySelector('phone-conversation');
    await waitUntil(inside, 'the panel is there');
    const element = inside() as HelpdeskPage['element'];
    (await part({ element }, 'close')).focus();
    await press('Enter');
    await waitUntil(() => !inside(), 'the panel is gone');
    expectGroup(widget.shadowRoot!.activeElement);
  });

  it('leaves the focus alone where it was elsewhere', async () => {
    const page = await openAfterCallWork();
    const field = document.createElement('input');
    page.provider.append(field);
    field.focus();
    await page.provider.closeConversation(anna.id);
    await expectStates(page);
    expect(document.activeElement).to.equal(field);
  });

  it('shows the time left, tells of its end once, and gives more time as often as there is', async () => {
    const page = await openPage({
      settings: { acwLimitSeconds: 25, acwExtensionSeconds: 3600, acwExtensions: 1 },
    });
    const { said } = announcements(page.element);
    page.feed.started(anna);
    page.feed.ended(anna.id);
    const panel = await part(page, 'conversation');
    expect(panel.textContent).to.match(/Closes in 0:2\d/);
    await waitUntil(() => said.length === 3, 'it is announced');
    expect(said.slice(0, 2)).to.deep.equal([
      'Busy, on a call with Anna Nowak',
      'After Call Work, after the call with Anna Nowak',
    ]);
    expect(said[2]).to.match(/^Closes in 2\d seconds, you can add more time, 1 left$/);
    await expectAccessible(page.element);
    const shown = panel.textContent;
    await waitUntil(() => panel.textContent !== shown, 'the time runs', { timeout: 3000 });
    const more = await part(page, 'extend');
    expect(more.title).to.equal('1 left');
    more.focus();
    await press('Enter');
    await waitUntil(() => /Closes in 1:00:\d\d/.test(panel.textContent!), 'there is an hour more');
    expect(parts(page, 'extend')).to.have.length(0);
    expect(page.element.shadowRoot!.activeElement).to.equal(panel);
    await waitUntil(() => said.length > 3, 'it is announced');
    expect(said.slice(3)).to.deep.equal(['More time added, Closes in 1 hr']);
  });

  it('has no limit to show where the account has none', async () => {
    const page = await openAfterCallWork();
    expect((await part(page, 'conversation')).textContent).not.to.contain('Closes in');
    expect(parts(page, 'extend')).to.have.length(0);
  });

  it('hands on the tag that is being typed where the limit closes the conversation', async () => {
    const page = await openAfterCallWork({ settings: { acwLimitSeconds: 1 } });
    const closings = closingsOf(page);
    (await tagFieldOf(page)).focus();
    await type('half');
    await waitUntil(() => page.provider.view?.status.id === 'available', 'the limit closes it', { timeout: 5000 });
    expect(closings).to.deep.equal([]);
    await press('Tab');
    await waitUntil(() => closings.length === 1, 'the page is told');
    await expectStates(page);
    expect(closings[0]!.tags).to.deep.equal(['half']);
    expect(closings[0]!.cause).to.equal('limit');
    await aTimeout(0);
    expect(closings).to.have.length(1);
  });
});
