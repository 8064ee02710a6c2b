import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { updateSettings, type PhoneWidget } from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import { press } from '../../support/keys.js';
import {
  clearPage,
  find,
  keepTrack,
  listed,
  listen,
  openWidget,
  part,
  parts,
  selectIn,
  settled,
  storeWith,
  textOf,
  until,
} from '../../support/elements.js';

let widget: PhoneWidget;

const selector = (): HTMLElement => part(widget, 'selector')!;
const field = (): HTMLInputElement | undefined => find(widget, 'input[type="tel"]')[0] as HTMLInputElement | undefined;
const problem = (): string =>
  find(widget, '[role="alert"]')
    .map((one) => textOf(one))
    .join();

/** One key after the other: some drivers lose repeated ones otherwise. */
async function type(text: string): Promise<void> {
  for (const letter of text) await sendKeys({ type: letter });
}

async function begin(): Promise<void> {
  selector().focus();
  selector().click();
  await settled(widget);
  parts(widget, 'status')
    .find(({ dataset }) => dataset['status'] === 'forward-to-phone')!
    .click();
  await until(() => field() && selectIn(widget).shadowRoot!.activeElement === field(), 'the number is asked for');
}

describe('Forward to Phone', () => {
  beforeEach(async () => {
    localStorage.clear();
    widget = await openWidget({
      store: await storeWith((account) => updateSettings(account, { forwardToPhone: true })),
      country: 'DE',
    });
  });
  afterEach(clearPage);

  it('is not in the list of an account that does not have it', async () => {
    clearPage();
    widget = await openWidget();
    selector().click();
    await settled(widget);
    expect(listed(widget)).not.to.include('forward-to-phone');
  });

  it('asks for the number first, and forwards to it in its international form', async () => {
    const requests = listen(widget, 'phone-status-request');
    await begin();
    expect(requests).to.deep.equal([]);
    expect(field()!.labels![0]!.textContent).to.equal('Phone number');
    await expectAccessible(widget);
    await type('030 901820');
    await press('Enter');
    await until(() => widget.view?.status.id === 'forward-to-phone', 'calls are forwarded');
    expect(widget.view!.route).to.deep.equal({ to: 'phone', number: '+4930901820' });
    expect(requests.map(({ detail }) => detail)).to.deep.equal([
      { agentId: 'ana', statusId: 'forward-to-phone', forwardTo: '+4930901820' },
    ]);
    await settled(widget);
    expect(field()).to.equal(undefined);
    expect(selectIn(widget).shadowRoot!.activeElement).to.equal(selector());
    expect(textOf(part(widget, 'why')).replace(/[\u2066-\u2069]/g, '')).to.match(/^Forward to Phone, to \+4930901820/);
  });

  for (const wrong of ['', 'call me', '12', '+49', '+0 30 901820', '<b>1</b>', '+4930901820#12', '*21#']) {
    it(`refuses "${wrong}" beside the field, which keeps the text and the focus`, async () => {
      await begin();
      if (wrong) await type(wrong);
      await press('Enter');
      await until(() => problem(), 'the field says why');
      expect(problem()).to.contain('country code');
      expect(field()!.value).to.equal(wrong);
      expect(field()!.getAttribute('aria-invalid')).to.equal('true');
      expect(find(widget, `#${field()!.getAttribute('aria-describedby') ?? ''}`)).to.have.length(1);
      expect(selectIn(widget).shadowRoot!.activeElement).to.equal(field());
      expect(widget.view?.status.id).to.equal('available');
      await expectAccessible(widget);
    });
  }

  it('takes a number with its country code, from wherever it is', async () => {
    await begin();
    await type('+1 (212) 736-5000');
    await press('Enter');
    await until(() => widget.view?.route?.to === 'phone', 'calls are forwarded');
    expect(widget.view!.route).to.deep.equal({ to: 'phone', number: '+12127365000' });
  });

  for (const [written, number] of [
    ['+44 (0)20 7946 0000', '+442079460000'],
    ['+39 (0)6 698 12345', '+390669812345'],
    ['tel:+49-30-901820', '+4930901820'],
    ['\u2066+49 30\u00AD901820\u2069', '+4930901820'],
    ['٠٣٠ ٩٠١٨٢٠', '+4930901820'],
    ['(+44) (0)20 7946 0000', '+442079460000'],
    ['(030) 901820', '+4930901820'],
    ['0044 20 7946 0000', '+442079460000'],
  ] as const) {
    it(`takes ${JSON.stringify(written)} as it is meant`, async () => {
      await begin();
      field()!.value = written;
      await press('Enter');
      await until(() => widget.view?.route?.to === 'phone', 'calls are forwarded');
      expect(widget.view!.route).to.deep.equal({ to: 'phone', number });
    });
  }

  for (const written of [
    '+49 30 901820 ext. 12',
    '+49 30 901820 (ext. 12)',
    'tel:+4930901820;ext=12;isub=1',
    '+49 30 901820 int. 12',
    '+49 30 901820,12',
    '+49 30 901820~12',
  ]) {
    it(`refuses "${written}" in words of its own, for its extension would be lost`, async () => {
      await begin();
      field()!.value = written;
      await press('Enter');
      await until(() => problem(), 'the field says why');
      expect(problem()).to.contain('Leave out the extension');
      expect(field()!.value).to.equal(written);
      expect(widget.view?.status.id).to.equal('available');
    });
  }

  it('takes the focus from nobody who went on while the number was looked at', async () => {
    await begin();
    field()!.value = '123';
    const elsewhere = keepTrack(document.body.appendChild(document.createElement('input')));
    field()!.form!.requestSubmit();
    elsewhere.focus();
    await until(() => problem(), 'the field says why');
    await settled(widget);
    expect(document.activeElement === elsewhere).to.equal(true);
  });

  it('fills in the last number of this agent, and of no other', async () => {
    const { store } = widget;
    await begin();
    await type('030 901820');
    await press('Enter');
    await until(() => widget.view?.route?.to === 'phone', 'calls are forwarded');
    await widget.choose('available');
    await begin();
    expect(field()!.value).to.equal('+4930901820');
    clearPage();
    widget = await openWidget({ agentId: 'bob', store: store! });
    await begin();
    expect(field()!.value).to.equal('');
  });

  it('takes the international form alone where the rules of numbers cannot be loaded', async () => {
    const packages = ['lit', 'lit-html', 'lit-element', '@lit', 'idb-keyval'].map((name) => `/node_modules/${name}/`);
    const sources = ['/src/', '/test/', ...packages].map((path) => location.origin + path).join(' ');
    const frame = keepTrack(document.createElement('iframe'));
    frame.title = 'A page that cannot load everything';
    frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src ${sources}">
      <script type="module" src="${location.origin}/test/elements/fixtures/unreachable.ts"></script>`;
    document.body.append(frame);
    const report = (): { route?: unknown; problems?: string[] } =>
      (frame.contentWindow && (Reflect.get(frame.contentWindow, 'report') as object | undefined)) ?? {};
    await until(() => report().route, 'calls are forwarded');
    expect(report().problems).to.have.length(2);
    for (const problem of report().problems!) expect(problem).to.contain('country code');
    expect(report().route).to.deep.equal({ to: 'phone', number: '+4930901820' });
  });

  it('is left with Escape and with Cancel, and the focus goes back', async () => {
    for (const leave of [() => press('Escape'), async () => find(widget, 'form button[type="button"]')[0]!.click()]) {
      await begin();
      await leave();
      await until(() => !field(), 'the form is gone');
      expect(selectIn(widget).shadowRoot!.activeElement).to.equal(selector());
    }
    expect(widget.view?.status.id).to.equal('available');
  });
});
