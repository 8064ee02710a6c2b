import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { addStatus, createCallFeed, updateSettings, type Account, type PhoneWidget } from 'phone-widget';
import {
  callFrom,
  clearPage,
  find,
  keepTrack,
  openWidget,
  part,
  parts,
  settled,
  shown,
  storeWith,
  until,
} from '../support/elements.js';
import { compose, press } from '../support/keys.js';
import { click, openSettings } from '../support/settings.js';

const TYPED = ['beforeinput', 'input', 'change', 'compositionstart', 'compositionend', 'copy', 'cut', 'paste'];
const KEYS = ['keydown', 'keypress', 'keyup'];

/** What a page hears that listens as pages do: on its document, when the event bubbles. */
class Page {
  readonly #heard: Event[] = [];
  readonly #ending = new AbortController();

  constructor(types = [...TYPED, ...KEYS]) {
    const { signal } = this.#ending;
    for (const type of types) document.addEventListener(type, (event) => this.#heard.push(event), { signal });
  }

  /** What it heard so far: `keydown F2`, `input`; modifiers left out. */
  heard(): string[] {
    const all = this.#heard.map((event) => `${event.type} ${'key' in event ? String(event.key) : ''}`.trim());
    return all.filter((text) => !/ (Shift|Control|Alt|Meta)$/.test(text));
  }

  keys(): string[] {
    return this.heard().flatMap((text) => (text.startsWith('keydown ') ? [text.slice('keydown '.length)] : []));
  }

  /** Whether the last key was used, and says so. */
  get isUsed(): boolean {
    return this.#heard.filter(({ type }) => type === 'keydown').at(-1)!.defaultPrevented;
  }

  leave(): void {
    this.#ending.abort();
  }
}

let page: Page;
const open = (types?: string[]): void => void (page = new Page(types));

const forwarding = (account: Account): Account => updateSettings(account, { forwardToPhone: true });

/** An account with so many statuses that list and table have a filter. */
function many(account: Account): Account {
  return [...'ABCDEFGHIJKL'].reduce((next, name) => addStatus(next, { name, emoji: '🎯' }), account);
}

async function onCall(): Promise<{ widget: PhoneWidget; digits: string[] }> {
  const digits: string[] = [];
  const calls = createCallFeed({
    controls: {
      dial: async () => 'out',
      sendDigits: (_id: string, digit: string) => void digits.push(digit),
      transfer: () => undefined,
    },
  });
  const widget = await openWidget({ calls });
  calls.started(callFrom('c1'));
  await shown(widget, 'notes');
  return { widget, digits };
}

/** Dispatches a key as a keyboard of another system, or an input method, does; false where it is used. */
function dispatch(target: Element, key: string, { type = 'keydown', ...init }: KeyboardEventInit & { type?: string }) {
  return target.dispatchEvent(
    new KeyboardEvent(type, { key, bubbles: true, composed: true, cancelable: true, ...init }),
  );
}

/** The fields of all elements, each with what brings it into sight. */
const fields: Readonly<Record<string, () => Promise<HTMLElement>>> = {
  notes: async () => shown((await onCall()).widget, 'notes'),
  tags: async () => find((await onCall()).widget, '.tags input')[0]!,
  'the number to call': async () => find((await onCall()).widget, '[part="dial"] input')[0]!,
  'the number of a transfer': async () => {
    const { widget } = await onCall();
    find(widget, '[aria-label="Transfer"]')[0]!.click();
    await until(() => find(widget, 'form.drawer input')[0], 'the field is there');
    return find(widget, 'form.drawer input')[0]!;
  },
  'the number of Forward to Phone': async () => {
    const widget = await openWidget({ store: await storeWith(forwarding) });
    part(widget, 'selector')!.click();
    await settled(widget);
    find(widget, '[data-status="forward-to-phone"]')[0]!.click();
    await until(() => find(widget, '#number')[0], 'the field is there');
    return find(widget, '#number')[0]!;
  },
  'the filter of the list': async () => {
    const widget = await openWidget({ store: await storeWith(many) });
    part(widget, 'selector')!.click();
    return shown(widget, 'filter');
  },
  'the name of a status': async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    return part(settings, 'name')!;
  },
  'the emoji of a status': async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    return part(settings, 'emoji')!;
  },
  'the search for an emoji': async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => find(settings, '#search')[0], 'the picker is there');
    return find(settings, '#search')[0]!;
  },
  'the filter of the table': async () => {
    const settings = await openSettings({ store: await storeWith(many) });
    return part(settings, 'filter')!;
  },
  'a setting': async () => find(await openSettings(), '#acwLimitSeconds')[0]!,
  'a choice among the settings': async () => find(await openSettings(), '#signInStatus')[0]!,
};

describe('what is typed', () => {
  afterEach(() => {
    page.leave();
    clearPage();
  });

  for (const [name, find_] of Object.entries(fields)) {
    it(`stays in ${name}, and every other key reaches the page`, async () => {
      const field = await find_();
      field.focus();
      open();
      for (const chord of ['b', 'Shift+A', 'ArrowLeft', 'Delete', 'Backspace']) await press(chord);
      expect(page.heard()).to.deep.equal([]);
      for (const chord of ['F2', 'Control+k']) await press(chord);
      expect(page.keys()).to.deep.equal(['F2', 'k']);
    });

    it(`stays in ${name} with AltGr, with Option and with an input method, and its clipboard with it`, async () => {
      const field = await find_();
      open();
      for (const type of KEYS) {
        dispatch(field, '@', { type, modifierAltGraph: true });
        dispatch(field, '€', { type, ctrlKey: true, altKey: true });
        dispatch(field, 'å', { type, altKey: true });
        dispatch(field, 'Dead', { type, altKey: true });
        dispatch(field, 'لا', { type });
        dispatch(field, 'Process', { type, keyCode: 229 });
        dispatch(field, 'Escape', { type, isComposing: true });
      }
      for (const type of [...TYPED, 'textInput'])
        field.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      expect(page.heard()).to.deep.equal([]);
      for (const init of [{ altKey: true }, { ctrlKey: true, altKey: true }, { metaKey: true }, { ctrlKey: true }]) {
        dispatch(field, 'k', init);
      }
      for (const key of ['Escape', 'Tab', 'Home', 'PageDown']) dispatch(field, key, {});
      expect(page.keys()).to.deep.equal(['k', 'k', 'k', 'k', 'Escape', 'Tab', 'Home', 'PageDown']);
    });
  }

  it('stays in the field whose key took the focus elsewhere before it was up', async () => {
    const field = (await fields['the filter of the list']!()) as HTMLInputElement;
    field.focus();
    open();
    await press('Enter');
    expect(page.heard()).to.deep.equal([]);
    await press('F2');
    expect(page.heard()).to.deep.equal(['keydown F2', 'keyup F2']);
  });

  it('stays in the keypad, with its digits', async () => {
    const { widget, digits } = await onCall();
    find(widget, '[aria-label="Keypad"]')[0]!.click();
    await until(() => find(widget, '.keypad button')[0]?.matches(':focus'), 'the keypad has the focus');
    open();
    for (const digit of '12') await press(digit);
    await until(() => digits.length === 2, 'both are sent');
    expect(page.heard()).to.deep.equal([]);
    await press('Control+1');
    expect(page.keys()).to.deep.equal(['1']);
    expect(digits).to.deep.equal(['1', '2']);
  });

  it('stays where a tag is removed by its key', async () => {
    const { widget } = await onCall();
    const field = await shown(widget, 'tags');
    field.querySelector('input')!.focus();
    await sendKeys({ type: 'vip' });
    await press('Enter');
    await until(() => field.querySelector('.tag'), 'the tag is there');
    await press('ArrowLeft');
    open();
    await press('Delete');
    await until(() => !field.querySelector('.tag'), 'the tag is gone');
    expect(page.heard()).to.deep.equal([]);
  });

  it('tells a form of the page nothing: neither a switch that is pressed nor a choice', async () => {
    const settings = await openSettings();
    open();
    find(settings, 'input[type="checkbox"]')[0]!.click();
    const select = find(settings, 'select')[0] as HTMLSelectElement;
    select.selectedIndex = 1;
    for (const type of ['input', 'change']) select.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
    expect(page.heard()).to.deep.equal([]);
  });

  it('is the text of a field alone: what is copied from elsewhere in the widget is no secret', async () => {
    const { widget } = await onCall();
    open();
    part(widget, 'caller')!.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, composed: true }));
    expect(page.heard()).to.deep.equal(['copy']);
  });

  it('reaches the page from its own fields in a slot', async () => {
    const provider = keepTrack(document.createElement('phone-provider'));
    document.body.append(provider);
    const settings = await openSettings({ store: await storeWith((account) => account) });
    open();
    for (const [around, slot] of [
      [provider, ''],
      [settings, 'contact'],
    ] as const) {
      const field = document.createElement('input');
      field.slot = slot;
      field.setAttribute('aria-label', 'The page’s own');
      around.append(field);
      field.focus();
      await sendKeys({ type: 'a' });
    }
    expect(page.heard().filter((text) => /^(keydown|input)/.test(text))).to.deep.equal([
      ...['keydown a', 'input'],
      ...['keydown a', 'input'],
    ]);
  });
});

describe('what is typed on the selector', () => {
  let widget: PhoneWidget;
  const selector = (): HTMLElement => part(widget, 'selector')!;
  const key = async (chord: string): Promise<void> => {
    await press(chord);
    await settled(widget);
  };

  beforeEach(async () => {
    widget = await openWidget();
    selector().focus();
    open();
  });
  afterEach(() => {
    page.leave();
    clearPage();
  });

  it('stays there, and the keys that it uses reach the page as used', async () => {
    await key('m');
    await key('Shift+L');
    expect(page.heard()).to.deep.equal([]);
    expect(selector().ariaExpanded).to.equal('true');
    for (const chord of ['ArrowDown', 'Escape', 'ArrowDown', 'Escape']) {
      await key(chord);
      expect(page.isUsed, chord).to.equal(true);
    }
    await key('Escape');
    expect(page.isUsed, 'with the list closed').to.equal(false);
    await key('Control+m');
    expect(page.isUsed, 'with Control').to.equal(false);
  });

  it('finds a name with a letter of AltGr or Option, and never with a shortcut', () => {
    expect(dispatch(selector(), 'k', { altKey: true })).to.equal(true);
    expect(dispatch(selector(), 'k', { ctrlKey: true, altKey: true })).to.equal(true);
    expect(page.keys()).to.deep.equal(['k', 'k']);
    expect(dispatch(selector(), 'ł', { ctrlKey: true, altKey: true })).to.equal(false);
    expect(dispatch(selector(), '¬', { altKey: true })).to.equal(false);
    expect(page.keys()).to.deep.equal(['k', 'k']);
  });

  it('is the page’s where the selector is read-only and takes nothing', async () => {
    (find(widget, 'phone-status-select')[0] as HTMLElement & { disabled: boolean }).disabled = true;
    await settled(widget);
    await key('m');
    expect(page.keys()).to.deep.equal(['m']);
  });
});

/** What an input method sends that composes: while it does, and, in Safari, at once after its end. */
const composing: readonly KeyboardEventInit[] = [{ isComposing: true }, { keyCode: 229 }];

describe('a key of an input method', () => {
  beforeEach(() => open());
  afterEach(() => {
    page.leave();
    clearPage();
  });

  for (const init of composing) {
    const by = Object.keys(init).join();
    const send = (target: Element, ...keys: string[]): void => {
      for (const key of keys) expect(dispatch(target, key, init), key).to.equal(true);
    };

    it(`chooses nothing in the list, and does not close it (${by})`, async () => {
      const widget = await openWidget({ store: await storeWith(many) });
      const before = widget.view!.status.id;
      part(widget, 'selector')!.focus();
      part(widget, 'selector')!.click();
      const filter = await shown(widget, 'filter');
      const pointed = filter.getAttribute('aria-activedescendant');
      send(filter, 'ArrowDown', 'Enter', 'Escape', 'Tab');
      send(part(widget, 'selector')!, 'ArrowDown', 'Enter', 'Escape');
      await settled(widget);
      expect(part(widget, 'popup')).to.not.equal(undefined);
      expect(filter.getAttribute('aria-activedescendant')).to.equal(pointed);
      expect(widget.view!.status.id).to.equal(before);
    });

    it(`leaves the form of Forward to Phone open (${by})`, async () => {
      const field = await fields['the number of Forward to Phone']!();
      send(field, 'Escape');
      await until(() => field.isConnected, 'it is open');
    });

    it(`adds no tag, sends no digit and closes no drawer (${by})`, async () => {
      const { widget, digits } = await onCall();
      const tags = find(widget, '.tags input')[0] as HTMLInputElement;
      tags.value = 'かな';
      send(tags, 'Enter', 'ArrowLeft', 'Backspace');
      find(widget, '[aria-label="Keypad"]')[0]!.click();
      await until(() => find(widget, '.keypad button')[0], 'the keypad is there');
      dispatch(find(widget, '.keypad button')[0]!, 'Escape', init);
      find(widget, '[aria-label="Transfer"]')[0]!.click();
      await until(() => find(widget, 'form.drawer input')[0], 'the field is there');
      send(find(widget, 'form.drawer input')[0]!, 'Escape');
      await settled(widget);
      expect(find(widget, '.tag')).to.deep.equal([]);
      expect(digits).to.deep.equal([]);
      expect(find(widget, 'form.drawer')).to.have.length(1);
    });

    it(`leaves a status’s form, the emoji picker and the order of the table alone (${by})`, async () => {
      const settings = await openSettings();
      const order = parts(settings, 'status').map(({ dataset }) => dataset['status']);
      send(part(settings, 'move')!, 'ArrowDown');
      await click(settings, part(settings, 'new'));
      send(part(settings, 'name')!, 'Escape');
      await click(settings, part(settings, 'choose-emoji'));
      await until(() => find(settings, '#search')[0], 'the picker is there');
      const search = find(settings, '#search')[0] as HTMLInputElement;
      search.focus();
      await sendKeys({ type: 'package' });
      await until(() => find(settings, '[role="option"]').some(({ id }) => id.startsWith('emo-📦')), 'it is found');
      send(search, 'ArrowDown', 'Enter', 'Escape');
      await settings.updateComplete;
      expect(find(settings, '#search')).to.have.length(1);
      expect((part(settings, 'emoji') as HTMLInputElement).value).to.equal('');
      expect(parts(settings, 'status').map(({ dataset }) => dataset['status'])).to.deep.equal(order);
    });
  }

  it('ends the composition, and what was composed stays to be sent', async function () {
    for (const name of ['tags', 'the filter of the list', 'the number of Forward to Phone', 'the name of a status']) {
      const field = (await fields[name]!()) as HTMLInputElement;
      field.focus();
      if (!(await compose('ひる', 'Enter', 'ArrowDown', 'Escape', 'Enter'))) return this.skip();
      expect(field.isConnected, name).to.equal(true);
      expect(field.value, name).to.equal('ひる');
      expect(page.heard(), name).to.deep.equal([]);
      clearPage();
    }
  });

  it('ends no tag with a comma before the composition has ended', async () => {
    const { widget } = await onCall();
    const field = find(widget, '.tags input')[0] as HTMLInputElement;
    field.value = 'とうきょう、';
    field.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true, composed: true }));
    await settled(widget);
    expect(find(widget, '.tag')).to.deep.equal([]);
    expect(field.value).to.equal('とうきょう、');
    field.value = '東京、';
    field.dispatchEvent(new CompositionEvent('compositionend', { data: '東京、', bubbles: true, composed: true }));
    await until(() => find(widget, '.tag bdi')[0]?.textContent === '東京', 'the tag is there');
    expect(field.value).to.equal('');
  });
});
