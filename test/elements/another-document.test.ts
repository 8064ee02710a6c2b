import { expect } from '@open-wc/testing';
import { memoryStore, type PhoneWidget } from 'phone-widget';
import {
  append,
  callFrom,
  clearPage,
  counting,
  find,
  keepTrack,
  newPlace,
  openWidget,
  part,
  settled,
  shown,
  textOf,
  until,
} from '../support/elements.js';
import { click, openSettings } from '../support/settings.js';

/** A window of the page, as Document Picture-in-Picture opens one. */
function openWindow(): Document {
  const frame = keepTrack(document.createElement('iframe'));
  frame.title = 'Another window';
  Object.assign(frame.style, { width: '500px', height: '450px' });
  document.body.append(frame);
  return frame.contentDocument!;
}

function press(target: Element): void {
  target.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
}

/** How an element is drawn, as its window has it. */
function look(element: Element): readonly string[] {
  const { display, borderRadius, cursor, paddingInlineStart } =
    element.ownerDocument.defaultView!.getComputedStyle(element);
  return [display, borderRadius, cursor, paddingInlineStart];
}

describe('an element that is moved into another document', () => {
  afterEach(clearPage);

  it('keeps its session and its look, on the way back too', async () => {
    const { store, saved } = counting(memoryStore({ account: newPlace() }));
    const widget = document.createElement('phone-widget');
    await append(Object.assign(widget, { agentId: 'ana', store }));
    const { session } = widget;
    const looks = look(part(widget, 'selector')!);
    const there = openWindow();
    for (const { body } of [there, document]) {
      body.append(widget);
      await settled(widget);
      expect(look(part(widget, 'selector')!)).to.deep.equal(looks);
      expect(widget.session).to.equal(session);
    }
    expect(saved.map(({ type }) => type)).to.deep.equal(['sign-in']);
  });

  it('has its list there, which closes when that document is pressed', async () => {
    const widget = await openWidget();
    const there = openWindow();
    there.body.append(widget);
    await settled(widget);
    const selector = part(widget, 'selector')!;
    selector.click();
    await settled(widget);
    const [anchor, popup] = [selector.getBoundingClientRect(), part(widget, 'popup')!.getBoundingClientRect()];
    expect(popup.left).to.be.closeTo(anchor.left, 1);
    expect(popup.top).to.be.closeTo(anchor.bottom + 4, 1);
    expect(popup.bottom).to.be.at.most(450);
    press(there.body);
    await settled(widget);
    expect(part(widget, 'popup')).to.equal(undefined);
    selector.click();
    await settled(widget);
    selector.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', bubbles: true, composed: true }));
    expect(find(widget, '[data-active]').map((option) => textOf(option))).to.deep.equal(['🍽️Lunch']);
    find(widget, '[data-status="lunch"]')[0]!.click();
    await until(() => widget.view?.status.id === 'lunch', 'Lunch is chosen');
  });

  it('draws there what comes later as it is drawn in the page', async () => {
    const conversation = async (widget: PhoneWidget): Promise<readonly string[]> => {
      widget.feed.started(callFrom('c1'));
      return look(await shown(widget, 'conversation'));
    };
    const looks = await conversation(await openWidget());
    const widget = await openWidget();
    openWindow().body.append(widget);
    expect(await conversation(widget)).to.deep.equal(looks);
  });

  it('lets its time run where the page itself is not seen', async () => {
    const widget = await openWidget();
    openWindow().body.append(widget);
    await settled(widget);
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    try {
      document.dispatchEvent(new Event('visibilitychange'));
      const before = textOf(part(widget, 'time'));
      await until(() => textOf(part(widget, 'time')) !== before, 'the time has changed');
    } finally {
      Reflect.deleteProperty(document, 'hidden');
    }
  });

  it('may be put into a document that is not shown', async () => {
    const widget = await openWidget();
    const looks = look(part(widget, 'selector')!);
    document.createElement('template').content.append(widget);
    document.body.append(widget);
    await settled(widget);
    expect(look(part(widget, 'selector')!)).to.deep.equal(looks);
  });

  it('has the emoji picker there', async () => {
    const settings = await openSettings();
    const looks = look(part(settings, 'table')!);
    const there = openWindow();
    there.body.append(settings);
    await settings.updateComplete;
    expect(look(part(settings, 'table')!)).to.deep.equal(looks);
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => find(settings, '#search')[0], 'the picker is there');
    expect(look(find(settings, '#search')[0]!.closest('.picker')!)[0]).to.equal('flex');
    press(there.body);
    await until(() => !part(settings, 'picker'), 'the picker is closed');
  });
});

describe('the text of a page', () => {
  afterEach(() => {
    document.body.removeAttribute('style');
    clearPage();
  });

  const spoiled: Readonly<Record<string, string>> = {
    'text-indent': '3em',
    'text-transform': 'uppercase',
    '-webkit-text-fill-color': 'rgb(255, 0, 0)',
    'text-align': 'right',
    'text-shadow': '1px 1px red',
    'white-space': 'pre',
    'word-break': 'break-all',
    'font-style': 'italic',
    'font-variant-caps': 'small-caps',
    'font-weight': '900',
    cursor: 'wait',
  };

  it('is not that of the elements in it, nor of their list', async () => {
    const widget = await openWidget();
    const settings = await openSettings();
    part(widget, 'selector')!.click();
    await settled(widget);
    const texts = [
      part(widget, 'base')!,
      part(widget, 'popup')!,
      find(settings, 'fieldset')[0]!,
      part(settings, 'table')!,
    ];
    const read = (name: string): string[] => texts.map((text) => getComputedStyle(text).getPropertyValue(name));
    for (const [name, value] of Object.entries(spoiled)) {
      const before = read(name);
      for (const element of [document.body, widget, settings]) element.style.setProperty(name, value);
      expect(read(name), name).to.deep.equal(before);
    }
  });

  it('keeps its font and the distances that a reader wants', async () => {
    document.body.style.cssText = 'font-family: monospace; font-size: 20px; letter-spacing: 2px; word-spacing: 3px';
    const widget = await openWidget();
    const { fontFamily, fontSize, letterSpacing, wordSpacing } = getComputedStyle(part(widget, 'selector')!);
    expect([fontFamily, fontSize, letterSpacing, wordSpacing]).to.deep.equal(['monospace', '20px', '2px', '3px']);
  });
});
