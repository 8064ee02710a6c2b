import { expect } from '@open-wc/testing';
import { setViewport as resize } from '@web/test-runner-commands';
import { addStatus, memoryStore, type PhoneWidget } from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import { emulateFeatures } from '../../support/media.js';
import {
  append,
  callFrom,
  clearPage,
  find,
  keepTrack,
  newPlace,
  openWidget,
  part,
  settled,
  storeWith,
  until,
} from '../../support/elements.js';

/** The driver of WebKit cannot resize its window: its own size has to do. */
async function setViewport(size: { width: number; height: number }): Promise<void> {
  if (/Chrome|Firefox/.test(navigator.userAgent)) await resize(size);
}

async function openList(widget: PhoneWidget): Promise<HTMLElement> {
  part(widget, 'selector')!.focus();
  part(widget, 'selector')!.click();
  await settled(widget);
  return part(widget, 'popup')!;
}

function expectInside(box: DOMRect): void {
  expect(box.left, 'left').to.be.at.least(0);
  expect(box.top, 'top').to.be.at.least(0);
  expect(box.right, 'right').to.be.at.most(document.documentElement.clientWidth);
  expect(box.bottom, 'bottom').to.be.at.most(innerHeight);
}

describe('the list in its page', () => {
  afterEach(() => {
    clearPage();
    document.documentElement.dir = '';
  });

  for (const dir of ['ltr', 'rtl']) {
    for (const corner of ['top left', 'top right', 'bottom left', 'bottom right']) {
      it(`stays in the viewport at the ${corner} (${dir}), whatever clips the page around it`, async () => {
        document.documentElement.dir = dir;
        await setViewport({ width: 480, height: 420 });
        const box = keepTrack(document.createElement('div'));
        const [block = '', inline = ''] = corner.split(' ');
        Object.assign(box.style, { position: 'fixed', width: '240px', overflow: 'hidden', transform: 'translateX(0)' });
        Object.assign(box.style, { [block]: '2px', [inline]: '2px' });
        document.body.append(box);
        const widget = await openWidget();
        box.append(widget);
        const popup = await openList(widget);
        expectInside(popup.getBoundingClientRect());
        const last = find(widget, '[part="status"]').at(-1)!.getBoundingClientRect();
        const middle = document.elementFromPoint(
          popup.getBoundingClientRect().left + 30,
          popup.getBoundingClientRect().top + 30,
        );
        expect(middle).to.equal(widget);
        expect(last.width).to.be.greaterThan(100);
      });
    }
  }

  it('follows its selector when the page is scrolled', async () => {
    await setViewport({ width: 480, height: 600 });
    const space = keepTrack(document.createElement('div'));
    space.style.height = '3000px';
    const widget = await openWidget();
    document.body.append(space);
    const popup = await openList(widget);
    const gap = (): number =>
      popup.getBoundingClientRect().top - part(widget, 'selector')!.getBoundingClientRect().bottom;
    const before = gap();
    scrollTo(0, 20);
    await until(
      () => Math.abs(gap() - before) < 1 && part(widget, 'selector')!.getBoundingClientRect().top < 20,
      'it follows',
    );
    scrollTo(0, 0);
  });

  it('has a name that is cut reachable as a whole', async () => {
    const long = 'A name of exactly forty characters, yes!';
    const store = await storeWith((account) => addStatus(account, { name: long, emoji: '🎯' }));
    const widget = await openWidget({ store });
    widget.style.width = '240px';
    await widget.choose('custom-1');
    await settled(widget);
    const name = find(widget, '.name')[0]!;
    expect(name.title).to.equal(long);
    expect(widget.scrollWidth).to.be.at.most(240);
    const popup = await openList(widget);
    const option = find(popup, '[aria-selected="true"]')[0]!;
    expect(option.scrollWidth).to.be.at.most(option.clientWidth);
  });
});

describe('the widget in its page', () => {
  afterEach(clearPage);

  it('reads from right to left where the page does', async () => {
    document.documentElement.dir = 'rtl';
    try {
      const widget = await openWidget();
      const [emoji, time] = [find(widget, '.emoji')[0]!, part(widget, 'time')!];
      expect(emoji.getBoundingClientRect().left).to.be.greaterThan(time.getBoundingClientRect().left);
      await expectAccessible(widget);
    } finally {
      document.documentElement.dir = '';
    }
  });

  for (const scheme of ['light', 'dark']) {
    it(`has enough contrast in ${scheme} colours`, async () => {
      document.documentElement.style.colorScheme = scheme;
      document.body.style.backgroundColor = 'Canvas';
      try {
        const widget = await openWidget();
        await openList(widget);
        await expectAccessible(widget);
        widget.feed.started(callFrom('c1'));
        await widget.choose('lunch');
        await settled(widget);
        await expectAccessible(widget);
      } finally {
        document.documentElement.style.colorScheme = '';
        document.body.style.backgroundColor = '';
      }
    });
  }

  it('shows what is active and what is focused in forced colours', async function () {
    if (!(await emulateFeatures({ 'forced-colors': 'active' }))) return this.skip();
    try {
      const widget = await openWidget();
      await openList(widget);
      expect(getComputedStyle(find(widget, '[data-active]')[0]!).outlineStyle).to.equal('solid');
      expect(getComputedStyle(part(widget, 'selector')!).borderStyle).to.equal('solid');
      await expectAccessible(widget);
    } finally {
      await emulateFeatures({});
    }
  });

  it('keeps the arrow of the selector in forced colours, which drop the drawn one', async function () {
    if (!(await emulateFeatures({ 'forced-colors': 'active' }))) return this.skip();
    try {
      const widget = await openWidget();
      const arrow = getComputedStyle(part(widget, 'selector')!, '::after');
      expect(arrow.content).to.contain('▾');
      expect(arrow.position).to.equal('absolute');
      await openList(widget);
      expect(arrow.content).to.contain('▴');
    } finally {
      await emulateFeatures({});
    }
  });

  it('moves nothing where the user wants less motion', async function () {
    if (!(await emulateFeatures({ 'prefers-reduced-motion': 'reduce' }))) return this.skip();
    try {
      const widget = await openWidget();
      const selector = part(widget, 'selector')!;
      selector.classList.add('saving');
      expect(getComputedStyle(part(widget, 'time')!, '::after').animationName).to.equal('none');
    } finally {
      await emulateFeatures({});
    }
  });

  it('stays within 20 nodes as long as it shows the status alone', async () => {
    const widget = await openWidget();
    const count = (root: Node): number =>
      [...root.childNodes].reduce(
        (sum, node) =>
          sum + 1 + count(node) + (node instanceof Element && node.shadowRoot ? count(node.shadowRoot) : 0),
        0,
      );
    expect(count(find(widget, 'phone-status-select')[0]!.shadowRoot!)).to.be.at.most(20);
  });

  it('leaves no listener behind when it is removed, its list open', async () => {
    const added = new Map<string, number>();
    const [add, remove] = [EventTarget.prototype.addEventListener, EventTarget.prototype.removeEventListener];
    const isShared = (target: unknown): boolean => target === undefined || target === window || target === document;
    EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: Parameters<typeof add>) {
      const options = args[2];
      if (isShared(this)) {
        added.set(args[0], (added.get(args[0]) ?? 0) + 1);
        const signal = typeof options === 'object' ? options.signal : undefined;
        signal?.addEventListener('abort', () => added.set(args[0], (added.get(args[0]) ?? 0) - 1));
      }
      add.apply(this, args);
    };
    EventTarget.prototype.removeEventListener = function (this: EventTarget, ...args: Parameters<typeof remove>) {
      if (isShared(this)) added.set(args[0], (added.get(args[0]) ?? 0) - 1);
      remove.apply(this, args);
    };
    try {
      for (let count = 0; count < 3; count++) {
        const widget = document.createElement('phone-widget');
        Object.assign(widget, { agentId: 'ana', store: memoryStore({ account: newPlace() }) });
        await append(widget);
        await openList(widget);
        clearPage();
        await until(() => widget.session === undefined, 'the session is left');
      }
      await until(
        () => [...added.values()].every((count) => count <= 0),
        `no listener is left: ${JSON.stringify([...added])}`,
      );
    } finally {
      EventTarget.prototype.addEventListener = add;
      EventTarget.prototype.removeEventListener = remove;
    }
  });

  it('violates nothing of a strict content security policy with Trusted Types', async () => {
    const frame = keepTrack(document.createElement('iframe'));
    frame.title = 'A strict page';
    frame.src = '/test/elements/fixtures/strict.html';
    document.body.append(frame);
    const report = (): { done?: boolean; violations?: readonly string[] } =>
      (Reflect.get(frame.contentWindow!, 'report') ?? {}) as { done?: boolean };
    await until(() => report().done, 'the day in the strict page is over');
    expect(report().violations).to.deep.equal([]);
    const inline = frame.contentDocument!.createElement('button');
    inline.setAttribute('style', 'color: red');
    await until(() => report().violations!.length > 0, 'the policy holds');
  });
});
