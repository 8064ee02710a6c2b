import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { addStatus, type Account, type PhoneWidget } from 'phone-widget';
import { press } from '../../support/keys.js';
import {
  activeOption,
  callFrom,
  clearPage,
  find,
  keepTrack,
  listed,
  listen,
  openWidget,
  part,
  selectIn,
  settled,
  shown,
  storeWith,
  textOf,
  until,
} from '../../support/elements.js';

const IDS = ['available', 'busy', 'after-call-work', 'offline', 'meeting', 'break', 'training', 'lunch'];

let widget: PhoneWidget;

const selector = (): HTMLElement => part(widget, 'selector')!;
const isOpen = (): boolean => selector().getAttribute('aria-expanded') === 'true';
const key = async (chord: string): Promise<void> => {
  await press(chord);
  await settled(widget);
};
const focus = async (): Promise<void> => {
  selectIn(widget).focus();
  await settled(widget);
};

describe('the selector by keyboard', () => {
  beforeEach(async () => {
    widget = await openWidget();
    await focus();
  });
  afterEach(clearPage);

  for (const chord of ['Enter', ' ', 'ArrowDown', 'Alt+ArrowDown']) {
    it(`opens with ${chord.trim() || 'Space'}, the current status active and the focus kept`, async () => {
      await key(chord);
      expect(isOpen()).to.equal(true);
      expect(activeOption(widget)).to.equal('available');
      expect(selectIn(widget).shadowRoot!.activeElement).to.equal(selector());
    });
  }

  for (const [chord, id] of [
    ['ArrowUp', 'available'],
    ['Home', 'available'],
    ['End', 'lunch'],
    ['t', 'training'],
  ] as const) {
    it(`opens with ${chord}, ${id} active`, async () => {
      await key(chord);
      expect(isOpen()).to.equal(true);
      expect(activeOption(widget)).to.equal(id);
    });
  }

  it('walks with the arrow keys and stops at the ends', async () => {
    await key('Enter');
    await key('ArrowUp');
    expect(activeOption(widget)).to.equal('available');
    for (const id of IDS.slice(1)) {
      await key('ArrowDown');
      expect(activeOption(widget)).to.equal(id);
    }
    await key('ArrowDown');
    expect(activeOption(widget)).to.equal('lunch');
  });

  it('goes to the ends with Home and End, and ten on with the page keys', async () => {
    await key('Enter');
    for (const [chord, id] of [
      ['End', 'lunch'],
      ['Home', 'available'],
      ['PageDown', 'lunch'],
      ['PageUp', 'available'],
    ] as const) {
      await key(chord);
      expect(activeOption(widget), chord).to.equal(id);
    }
  });

  for (const chord of ['Enter', ' ', 'Alt+ArrowUp']) {
    it(`chooses what is active with ${chord.trim() || 'Space'}, closes, and keeps the focus`, async () => {
      const requests = listen(widget, 'phone-status-request');
      await key('End');
      await key(chord);
      expect(isOpen()).to.equal(false);
      expect(requests.map(({ detail }) => detail)).to.deep.equal([{ agentId: 'ana', statusId: 'lunch' }]);
      await until(() => widget.view?.status.id === 'lunch' && !widget.session?.saving, 'Lunch is saved');
      expect(selectIn(widget).shadowRoot!.activeElement).to.equal(selector());
    });
  }

  it('chooses what is active with Tab and moves on', async () => {
    const after = keepTrack(document.createElement('button'));
    after.textContent = 'After it';
    widget.after(after);
    await key('b');
    await key('ArrowDown');
    await key('Tab');
    expect(isOpen()).to.equal(false);
    expect(document.activeElement).to.equal(after);
    await until(() => widget.view?.status.id === 'after-call-work', 'After Call Work is chosen');
  });

  it('chooses nothing with Escape, nor with Tab on the status one is in', async () => {
    const requests = listen(widget, 'phone-status-request');
    const after = keepTrack(document.createElement('button'));
    after.textContent = 'After it';
    widget.after(after);
    await key('End');
    await key('Escape');
    expect(isOpen()).to.equal(false);
    await key('Enter');
    await key('Tab');
    expect(isOpen()).to.equal(false);
    expect(requests).to.deep.equal([]);
    expect(widget.view?.status.id).to.equal('available');
  });

  it('asks with Enter for the status one is in, as a click does: during a call it becomes the next one', async () => {
    widget.feed.started({ id: 'c1', direction: 'inbound', party: {} });
    await until(() => widget.view?.status.id === 'busy', 'the call is shown');
    await key('Enter');
    await key('Enter');
    await until(() => widget.view?.next?.status.id === 'busy', 'Busy is next');
  });

  it('finds a status by what is typed, and goes through those of one letter', async () => {
    await sendKeys({ type: 'tr' });
    await settled(widget);
    expect(activeOption(widget)).to.equal('training');
    await key('Escape');
    await key('b');
    expect(activeOption(widget)).to.equal('busy');
    await key('b');
    expect(activeOption(widget)).to.equal('break');
    await key('b');
    expect(activeOption(widget)).to.equal('busy');
  });

  it('closes when the focus leaves or the page is pressed, and chooses nothing', async () => {
    const requests = listen(widget, 'phone-status-request');
    const aside = keepTrack(document.createElement('button'));
    aside.textContent = 'Aside';
    widget.before(aside);
    await key('End');
    aside.focus();
    await settled(widget);
    expect(isOpen()).to.equal(false);
    await focus();
    await key('End');
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await settled(widget);
    expect(isOpen()).to.equal(false);
    expect(requests).to.deep.equal([]);
  });

  it('withdraws what waits with the keys, and gives the focus to what takes none', async () => {
    widget.feed.started(callFrom('c1'));
    await until(() => widget.view?.status.id === 'busy', 'the call is shown');
    await focus();
    await key('End');
    await key('Enter');
    await shown(widget, 'withdraw');
    await key('Tab');
    await key('Enter');
    await until(() => !part(widget, 'next'), 'nothing waits any more');
    expect(widget.shadowRoot!.activeElement === part(widget, 'base')).to.equal(true);
    widget.feed.ended('c1');
  });
});

describe('a long list', () => {
  const long = (count: number) => (account: Account) =>
    Array.from({ length: count }, (_, index) => index).reduce(
      (one, index) => addStatus(one, { name: `Été ${String(index)}`, emoji: '🎯' }),
      account,
    );
  const filter = (): HTMLInputElement => part(widget, 'filter') as HTMLInputElement;

  afterEach(clearPage);

  it('has no filter with eleven statuses, and one from the twelfth on', async () => {
    widget = await openWidget({ store: await storeWith(long(3)) });
    await focus();
    await key('Enter');
    expect(listed(widget)).to.have.length(11);
    expect(filter()).to.equal(undefined);
    clearPage();
    widget = await openWidget({ store: await storeWith(long(4)) });
    await focus();
    await key('Enter');
    expect(listed(widget)).to.have.length(12);
    expect(selectIn(widget).shadowRoot!.activeElement).to.equal(filter());
  });

  it('is filtered without regard to case and accents, chosen from by Enter, and gives the focus back', async () => {
    widget = await openWidget({ store: await storeWith(long(20)) });
    await focus();
    await key('Enter');
    await sendKeys({ type: 'ETE 1' });
    await settled(widget);
    expect(parts(widget)).to.deep.equal([
      'Été 1',
      ...Array.from({ length: 10 }, (_, index) => `Été ${String(index + 10)}`),
    ]);
    expect(activeOption(widget)).to.equal('custom-2');
    await key('ArrowDown');
    await key('Enter');
    expect(isOpen()).to.equal(false);
    expect(selectIn(widget).shadowRoot!.activeElement).to.equal(selector());
    await until(() => widget.view?.status.name === 'Été 10', 'the filtered status is chosen');
  });

  it('takes what is typed on the closed selector as the filter, and points at a name that begins so', async () => {
    widget = await openWidget({ store: await storeWith(long(20)) });
    await focus();
    await key('b');
    expect(filter().value).to.equal('b');
    expect(parts(widget)).to.deep.equal(['Available', 'Busy', 'Break']);
    expect(activeOption(widget)).to.equal('busy');
    await sendKeys({ type: 're' });
    await settled(widget);
    expect(filter().value).to.equal('bre');
    expect(parts(widget)).to.deep.equal(['Break']);
    await key('Enter');
    await until(() => widget.view?.status.id === 'break', 'the status that was typed is chosen');
    await key('Enter');
    expect(filter().value).to.equal('');
    expect(activeOption(widget)).to.equal('break');
  });

  it('says that nothing matches, and closes with Escape', async () => {
    widget = await openWidget({ store: await storeWith(long(20)) });
    await focus();
    await key('Enter');
    await sendKeys({ type: 'zzz' });
    await settled(widget);
    expect(listed(widget)).to.deep.equal([]);
    expect(find(widget, '.empty').map((one) => textOf(one))).to.deep.equal(['No matching status']);
    await key('Enter');
    expect(widget.view?.status.id).to.equal('available');
    await key('Enter');
    await key('Escape');
    expect(isOpen()).to.equal(false);
  });

  it('brings the active one of a thousand into view', async () => {
    widget = await openWidget({ store: await storeWith(long(991)) });
    await focus();
    await key('Enter');
    await key('End');
    const list = part(widget, 'list')!;
    const last = find(widget, '[data-active]')[0]!;
    await until(() => {
      const [outer, inner] = [list.getBoundingClientRect(), last.getBoundingClientRect()];
      return inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    }, 'the last status is in view');
    expect(last.dataset['status']).to.equal('custom-991');
  });

  function parts(root: ParentNode): string[] {
    return find(root, '[part~="status"]').map((one) => textOf(one.lastElementChild!));
  }
});
