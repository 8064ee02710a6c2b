import { expect } from '@open-wc/testing';
import {
  addStatus,
  english,
  memoryStore,
  PhoneError,
  registerStrings,
  updateStatus,
  type PhoneWidget,
} from 'phone-widget';
import {
  clearPage,
  find,
  keepTrack,
  newPlace,
  openWidget,
  part,
  parts,
  refusing,
  settled,
  storeWith,
  textOf,
  until,
} from '../support/elements.js';

async function openIn(lang: string, set: Partial<PhoneWidget> = {}): Promise<PhoneWidget> {
  const box = keepTrack(document.createElement('div'));
  box.lang = lang;
  document.body.append(box);
  const root = box.attachShadow({ mode: 'open' });
  const widget = await openWidget(set);
  root.append(widget);
  await settled(widget);
  return widget;
}

const label = (widget: PhoneWidget): string => part(widget, 'selector')!.getAttribute('aria-label') ?? '';

describe('the strings', () => {
  before(() => {
    registerStrings('sv', {
      status: 'Status i dag',
      statusNames: { available: 'Ledig' },
      bySignIn: 'satt vid inloggning',
    });
    registerStrings('pt-BR', { status: 'Situação' });
  });
  afterEach(clearPage);

  it('are those registered for the language around the element, through shadow roots, whatever the region', async () => {
    expect(label(await openIn('sv-FI'))).to.equal('Status i dag: Ledig, satt vid inloggning');
    expect(label(await openIn('PT-br'))).to.match(/^Situação: Available/);
  });

  it('stay English where nothing is registered, and in what a language leaves out', async () => {
    expect(label(await openIn('fi'))).to.equal('Status: Available, set at sign-in');
    const widget = await openIn('sv');
    part(widget, 'selector')!.click();
    await settled(widget);
    expect(part(widget, 'list')!.getAttribute('aria-label')).to.equal(english.statuses);
  });

  it('come to elements that are on the page already', async () => {
    const widget = await openIn('nl');
    expect(label(widget)).to.match(/^Status: Available/);
    registerStrings('nl', { status: 'Stand' });
    await settled(widget);
    await until(() => label(widget).startsWith('Stand: '), 'the words are there');
  });

  it('stay what they are where the element is given none', async () => {
    expect(label(await openIn('sv', { strings: null as never }))).to.match(/^Status i dag: Ledig/);
  });

  it('give way to those of the element', async () => {
    expect(label(await openIn('sv', { strings: { status: 'Läge' } }))).to.match(/^Läge: Ledig/);
  });

  const named = async (widget: PhoneWidget): Promise<string[]> => {
    part(widget, 'selector')!.click();
    await until(() => parts(widget, 'status').length > 0, 'the list is open');
    return parts(widget, 'status').map((one) => textOf(one.lastElementChild!));
  };
  const statusNames = { available: 'Fri', meeting: 'Möte', break: 'Paus', lunch: 'Mat' };

  it('name the statuses that the product comes with, until an admin renames them', async () => {
    const store = await storeWith((account) => updateStatus(account, 'lunch', { name: 'Siesta' }));
    const names = await named(await openIn('sv', { store, strings: { statusNames } }));
    expect(names).to.include.members(['Fri', 'Möte', 'Paus', 'Siesta']);
    expect(names).to.not.include('Mat');
  });

  it('leave a status its stored name where another one is shown by the name of the language', async () => {
    const store = await storeWith((account) => addStatus(account, { name: 'ＰＡＵＳ', emoji: '🫖' }));
    const names = await named(await openIn('sv', { store, strings: { statusNames } }));
    expect(names).to.include.members(['Fri', 'Möte', 'Break', 'Mat', 'ＰＡＵＳ']);
    const swapped = { ...statusNames, meeting: 'Lunch', lunch: 'Paus' };
    const others = await named(await openIn('sv', { strings: { statusNames: swapped } }));
    expect(others).to.include.members(['Meeting', 'Break', 'Lunch']);
  });

  it('have a sentence for every code, and a general one for anything else', async () => {
    for (const [code, text] of Object.entries(english.errors)) expect(text, code).to.match(/^[A-Z].*\.$/);
    const store = refusing(memoryStore({ account: newPlace() }), ({ type }) =>
      type === 'choose' ? new PhoneError('too-many-statuses', 'HTTP 507 at http store') : undefined,
    );
    const widget = await openWidget({ store });
    await widget.choose('break').catch(() => undefined);
    part(widget, 'selector')!.click();
    await settled(widget);
    parts(widget, 'status')
      .find(({ dataset }) => dataset['status'] === 'break')!
      .click();
    const alert = (): HTMLElement | undefined => find(widget, '[role="alert"]')[0];
    await until(alert, 'the sentence is loaded');
    expect(textOf(alert())).to.equal(
      'Break was not saved: No more statuses can be added. Rename a disabled one. Your status is still Available.',
    );
  });
});
