import { expect } from '@open-wc/testing';
import { english, registerStrings, type PhoneWidget } from 'phone-widget';
import { clearPage, keepTrack, openWidget, part, parts, settled, textOf, until } from '../support/elements.js';

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

  it('name default statuses only: a custom one is called what the admin calls it', async () => {
    const widget = await openIn('sv', { strings: { statusNames: { available: 'Fri', lunch: 'Mat' } } });
    part(widget, 'selector')!.click();
    await until(() => parts(widget, 'status').length > 0, 'the list is open');
    const names = parts(widget, 'status').map((one) => textOf(one.lastElementChild!));
    expect(names).to.include.members(['Fri', 'Lunch']);
  });
});
