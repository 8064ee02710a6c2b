import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { expectAccessible } from '../../support/axe.js';
import { clearPage, keepTrack, listen, part, until } from '../../support/elements.js';
import { press } from '../../support/keys.js';
import { emulateFeatures } from '../../support/media.js';
import { click, focused, openSettings } from '../../support/settings.js';

const picker = (settings: PhoneStatusSettings): HTMLElement | null =>
  settings.shadowRoot!.querySelector('emoji-picker');
const inPicker = (settings: PhoneStatusSettings, selector: string): HTMLElement[] => [
  ...(picker(settings)?.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];
const requested = (): string[] => performance.getEntriesByType('resource').map(({ name }) => name);
const field = (settings: PhoneStatusSettings): string => (part(settings, 'emoji') as HTMLInputElement).value;

async function openPicker(set: Partial<PhoneStatusSettings> = {}): Promise<PhoneStatusSettings> {
  const settings = await openSettings(set);
  await click(settings, part(settings, 'new'));
  part(settings, 'choose-emoji')!.focus();
  await press('Enter');
  await until(() => inPicker(settings, '.tabpanel .emoji').length > 50, 'the picker shows emoji');
  return settings;
}

describe('the emoji picker', () => {
  afterEach(clearPage);

  it('is loaded when it is first opened, and not before', async () => {
    const settings = await openSettings();
    await click(settings, part(settings, 'new'));
    expect(requested().filter((url) => url.includes('emoji-picker-element'))).to.deep.equal([]);
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => picker(settings), 'the picker is there');
    expect(requested().some((url) => url.includes('emoji-picker-element'))).to.equal(true);
  });

  it('is searched by keyboard, puts what is chosen into the field, and gives the focus back', async () => {
    const settings = await openPicker();
    expect(part(settings, 'choose-emoji')!.ariaExpanded).to.equal('true');
    await until(() => picker(settings)!.shadowRoot!.activeElement?.id === 'search', 'the search has the focus');
    await sendKeys({ type: 'package' });
    await until(() => inPicker(settings, '[role="option"]').some(({ id }) => id.startsWith('emo-📦')), 'it is found');
    const active = (): string => inPicker(settings, '#search')[0]?.getAttribute('aria-activedescendant') ?? '';
    // The picker takes in what was typed when the browser is idle, and points at nothing then.
    const taken = async (): Promise<boolean> => {
      if (picker(settings) && !active()) await press('ArrowDown');
      if (active().startsWith('emo-📦')) await press('Enter');
      return field(settings).startsWith('📦');
    };
    await until(taken, 'the field has it');
    await until(() => focused(settings) === 'choose-emoji', 'the focus is back');
    expect(picker(settings)).to.equal(null);
    expect(part(settings, 'choose-emoji')!.ariaExpanded).to.equal('false');
  });

  it('is closed with Escape, with the form left open, and opens again', async () => {
    const settings = await openPicker();
    await press('Escape');
    await until(() => !picker(settings), 'it is closed');
    expect(focused(settings)).to.equal('choose-emoji');
    expect(part(settings, 'form')).to.not.equal(undefined);
    await press('Enter');
    await until(() => inPicker(settings, '.tabpanel .emoji').length > 50, 'it shows emoji again');
    await click(settings, inPicker(settings, '.tabpanel .emoji')[3]);
    await until(() => field(settings), 'the field has one');
  });

  it('is closed by a press beside it', async () => {
    const settings = await openPicker();
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await until(() => !picker(settings), 'it is closed');
  });

  it('is accessible, in light and dark', async () => {
    const settings = await openPicker();
    await expectAccessible(settings);
    settings.style.colorScheme = 'dark';
    await expectAccessible(settings);
    const colours = (): string => getComputedStyle(inPicker(settings, '.picker')[0]!).backgroundColor;
    expect(colours()).to.equal('rgb(29, 35, 44)');
    settings.style.colorScheme = 'light';
    expect(colours()).to.equal('rgb(255, 255, 255)');
  });

  it('goes from right to left, and follows forced colours', async () => {
    document.documentElement.dir = 'rtl';
    try {
      const settings = await openPicker();
      const [one, two] = inPicker(settings, '.tabpanel .emoji');
      expect(one!.getBoundingClientRect().left).to.be.greaterThan(two!.getBoundingClientRect().left);
      if (await emulateFeatures({ 'forced-colors': 'active' })) await expectAccessible(settings);
    } finally {
      await emulateFeatures({});
      document.documentElement.dir = '';
    }
  });

  it('asks its own host alone', async () => {
    const settings = await openPicker();
    expect(settings.isConnected).to.equal(true);
    expect(requested().filter((url) => new URL(url).origin !== location.origin)).to.deep.equal([]);
    expect(requested().some((url) => url.endsWith('/emoji-en.json'))).to.equal(true);
  });

  it('takes its emoji from the address that the page gives', async () => {
    const settings = await openSettings({ emojiData: '/elsewhere/emoji-en.json', strings: { lang: 'xx' } });
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => inPicker(settings, '.tabpanel .emoji').length > 50, 'the picker shows emoji');
    expect(requested().some((url) => url.endsWith('/elsewhere/emoji-en.json'))).to.equal(true);
  });

  it('says in its own place that emoji cannot be loaded; one can still be typed', async () => {
    const settings = await openSettings({ emojiData: '/nowhere.json', strings: { lang: 'yy' } });
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await until(() => inPicker(settings, '.message')[0]?.textContent?.includes('Could not load'), 'it says so');
    part(settings, 'emoji')!.focus();
    await until(() => !picker(settings), 'it closes when the focus leaves it');
    await sendKeys({ type: '☕' });
    expect(field(settings)).to.equal('☕');
  });

  it('speaks the words of the page', async () => {
    const settings = await openPicker({ strings: { picker: { searchLabel: 'Suchen' }, chooseEmoji: 'Emoji wählen' } });
    expect(inPicker(settings, 'input')[0]?.getAttribute('placeholder')).to.equal('Suchen');
    expect(part(settings, 'picker')?.ariaLabel).to.equal('Emoji wählen');
  });

  it('works in a page whose policy is strict, with Trusted Types, and violates nothing of it', async () => {
    const frame = keepTrack(document.createElement('iframe'));
    frame.title = 'A strict page';
    Object.assign(frame, { width: 700, height: 900, src: '/test/elements/fixtures/strict-settings.html' });
    document.body.append(frame);
    const report = (): Record<string, unknown> =>
      (Reflect.get(frame.contentWindow!, 'report') ?? {}) as Record<string, unknown>;
    await until(() => report()['done'], 'the admin in the strict page is done');
    expect(report()['violations']).to.deep.equal([]);
    expect(report()['emoji']).to.equal('😀');
    expect(report()['columns']).to.be.greaterThan(4);
    expect(report()['hosts']).to.deep.equal([location.origin]);
    frame.contentDocument!.createElement('button').setAttribute('style', 'color: red');
    await until(() => (report()['violations'] as unknown[]).length > 0, 'the policy holds');
  });

  it('says so where it cannot be loaded itself; an emoji can still be typed and the status be added', async () => {
    const packages = ['lit', 'lit-html', 'lit-element', '@lit', 'idb-keyval'].map((name) => `/node_modules/${name}/`);
    const sources = ['/src/', '/test/', ...packages].map((path) => location.origin + path).join(' ');
    const frame = keepTrack(document.createElement('iframe'));
    frame.title = 'A page that cannot load everything';
    frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src ${sources}">
      <script type="module" src="${location.origin}/test/elements/fixtures/no-picker.ts"></script>`;
    document.body.append(frame);
    const report = (): Record<string, unknown> =>
      (frame.contentWindow && (Reflect.get(frame.contentWindow, 'report') as Record<string, unknown> | undefined)) ??
      {};
    await until(() => report()['added'], 'the status is added');
    expect(report()['message']).to.contain('Type or paste an emoji');
    expect(report()['errors']).to.deep.equal(['unavailable']);
  });

  it('does not fail a page where no emoji was chosen before the form is left', async () => {
    const settings = await openSettings();
    const errors = listen(settings, 'phone-error');
    await click(settings, part(settings, 'new'));
    await click(settings, part(settings, 'choose-emoji'));
    await click(settings, part(settings, 'cancel'));
    await until(() => !part(settings, 'form'), 'the form is closed');
    expect(errors).to.have.length(0);
  });
});
