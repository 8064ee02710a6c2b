import { expect } from '@open-wc/testing';
import { createCallFeed, updateSettings, type PhoneWidget } from 'phone-widget';
import {
  callFrom,
  clearPage,
  find,
  keepTrack,
  openWidget,
  part,
  settled,
  shown,
  storeWith,
  until,
} from '../support/elements.js';
import { press } from '../support/keys.js';
import { click, inRow, openSettings } from '../support/settings.js';

let dialog: HTMLDialogElement;

/** A dialog of the page, over all else of it. */
function openDialog(content: Element): void {
  dialog = keepTrack(document.createElement('dialog'));
  document.body.append(dialog);
  dialog.append(content);
  dialog.showModal();
}

async function onCall(): Promise<PhoneWidget> {
  const controls = { sendDigits: () => undefined, transfer: () => undefined };
  const calls = createCallFeed({ controls });
  const widget = await openWidget({ calls });
  openDialog(widget);
  calls.started(callFrom('c1'));
  await shown(widget, 'notes');
  return widget;
}

/** What Escape closes inside: each opens it, and answers how to see that it is there. */
const inside: Readonly<Record<string, () => Promise<() => unknown>>> = {
  'the list': async () => {
    const widget = await openWidget();
    openDialog(widget);
    part(widget, 'selector')!.focus();
    await press('Enter');
    await settled(widget);
    return () => part(widget, 'popup');
  },
  'the form of Forward to Phone': async () => {
    const store = await storeWith((account) => updateSettings(account, { forwardToPhone: true }));
    const widget = await openWidget({ store });
    openDialog(widget);
    part(widget, 'selector')!.click();
    await settled(widget);
    find(widget, '[data-status="forward-to-phone"]')[0]!.click();
    await until(() => find(widget, '#number')[0]?.matches(':focus'), 'the number is asked for');
    return () => find(widget, '#number')[0];
  },
  'the keypad': async () => {
    const widget = await onCall();
    find(widget, '[aria-label="Keypad"]')[0]!.click();
    await until(() => find(widget, '.keypad button')[0]?.matches(':focus'), 'the keypad has the focus');
    return () => find(widget, '.keypad')[0];
  },
  'the field of a transfer': async () => {
    const widget = await onCall();
    find(widget, '[aria-label="Transfer"]')[0]!.click();
    await until(() => find(widget, 'form.drawer input')[0]?.matches(':focus'), 'the number is asked for');
    return () => find(widget, 'form.drawer')[0];
  },
  'the form of a status': async () => {
    const settings = await openSettings();
    openDialog(settings);
    await until(() => inRow(settings, 'lunch', 'edit'), 'the table is there');
    await click(settings, inRow(settings, 'lunch', 'edit'));
    part(settings, 'name')!.focus();
    return () => part(settings, 'form');
  },
  'the emoji picker': async () => {
    const settings = await openSettings();
    openDialog(settings);
    await until(() => part(settings, 'new'), 'the page is there');
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => find(settings, '#search')[0]?.matches(':focus'), 'the picker has the focus');
    return () => part(settings, 'picker');
  },
};

describe('a dialog of the page', () => {
  afterEach(clearPage);

  for (const [name, open] of Object.entries(inside)) {
    it(`stays open when Escape closes ${name} in it, and closes with the next`, async () => {
      const isThere = await open();
      expect(isThere(), 'before').to.not.equal(undefined);
      await press('Escape');
      await until(() => !isThere(), `${name} is closed`);
      expect(dialog.open).to.equal(true);
      if (name === 'the emoji picker') return;
      await press('Escape');
      await until(() => !dialog.open, 'the dialog is closed');
    });
  }
});
