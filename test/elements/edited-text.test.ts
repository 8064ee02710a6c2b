import 'phone-widget/define';
import 'phone-widget/define/phone-status-settings';
import { expect } from '@open-wc/testing';
import { addStatus, memoryStore, updateSettings, updateStatus, type PhoneWidget } from 'phone-widget';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import {
  callFrom,
  clearPage,
  find,
  keepTrack,
  newPlace,
  openWidget,
  part,
  parts,
  settled,
  storeWith,
  textOf,
  until,
} from '../support/elements.js';
import { openSettings } from '../support/settings.js';

/** Puts every text of an element into a `<font>`, as translators of pages do. */
function translate(root: Element | ShadowRoot): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (!text.data.trim() || text.parentElement?.closest('style')) continue;
    const font = document.createElement('font');
    text.replaceWith(font);
    font.append(text);
  }
  const elements = [...root.querySelectorAll('*')];
  if (root instanceof Element) elements.push(root);
  for (const { shadowRoot } of elements) if (shadowRoot) translate(shadowRoot);
}

/** All that is read in an element, without running times. */
function allText(root: ParentNode): string {
  const roots = [root, ...find(root, '*')].flatMap((one) => (one as Element).shadowRoot ?? []);
  const texts = roots.map((one) =>
    [...one.querySelectorAll('p, button, bdi, label, option, [part], .state, .name, .text')]
      .filter((each) => !each.matches('style, [role=status]') && !each.querySelector('[part], p, button'))
      .map((each) => textOf(each).replace(/\d+:\d\d/g, 'TIME'))
      .join('|'),
  );
  return texts.join('\n');
}

afterEach(clearPage);

describe('texts that an extension has put into elements of its own', () => {
  let widget: PhoneWidget;

  async function twin(): Promise<PhoneWidget> {
    const { store, agentId } = widget.session!;
    const other = await openWidget({ store, agentId });
    await settled(other);
    return other;
  }

  it('change with the status, the call and what waits', async () => {
    const store = memoryStore({ account: newPlace() });
    widget = await openWidget({ store });
    translate(widget);
    widget.feed.started(callFrom('c1'));
    await until(() => widget.view?.status.id === 'busy', 'the call is shown');
    await widget.choose('lunch');
    await settled(widget);
    translate(widget);
    const before = textOf(part(widget, 'duration'));
    await until(() => textOf(part(widget, 'duration')) !== before, 'the duration runs');
    widget.feed.held('c1');
    await until(() => textOf(find(widget, '.state')[0]) === 'On hold', 'it is held');
    widget.feed.resumed('c1');
    widget.feed.muted('c1');
    await until(() => textOf(find(widget, '.state')[0]) === 'On a call, Muted', 'it is muted');
    await widget.choose('meeting');
    await settled(widget);
    expect(textOf(part(widget, 'next'))).to.contain('Next: Meeting');
    translate(widget);
    widget.feed.ended('c1');
    await until(() => part(widget, 'close'), 'the call is over');
    await settled(widget);
    expect(textOf(find(widget, '.state')[0])).to.equal('Call ended');
    expect(allText(widget)).to.equal(allText(await twin()));
    translate(widget);
    await widget.closeConversation('c1');
    await until(() => widget.view?.status.id === 'meeting', 'the next one is there');
    await settled(widget);
    expect(allText(widget)).to.equal(allText(await twin()));
    translate(widget);
    await widget.signOut();
    await settled(widget);
    expect(textOf(part(widget, 'sign-in'))).to.equal('Sign in');
    expect(textOf(find(widget, '.name')[0])).to.equal('Offline');
  });

  it('change on the settings page', async () => {
    const store = await storeWith((account) => addStatus(account, { name: 'Focus', emoji: '🎯' }));
    const settings: PhoneStatusSettings = await openSettings({ store });
    translate(settings);
    const { session } = settings;
    await session!.change((account) => updateSettings(account, { missedCallLimit: 3, forwardToPhone: true }));
    await session!.change((account) => updateStatus(account, 'lunch', { name: 'Siesta' }));
    await session!.change((account) => addStatus(account, { name: 'Errand', emoji: '🛒', allowanceMinutes: 5 }));
    settings.strings = { title: 'Stati', yes: 'Ja', no: 'Nein', edit: 'Ändern', settings: 'Regeln' };
    await settings.updateComplete;
    const fresh = await openSettings({ store });
    fresh.strings = settings.strings;
    await fresh.updateComplete;
    expect(allText(settings)).to.equal(allText(fresh));
    parts(settings, 'edit')[1]!.click();
    await settings.updateComplete;
    translate(settings);
    find(settings, '[part~="cancel"]')[0]!.click();
    await settings.updateComplete;
    expect(allText(settings)).to.equal(allText(fresh));
    keepTrack(settings);
  });
});
