import { expect } from '@open-wc/testing';
import { resetMouse, sendMouse } from '@web/test-runner-commands';
import type { PhoneWidget } from 'phone-widget';
import { clearPage, find, keepTrack, openWidget, part, settled, shown, until } from '../support/elements.js';
import { click, inRow, openSettings, row, rows } from '../support/settings.js';

/** Before browsers told the zoom of an element they measured it in its own pixels. */
const toldZoom = 'currentCSSZoom' in Element.prototype;

/** How many pixels of the window one of those is in which the element is measured. */
const unit = (zoom: number): number => (toldZoom ? 1 : zoom);

async function openList(widget: PhoneWidget): Promise<[anchor: DOMRect, popup: DOMRect]> {
  part(widget, 'selector')!.click();
  await settled(widget);
  return [part(widget, 'selector')!.getBoundingClientRect(), part(widget, 'popup')!.getBoundingClientRect()];
}

/** What zooms, and by how much all of it together. */
const zoomed: Readonly<Record<string, (widget: PhoneWidget) => number>> = {
  'the page': () => {
    document.documentElement.style.zoom = '1.5';
    return 1.5;
  },
  'the widget itself': (widget) => {
    widget.style.zoom = '0.8';
    return 0.8;
  },
  'a box, and the slot it is in': (widget) => {
    const [host, box] = [keepTrack(document.createElement('div')), document.createElement('div')];
    host.attachShadow({ mode: 'open' }).innerHTML = '<div><slot></slot></div>';
    (host.shadowRoot!.firstElementChild as HTMLElement).style.zoom = '1.25';
    box.style.zoom = '1.2';
    document.body.append(host);
    host.append(box);
    box.append(widget);
    return 1.5;
  },
};

describe('a page that zooms', () => {
  afterEach(async () => {
    document.documentElement.style.zoom = '';
    await resetMouse();
    clearPage();
  });

  for (const [what, zoom] of Object.entries(zoomed)) {
    for (const at of ['top', 'bottom'] as const) {
      it(`has the list beside its selector, at the ${at}, where ${what} is zoomed`, async () => {
        const widget = await openWidget();
        const factor = zoom(widget);
        Object.assign(widget.style, { position: 'fixed', insetInlineStart: '90px', inlineSize: '300px', [at]: '30px' });
        const [anchor, popup] = await openList(widget);
        const gap = at === 'top' ? popup.top - anchor.bottom : anchor.top - popup.bottom;
        expect(popup.left).to.be.closeTo(anchor.left, 1);
        expect(popup.width).to.be.closeTo(anchor.width, 1);
        expect(gap * unit(factor)).to.be.closeTo(4, 1);
        expect(popup.bottom * unit(factor)).to.be.at.most(innerHeight);
      });
    }
  }

  it('has the list within the window where that is small for it', async () => {
    document.documentElement.style.zoom = '3';
    const widget = await openWidget();
    const [, popup] = await openList(widget);
    expect(popup.right * unit(3)).to.be.at.most(innerWidth);
    expect(popup.bottom * unit(3)).to.be.at.most(innerHeight);
  });

  it('has the emoji picker beside its button', async () => {
    const settings = await openSettings();
    settings.style.zoom = '1.25';
    await click(settings, part(settings, 'new'));
    part(settings, 'choose-emoji')!.scrollIntoView({ block: 'center' });
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => find(settings, 'emoji-picker')[0], 'the picker is there');
    const [button, picker] = [part(settings, 'choose-emoji')!, await shown(settings, 'picker')];
    const [anchor, popup] = [button.getBoundingClientRect(), picker.getBoundingClientRect()];
    expect(popup.left).to.be.closeTo(anchor.left, 1);
    const gap = Math.max(popup.top - anchor.bottom, anchor.top - popup.bottom);
    expect(gap * unit(1.25)).to.be.closeTo(4, 1);
  });

  it('has a row dropped where the pointer is', async () => {
    const settings = await openSettings();
    settings.style.zoom = '1.25';
    const target = row(settings, 'offline');
    for (let frame = 0; frame < 3; frame++) {
      target.scrollIntoView({ block: 'center' });
      await new Promise(requestAnimationFrame);
    }
    const at = (element: Element, down: number): [number, number] => {
      const { left, top, width, height } = element.getBoundingClientRect();
      // What is scrolled is not in the element's pixels, where its box is.
      const across = (length: number, scrolled: number): number =>
        Math.round(toldZoom ? length : (length + scrolled) * 1.25 - scrolled);
      return [across(left + width / 2, scrollX), across(top + height * down, scrollY)];
    };
    await sendMouse({ type: 'move', position: at(inRow(settings, 'meeting', 'move'), 0.5) });
    await sendMouse({ type: 'down' });
    await sendMouse({ type: 'move', position: at(target, 0.2) });
    expect(target.dataset['drop']).to.equal('before');
    await sendMouse({ type: 'up' });
    await until(() => rows(settings).slice(-5, -3).join() === 'meeting,offline', 'it is in front');
  });
});
