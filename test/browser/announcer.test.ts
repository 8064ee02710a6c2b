import 'phone-widget/define';
import { expect } from '@open-wc/testing';
import { LitElement } from 'lit';
import { announce, Announcer } from '../../src/elements/controllers/announcer.js';
import { announcements, clearPage, find, keepTrack, liveRegion, until } from '../support/elements.js';

class SpeakingElement extends LitElement {
  subject: object | undefined;

  constructor() {
    super();
    new Announcer(this, () => this.subject);
  }
}
customElements.define('speaking-element', SpeakingElement);

/** An element on the page that shows the subject, with what it says. */
async function speaking(subject: object): Promise<{ element: SpeakingElement; said: readonly string[] }> {
  const element = Object.assign(new SpeakingElement(), { subject });
  document.body.append(keepTrack(element));
  await element.updateComplete;
  return { element, said: announcements(element).said };
}

afterEach(clearPage);

describe('an announcer', () => {
  for (const tag of ['phone-widget', 'phone-status-select', 'phone-conversation']) {
    it(`gives ${tag} one polite region, empty from its first drawing, and none to what is inside it`, async () => {
      const element = keepTrack(document.createElement(tag)) as LitElement;
      document.body.append(element);
      await element.updateComplete;
      const region = liveRegion(element);
      expect(region.getRootNode()).to.equal(element.shadowRoot);
      expect(region.getAttribute('aria-live')).to.equal('polite');
      expect(region.textContent).to.equal('');
    });
  }

  it('says a text, and clears it after a while', async () => {
    const subject = {};
    const { element, said } = await speaking(subject);
    announce(subject, 'Busy');
    expect(liveRegion(element).textContent).to.equal('Busy');
    await until(() => liveRegion(element).textContent === '', 'it is cleared');
    expect(said).to.deep.equal(['Busy']);
  });

  it('says everything that comes at once, one text after the other', async () => {
    const subject = {};
    const { said } = await speaking(subject);
    for (const text of ['Busy', 'On hold', 'Muted']) announce(subject, text);
    await until(() => said.length === 3, 'all is said');
    expect(said).to.deep.equal(['Busy', 'On hold', 'Muted']);
  });

  it('says an equal text again, and an occurrence once', async () => {
    const subject = {};
    const { said } = await speaking(subject);
    announce(subject, 'On hold', 'first');
    announce(subject, 'On hold', 'first');
    announce(subject, 'On hold', 'second');
    await until(() => said.length === 2, 'it is said again');
    announce(subject, 'On hold');
    await until(() => said.length === 3, 'and again');
    expect(said).to.deep.equal(['On hold', 'On hold', 'On hold']);
  });

  it('says nothing of another subject, and of none', async () => {
    const { said } = await speaking({});
    const other = await speaking({});
    announce(other.element.subject, 'Busy');
    announce(undefined, 'Busy');
    await until(() => other.said.length === 1, 'the other one is told');
    expect(said).to.deep.equal([]);
  });

  it('is the first one on the page that shows the subject, and the next when that is gone', async () => {
    const subject = {};
    const first = await speaking(subject);
    const second = await speaking(subject);
    announce(subject, 'Busy');
    await until(() => first.said.length === 1, 'the first speaks');
    first.element.remove();
    announce(subject, 'Available');
    await until(() => second.said.length === 1, 'the second takes over');
    expect([first.said, second.said]).to.deep.equal([['Busy'], ['Available']]);
  });

  it('keeps its one region when its element is moved', async () => {
    const subject = {};
    const { element, said } = await speaking(subject);
    const box = keepTrack(document.createElement('div'));
    document.body.append(box);
    box.append(element);
    announce(subject, 'Busy');
    await until(() => said.length === 1, 'it speaks');
    expect(find(element, '[role="status"]')).to.have.length(1);
  });
});
