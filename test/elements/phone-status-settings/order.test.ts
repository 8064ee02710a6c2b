import { expect } from '@open-wc/testing';
import { sendMouse, resetMouse } from '@web/test-runner-commands';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { clearPage, part, parts, until } from '../../support/elements.js';
import { press } from '../../support/keys.js';
import { click, drawn, focused, inRow, openSettings, row, rows, said } from '../../support/settings.js';

const CUSTOM = ['offline', 'meeting', 'break', 'training', 'lunch'];
const last = (settings: PhoneStatusSettings): string[] => rows(settings).slice(-5);
const middle = (element: HTMLElement): [number, number] => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [Math.round(left + width / 2), Math.round(top + height / 2)];
};

/** Scrolls to a row; rows that come into sight get their true height then. */
async function scrollTo(target: HTMLElement, block: ScrollLogicalPosition): Promise<DOMRect> {
  for (let frame = 0; frame < 3; frame++) {
    target.scrollIntoView({ block });
    await new Promise(requestAnimationFrame);
  }
  return target.getBoundingClientRect();
}

async function drag(settings: PhoneStatusSettings, id: string, to: [number, number]): Promise<void> {
  await sendMouse({ type: 'move', position: middle(inRow(settings, id, 'move')) });
  await sendMouse({ type: 'down' });
  await sendMouse({ type: 'move', position: to });
}

describe('the order of the statuses', () => {
  afterEach(async () => {
    await resetMouse();
    clearPage();
  });

  it('is changed by the arrow keys, announced, and can be undone', async () => {
    const settings = await openSettings();
    inRow(settings, 'lunch', 'move').focus();
    await press('ArrowUp');
    await until(() => last(settings).join() === 'offline,meeting,break,lunch,training', 'it is one further up');
    await drawn(settings);
    expect(said(settings)).to.equal('Lunch: position 8 of 9');
    expect(focused(settings)).to.contain('move');
    expect(settings.shadowRoot!.activeElement).to.equal(inRow(settings, 'lunch', 'move'));
    await press('ArrowUp');
    await press('ArrowUp');
    await until(() => last(settings)[1] === 'lunch', 'it is the first custom one');
    await press('ArrowDown');
    await until(() => last(settings)[2] === 'lunch', 'it is one further down');
    await drawn(settings);
    await click(settings, part(settings, 'undo'));
    expect(last(settings)[1]).to.equal('lunch');
  });

  it('goes to either end with Home and End, and Available stays first', async () => {
    const settings = await openSettings();
    inRow(settings, 'lunch', 'move').focus();
    await press('Home');
    await until(() => rows(settings)[1] === 'lunch', 'it comes after Available');
    await drawn(settings);
    await press('ArrowUp');
    await drawn(settings);
    expect(rows(settings).slice(0, 2)).to.deep.equal(['available', 'lunch']);
    await press('End');
    await until(() => rows(settings).at(-1) === 'lunch', 'it is the last');
    await drawn(settings);
    await press('ArrowDown');
    await drawn(settings);
    expect(last(settings)).to.deep.equal(CUSTOM);
    expect(inRow(settings, 'available', 'move')).to.equal(undefined);
  });

  it('is changed by buttons while a status is edited', async () => {
    const settings = await openSettings();
    await click(settings, inRow(settings, 'lunch', 'edit'));
    const [up, down] = parts(settings, 'move-button');
    await click(settings, up);
    expect(last(settings)[3]).to.equal('lunch');
    await click(settings, down);
    expect(last(settings)).to.deep.equal(CUSTOM);
    expect(part(settings, 'form')).to.not.equal(undefined);
  });

  it('is changed by dragging a row', async () => {
    const settings = await openSettings();
    const target = row(settings, 'meeting');
    const { left, top } = await scrollTo(target, 'center');
    await drag(settings, 'break', [Math.round(left + 20), Math.round(top + 4)]);
    expect(target.dataset['drop']).to.equal('before');
    await sendMouse({ type: 'up' });
    await until(() => last(settings).join() === 'offline,break,meeting,training,lunch', 'it is in front');
    await drawn(settings);
    expect(said(settings)).to.equal('Break: position 6 of 9');
    expect(target.dataset['drop']).to.equal(undefined);
  });

  it('stays as it is when dragging is given up with Escape', async () => {
    const settings = await openSettings();
    await scrollTo(row(settings, 'meeting'), 'center');
    await drag(settings, 'break', middle(row(settings, 'meeting')));
    await press('Escape');
    await sendMouse({ type: 'up' });
    await drawn(settings);
    expect(last(settings)).to.deep.equal(CUSTOM);
    expect(settings.shadowRoot!.querySelector('[data-drop], [data-dragged]')).to.equal(null);
    expect(await settings.store!.readAccount()).to.equal(undefined);
  });

  it('stays as it is when a row is dropped beside the page', async () => {
    const settings = await openSettings();
    settings.style.inlineSize = '400px';
    const target = row(settings, 'meeting');
    const { right, top } = await scrollTo(target, 'center');
    await drag(settings, 'break', middle(target));
    expect(target.dataset['drop']).to.not.equal(undefined);
    await sendMouse({ type: 'move', position: [Math.round(right + 120), Math.round(top)] });
    expect(settings.shadowRoot!.querySelector('[data-drop]')).to.equal(null);
    await sendMouse({ type: 'up' });
    await drawn(settings);
    expect(last(settings)).to.deep.equal(CUSTOM);
  });

  it('lets nothing be dropped in front of Available', async () => {
    const settings = await openSettings();
    const first = row(settings, 'available');
    const { left, top } = await scrollTo(first, 'start');
    await drag(settings, 'after-call-work', [Math.round(left + 20), Math.round(top + 3)]);
    await sendMouse({ type: 'up' });
    await until(() => rows(settings)[1] === 'after-call-work', 'it comes after Available');
    expect(rows(settings)[0]).to.equal('available');
  });
});
