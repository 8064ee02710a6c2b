import { aTimeout, expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import { memoryStore } from 'phone-widget';
import type { PhoneConversation, PhoneErrorEvent, PhoneProvider } from 'phone-widget';
import { expectAccessible } from '../support/axe.js';
import { press } from '../support/keys.js';
import { emulateFeatures } from '../support/media.js';
import {
  anna,
  ben,
  button,
  expectStates,
  newPlace,
  notesOf,
  obedient,
  openAfterCallWork,
  openPage,
  part,
  parts,
  paste,
  tagFieldOf,
  type,
} from './phone-conversation-page.js';

/** What has the focus, through shadow roots. */
function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

function nameOf(element: Element | null): string {
  return element?.getAttribute('aria-label') ?? element?.getAttribute('part') ?? element?.textContent?.trim() ?? '';
}

describe('phone-conversation', () => {
  it('shows nothing while the agent has no call', async () => {
    const page = await openPage();
    expect(parts(page, 'conversation')).to.have.length(0);
    await expectAccessible(page.element);
  });

  it('shows nothing, and throws nothing, without a provider', async () => {
    const element = await fixture<PhoneConversation>(html`<phone-conversation></phone-conversation>`);
    expect(parts({ element }, 'conversation')).to.have.length(0);
  });

  it('says who calls, in an alert whose text does not change', async () => {
    const page = await openPage({ controls: obedient });
    page.feed.ringing(anna);
    await expectStates(page, 'ringing');
    const alert = page.element.shadowRoot!.querySelector('[role="alert"]')!;
    expect(alert.textContent).to.contain('Anna Nowak').and.contain('+48 22 398 07 11').and.contain('Incoming call');
    expect(alert.querySelector('[part~="duration"]')).to.equal(null);
    await expectAccessible(page.element);
  });

  it('answers and declines where the source can', async () => {
    const page = await openPage({ controls: obedient });
    page.feed.ringing(anna);
    page.feed.ringing({ ...ben, direction: 'inbound' });
    await expectStates(page, 'ringing', 'ringing');
    (await button(page, 'Answer')).click();
    await expectStates(page, 'ringing', 'live');
    (await button(page, 'Decline')).click();
    await expectStates(page, 'live');
  });

  it('only shows who calls where the source cannot answer', async () => {
    const page = await openPage();
    page.feed.ringing(anna);
    await expectStates(page, 'ringing');
    expect(page.element.shadowRoot!.querySelectorAll('button')).to.have.length(0);
  });

  it('shows who, direction, duration and state of a call', async () => {
    const page = await openPage();
    page.feed.started(anna);
    await expectStates(page, 'live');
    expect((await part(page, 'caller')).textContent)
      .to.contain('Anna Nowak')
      .and.contain('+48 22 398 07 11');
    expect((await part(page, 'duration')).textContent).to.match(/^0:0\d$/);
    const panel = await part(page, 'conversation');
    expect(panel.querySelector('[role="img"]')!.getAttribute('aria-label')).to.equal('Incoming call');
    expect(panel.textContent).to.contain('On a call');
    page.feed.held(anna.id);
    await waitUntil(() => panel.textContent!.includes('On hold'), 'it says that the call is on hold');
    page.feed.ended(anna.id);
    await waitUntil(() => panel.textContent!.includes('Call ended'), 'it says that the call is over');
  });

  it('lets the duration run without ever announcing it', async () => {
    const page = await openPage();
    page.feed.started(anna);
    const duration = await part(page, 'duration');
    const first = duration.textContent;
    await waitUntil(() => duration.textContent !== first, 'a second later it shows another time', { timeout: 3000 });
    expect(duration.closest('[aria-live], [role="status"], [role="alert"]')).to.equal(null);
    expect(duration.getAttribute('role')).to.equal('timer');
  });

  it('shows names, numbers, notes and tags with markup as text', async () => {
    const markup = '<img src=x onerror="window.hacked=1"><b>bold</b>';
    const page = await openPage();
    page.feed.started({ id: markup, direction: 'inbound', party: { name: markup, number: markup } });
    expect((await part(page, 'caller')).textContent).to.contain(markup);
    const notes = await notesOf(page);
    notes.focus();
    await type(markup);
    const tags = await tagFieldOf(page);
    tags.focus();
    await type(markup);
    await press('Enter');
    await waitUntil(() => page.element.shadowRoot!.querySelector('.tag'), 'the tag is there');
    expect(notes.value).to.equal(markup);
    expect(page.element.shadowRoot!.querySelector('.tag bdi')!.textContent).to.equal(markup);
    expect(page.element.shadowRoot!.querySelectorAll('img, b')).to.have.length(0);
  });

  it('names a caller without name or number', async () => {
    const page = await openPage();
    page.feed.started({ id: 'x', direction: 'inbound', party: {} });
    expect((await part(page, 'caller')).textContent!.trim()).to.equal('Unknown caller');
  });

  it('cuts a long name, keeps its whole text, and shows all of it where it is focused', async () => {
    const page = await openPage();
    const name = 'Donaudampfschifffahrtsgesellschaft '.repeat(5).trim();
    page.feed.started({ ...anna, party: { name } });
    page.element.style.inlineSize = '240px';
    const shown = (await part(page, 'caller')).querySelector<HTMLElement>('.name')!;
    expect(shown.textContent!.trim()).to.equal(name);
    expect(shown.title).to.equal(name);
    expect(shown.scrollHeight).to.be.greaterThan(shown.clientHeight);
    shown.focus();
    expect(shown.scrollHeight).to.equal(shown.clientHeight);
    expect(page.element.scrollWidth).to.be.at.most(240);
  });

  it('breaks no number inside its digits in a narrow sidebar, and keeps it as a whole where it is cut', async () => {
    const number = '+4930901820123';
    const page = await openPage();
    page.feed.started({ ...anna, party: { name: 'Anna Nowak', number } });
    page.feed.started({ ...ben, party: { number } });
    await expectStates(page, 'live', 'live');
    for (const [size, width] of [
      [16, 206],
      [32, 286],
    ] as const) {
      Object.assign(page.element.style, { fontSize: `${String(size)}px`, inlineSize: `${String(width)}px` });
      for (const caller of parts(page, 'caller')) {
        const shown = caller.querySelector<HTMLElement>('[dir="ltr"]')!;
        expect(shown.getBoundingClientRect().height, 'one line').to.be.below(2 * size);
        expect(shown.closest<HTMLElement>('[title]')!.title).to.equal(number);
      }
      expect(page.element.scrollWidth).to.be.at.most(width);
    }
  });

  it('lists ringing calls first, then those that go on, then those that are over', async () => {
    const page = await openPage();
    page.feed.started(anna);
    page.feed.ended(anna.id);
    page.feed.started(ben);
    page.feed.ringing({ id: 'c', direction: 'inbound', party: { name: 'C' } });
    await expectStates(page, 'ringing', 'live', 'ended');
    await expectAccessible(page.element);
    expect(parts(page, 'conversation').map((panel) => panel.getAttribute('aria-label'))).to.deep.equal([
      'Incoming call, C',
      'On a call, +49 30 901820',
      'Call ended, Anna Nowak',
    ]);
  });

  it('S061 keeps conversation and notes where the agent chooses Break in After Call Work', async () => {
    const page = await openAfterCallWork();
    const notes = await notesOf(page);
    notes.focus();
    await type('not saved anywhere');
    await page.provider.choose('break');
    await waitUntil(() => page.provider.view!.next?.status.id === 'break', 'Break waits');
    await expectStates(page, 'ended');
    expect(page.provider.view!.status.id).to.equal('after-call-work');
    expect(notes.isConnected && notes.value).to.equal('not saved anywhere');
    expect(focused()).to.equal(notes);
  });

  it('takes properties set before it is defined, and before its provider has a session', async () => {
    const store = memoryStore({ account: newPlace() });
    const page = document.createElement('div');
    page.innerHTML = '<phone-provider><phone-conversation></phone-conversation></phone-provider>';
    document.body.append(page);
    const provider = page.querySelector('phone-provider') as PhoneProvider;
    const element = page.querySelector('phone-conversation')!;
    await element.updateComplete;
    provider.store = store;
    provider.agentId = 'late';
    provider.feed.started(anna);
    await part({ element }, 'notes');
    page.remove();
  });

  it('keeps text, drafts and listening where it is moved in the document', async () => {
    const page = await openPage();
    page.feed.started(anna);
    const notes = await notesOf(page);
    notes.focus();
    await type('kept');
    const place = document.createElement('div');
    page.provider.append(place);
    place.append(page.element);
    await page.element.updateComplete;
    expect((await notesOf(page)).value).to.equal('kept');
    page.feed.ended(anna.id);
    await expectStates(page, 'ended');
    expect((await notesOf(page)).value).to.equal('kept');
  });

  it('leaves nothing behind where it is removed', async () => {
    const added = new Map<string, number>();
    const count = (by: number) => (type: string) => added.set(type, (added.get(type) ?? 0) + by);
    const { addEventListener, removeEventListener } = window;
    window.addEventListener = function (this: Window, ...args: Parameters<typeof addEventListener>) {
      count(1)(args[0]);
      return addEventListener.apply(this, args);
    } as typeof addEventListener;
    window.removeEventListener = function (this: Window, ...args: Parameters<typeof removeEventListener>) {
      count(-1)(args[0]);
      return removeEventListener.apply(this, args);
    } as typeof removeEventListener;
    try {
      const page = await openPage();
      const element = document.createElement('phone-conversation');
      page.element.remove();
      added.clear();
      page.provider.append(element);
      page.feed.started(anna);
      await notesOf({ element });
      expect(added.get('storage')).to.equal(1);
      element.remove();
      expect([...added.values()].every((left) => left === 0)).to.equal(true);
      const before = element.shadowRoot!.innerHTML;
      page.feed.ended(anna.id);
      await waitUntil(() => page.provider.view!.conversations[0]!.state === 'ended', 'the call is over');
      await aTimeout(0);
      expect(element.shadowRoot!.innerHTML).to.equal(before);
    } finally {
      Object.assign(window, { addEventListener, removeEventListener });
    }
  });

  it('stands right to left, with numbers left to right', async () => {
    const page = await openPage({ dir: 'rtl', controls: obedient });
    page.feed.started(anna);
    const caller = (await part(page, 'caller')).getBoundingClientRect();
    const duration = (await part(page, 'duration')).getBoundingClientRect();
    expect(caller.right).to.be.greaterThan(duration.right);
    const number = (await part(page, 'caller')).querySelector('bdi:not(.name bdi)')!;
    expect(getComputedStyle(number).direction).to.equal('ltr');
    await expectAccessible(page.element);
  });

  it('writes notes in the direction of their first letter', async () => {
    const page = await openPage();
    page.feed.started(anna);
    const notes = await notesOf(page);
    const directionOf = async (text: string): Promise<string> => {
      notes.select();
      paste(notes, text);
      await page.element.updateComplete;
      return getComputedStyle(notes).direction;
    };
    expect(await directionOf('1. ملاحظات and more')).to.equal('rtl');
    notes.value = '';
    expect(await directionOf('1. Notes وأكثر')).to.equal('ltr');
  });

  it('stays accessible in forced colours', async function () {
    if (!(await emulateFeatures({ 'forced-colors': 'active' }))) this.skip();
    try {
      const page = await openAfterCallWork({
        settings: { acwLimitSeconds: 600, acwExtensionSeconds: 60, acwExtensions: 2 },
      });
      await expectAccessible(page.element);
    } finally {
      await emulateFeatures({});
    }
  });

  it('has targets of at least 24 pixels in every state', async () => {
    const page = await openPage({ controls: obedient });
    page.element.style.fontSize = '10px';
    page.feed.started(anna);
    (await button(page, 'Keypad')).click();
    await button(page, '5');
    page.feed.ringing({ ...ben, direction: 'inbound' });
    await expectStates(page, 'ringing', 'live');
    const field = await tagFieldOf(page);
    field.focus();
    await type('vip');
    await press('Enter');
    await button(page, 'Remove vip');
    for (const one of page.element.shadowRoot!.querySelectorAll<HTMLElement>('button, input, textarea')) {
      const { width, height } = one.getBoundingClientRect();
      expect(Math.min(width, height), nameOf(one)).to.be.at.least(24);
    }
  });

  describe('during a call', () => {
    it('offers what the source can, and nothing else', async () => {
      const page = await openPage({ controls: (feed) => ({ hold: (id: string) => feed().held(id) }) });
      page.feed.started(anna);
      await button(page, 'Hold');
      const names = [...page.element.shadowRoot!.querySelectorAll('button')].map(nameOf);
      expect(names).to.deep.equal(['Hold', 'call-over']);
      page.feed.held(anna.id);
      await expectStates(page, 'held');
      expect([...page.element.shadowRoot!.querySelectorAll('button')].map(nameOf)).to.deep.equal(['call-over']);
    });

    it('holds, resumes, mutes, unmutes and hangs up', async () => {
      const page = await openPage({ controls: obedient });
      page.feed.started(anna);
      await expectStates(page, 'live');
      await expectAccessible(page.element);
      (await button(page, 'Hold')).click();
      await expectStates(page, 'held');
      await expectAccessible(page.element);
      (await button(page, 'Resume')).click();
      await expectStates(page, 'live');
      (await button(page, 'Mute')).click();
      (await button(page, 'Unmute')).click();
      await button(page, 'Mute');
      (await button(page, 'Hang up')).click();
      await expectStates(page, 'ended');
      await expectAccessible(page.element);
    });

    it('is busy while a control works, keeps the focus, and cannot be pressed twice', async () => {
      let asked = 0;
      let answer = (): void => {};
      const hold = (): Promise<void> => {
        asked += 1;
        return new Promise((resolve) => (answer = resolve));
      };
      const page = await openPage({ controls: () => ({ hold }) });
      page.feed.started(anna);
      const pressed = await button(page, 'Hold');
      pressed.focus();
      await press('Enter');
      await waitUntil(() => pressed.getAttribute('aria-busy') === 'true', 'it is busy');
      await press('Enter');
      await press(' ');
      expect(asked).to.equal(1);
      expect(focused()).to.equal(pressed);
      await expectAccessible(page.element);
      answer();
      await waitUntil(() => !pressed.hasAttribute('aria-busy'), 'it is normal again');
    });

    it('says which control failed, beside it and to the page, and takes it back with the next try', async () => {
      let fails = true;
      const page = await openPage({
        controls: (feed) => ({
          hold: (id: string) => {
            if (fails) throw new Error('The line is busy.');
            feed().held(id);
          },
        }),
      });
      page.feed.started(anna);
      const told = oneEvent(page.provider, 'phone-error');
      (await button(page, 'Hold')).click();
      const { detail } = (await told) as PhoneErrorEvent;
      expect(detail.message).to.contain('The line is busy.');
      await waitUntil(() => page.element.shadowRoot!.querySelector('[role="alert"]'), 'it is said');
      const alert = page.element.shadowRoot!.querySelector('[role="alert"]')!;
      expect(alert.textContent).to.equal('Hold: The phone could not do that. Try again.');
      await expectAccessible(page.element);
      fails = false;
      (await button(page, 'Hold')).click();
      await expectStates(page, 'held');
      expect(page.element.shadowRoot!.querySelector('[role="alert"]')).to.equal(null);
    });

    it('sends the digits of the keypad in order, one after the other', async () => {
      const sent: string[] = [];
      const sendDigits = async (_id: string, digits: string): Promise<void> => {
        await aTimeout(digits === '1' ? 20 : 0);
        sent.push(digits);
      };
      const page = await openPage({ controls: () => ({ sendDigits }) });
      page.feed.started(anna);
      (await button(page, 'Keypad')).focus();
      await press('Enter');
      await waitUntil(() => nameOf(focused()) === '1', 'the first key has the focus');
      await expectAccessible(page.element);
      await type('12#');
      (await button(page, '9')).click();
      await waitUntil(() => sent.length === 4, 'all are sent');
      expect(sent).to.deep.equal(['1', '2', '#', '9']);
      expect(page.element.shadowRoot!.querySelector('.keypad span')!.textContent).to.equal('12#9');
      await press('Escape');
      await waitUntil(() => nameOf(focused()) === 'Keypad', 'the focus is back');
      expect(page.element.shadowRoot!.querySelector('.keypad')).to.equal(null);
    });

    it('transfers to a number', async () => {
      const numbers: string[] = [];
      const page = await openPage({
        controls: () => ({ transfer: (_id: string, number: string) => void numbers.push(number) }),
      });
      page.feed.started(anna);
      (await button(page, 'Transfer')).focus();
      await press('Enter');
      await waitUntil(() => nameOf(focused()) === 'Transfer to', 'the number can be typed');
      await expectAccessible(page.element);
      await press('Enter');
      await type(' +49 30 901820 ');
      await press('Enter');
      await waitUntil(() => !page.element.shadowRoot!.querySelector('form'), 'it is done');
      expect(numbers).to.deep.equal(['+4930901820']);
    });

    for (const after of ['Escape', 'Keypad'] as const) {
      it(`opens no drawer and takes no focus where a transfer is done after ${after} was pressed`, async () => {
        let done: (() => void) | undefined;
        const transfer = (): Promise<void> => new Promise((resolve) => (done = resolve));
        const page = await openPage({ controls: () => ({ transfer, sendDigits: () => undefined }) });
        page.feed.started(anna);
        (await button(page, 'Transfer')).click();
        await waitUntil(() => nameOf(focused()) === 'Transfer to', 'the number can be typed');
        await type('123');
        await press('Enter');
        await waitUntil(() => done, 'the transfer is asked for');
        if (after === 'Escape') await press('Escape');
        else (await button(page, 'Keypad')).click();
        const notes = await notesOf(page);
        await page.element.updateComplete;
        notes.focus();
        done!();
        await type('please call');
        const { shadowRoot } = page.element;
        expect(notes.value).to.equal('please call');
        expect(shadowRoot!.querySelector('form') === null).to.equal(true);
        expect(shadowRoot!.querySelector('.keypad') !== null).to.equal(after === 'Keypad');
      });
    }

    it('sends no digit that an input method composes', async () => {
      const sent: string[] = [];
      const page = await openPage({
        controls: () => ({ sendDigits: (_id: string, digits: string) => void sent.push(digits) }),
      });
      page.feed.started(anna);
      (await button(page, 'Keypad')).click();
      const key = await button(page, '1');
      for (const init of [{ key: '5', isComposing: true }, { key: '6', keyCode: 229 }, { key: '7' }]) {
        key.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, composed: true }));
      }
      await waitUntil(() => sent.length, 'a digit is sent');
      expect(sent).to.deep.equal(['7']);
    });

    it('lets the agent say that the call is over', async () => {
      const page = await openPage();
      page.feed.started(anna);
      (await part(page, 'call-over')).click();
      await expectStates(page, 'ended');
      expect(page.provider.view!.status.id).to.equal('after-call-work');
      page.feed.resumed(anna.id);
      await expectStates(page, 'live');
    });

    it('asks once more whether the call is over where it could be hung up', async () => {
      const page = await openPage({ controls: obedient });
      page.feed.started(anna);
      (await button(page, 'The call is over')).focus();
      await press('Enter');
      await waitUntil(() => nameOf(focused()) === 'Cancel', 'the focus is on the way back');
      await expectAccessible(page.element);
      await press('Enter');
      await waitUntil(() => parts(page, 'call-over').length === 0, 'it is not asked any more');
      await press('Enter');
      (await part(page, 'call-over')).click();
      await expectStates(page, 'ended');
    });

    it('offers no controls, and says so, where another page carries the call', async () => {
      const store = { account: newPlace() };
      const carrier = await openPage({ store: memoryStore(store), controls: obedient });
      const other = await openPage({ store: memoryStore(store), controls: obedient });
      carrier.feed.started(anna);
      await expectStates(other, 'live');
      expect((await part(other, 'conversation')).textContent).to.contain('In another tab or on another device');
      expect([...other.element.shadowRoot!.querySelectorAll('button')].map(nameOf)).to.deep.equal(['call-over']);
      await button(carrier, 'Hang up');
    });

    it('offers the controls of a source that speaks of calls elsewhere', async () => {
      const page = await openPage({ controls: obedient, carries: 'elsewhere' });
      page.feed.started(anna);
      (await button(page, 'Hang up')).click();
      await expectStates(page, 'ended');
    });

    it('keeps the focus in the panel where what had it is gone', async () => {
      const page = await openPage({ controls: obedient });
      page.feed.ringing(anna);
      (await button(page, 'Answer')).focus();
      await press('Enter');
      await expectStates(page, 'live');
      await waitUntil(() => focused() === parts(page, 'conversation')[0], 'the panel has the focus');
    });

    it('keeps focus and caret in the notes where the call ends and another one rings', async () => {
      const page = await openPage({ controls: obedient });
      page.feed.started(anna);
      page.feed.started(ben);
      await expectStates(page, 'live', 'live');
      const notes = await notesOf(page);
      notes.focus();
      await type('abcdef');
      notes.setSelectionRange(2, 3);
      page.feed.ended(anna.id);
      page.feed.ringing({ id: 'c', direction: 'inbound', party: { name: 'C' } });
      await expectStates(page, 'ringing', 'live', 'ended');
      expect(focused()).to.equal(notes);
      expect([notes.selectionStart, notes.selectionEnd]).to.deep.equal([2, 3]);
      expect(parts(page, 'conversation')[2]!.contains(notes)).to.equal(true);
    });

    it('can be walked with the Tab key, in the order in which it is read', async () => {
      const page = await openPage({ controls: obedient });
      page.feed.started(anna);
      await expectStates(page, 'live');
      const walk: string[] = [];
      (await button(page, 'Hold')).focus();
      walk.push(nameOf(focused()));
      // Not beyond the last one: there a browser's own fields begin.
      for (let step = 1; step < 8; step++) {
        await press('Tab');
        walk.push(nameOf(focused()));
      }
      expect(walk).to.deep.equal([
        'Hold',
        'Mute',
        'Keypad',
        'Transfer',
        'Hang up',
        'notes',
        'Add a tag',
        'The call is over',
      ]);
    });
  });
});
