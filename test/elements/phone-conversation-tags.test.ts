import { expect, waitUntil } from '@open-wc/testing';
import { expectAccessible } from '../support/axe.js';
import { press } from '../support/keys.js';
import {
  anna,
  button,
  openPage,
  paste,
  part,
  tagFieldOf,
  tagsOf,
  type HelpdeskPage,
  type,
} from './phone-conversation-page.js';

/** A page with a call that goes on, and the field for tags focused. */
async function openWithTags(tags: readonly string[] = [], dir: 'ltr' | 'rtl' = 'ltr'): Promise<HelpdeskPage> {
  const page = await openPage({ dir });
  page.feed.started(anna);
  (await tagFieldOf(page)).focus();
  for (const tag of tags) {
    await type(tag);
    await press('Enter');
  }
  await expectTags(page, ...tags);
  return page;
}

async function expectTags(page: HelpdeskPage, ...tags: readonly string[]): Promise<void> {
  await waitUntil(() => tagsOf(page).join('|') === tags.join('|'), `the tags are ${tags.join()}`).catch(() => {
    expect(tagsOf(page)).to.deep.equal(tags);
  });
}

const focusedIn = ({ element }: HelpdeskPage): string =>
  element.shadowRoot!.activeElement?.getAttribute('aria-label') ?? '';
const announced = ({ element }: HelpdeskPage): string =>
  element.shadowRoot!.querySelector('[role="status"]')!.textContent!;

describe('phone-conversation, tags', () => {
  it('takes a tag with Enter, keeps the focus, and announces it politely', async () => {
    const page = await openWithTags(['billing']);
    expect((await tagFieldOf(page)).value).to.equal('');
    expect(focusedIn(page)).to.equal('Add a tag');
    await waitUntil(() => announced(page) === 'billing added', 'it is announced');
    await expectAccessible(page.element);
  });

  it('takes tags with a comma, in whatever script, and several at once', async () => {
    const page = await openWithTags();
    await type('one,two,');
    await expectTags(page, 'one', 'two');
    paste(await tagFieldOf(page), ' ثلاثة، 四、five, six');
    await expectTags(page, 'one', 'two', 'ثلاثة', '四', 'five');
    expect((await tagFieldOf(page)).value).to.equal('six');
  });

  it('takes the tag that is being typed where the field is left', async () => {
    const page = await openWithTags();
    await type('left');
    await press('Tab');
    await expectTags(page, 'left');
  });

  it('takes no tag twice, in whatever case, and none that is empty', async () => {
    const page = await openWithTags(['Élan']);
    await type('ÉLAN,  , e\u0301lan,');
    await press('Enter');
    await expectTags(page, 'Élan');
    expect((await tagFieldOf(page)).value).to.equal('');
  });

  it('removes a tag by its button, and says so', async () => {
    const page = await openWithTags(['a', 'b', 'c']);
    (await button(page, 'Remove b')).click();
    await expectTags(page, 'a', 'c');
    await waitUntil(() => announced(page) === 'b removed', 'it is said');
    await waitUntil(() => focusedIn(page) === 'Remove c', 'the next one has the focus');
  });

  it('removes the last tag with Backspace in the empty field, and nothing while something is typed', async () => {
    const page = await openWithTags(['a', 'b']);
    await type('x');
    await press('Backspace');
    await expectTags(page, 'a', 'b');
    await press('Backspace');
    await expectTags(page, 'a');
    await waitUntil(() => focusedIn(page) === 'Add a tag', 'the focus stays');
    await press('Backspace');
    await press('Backspace');
    await expectTags(page);
  });

  it('is walked with the arrow keys, Home and End, and is one stop of the Tab key', async () => {
    const page = await openWithTags(['a', 'b', 'c']);
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Remove c');
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Remove b');
    await press('ArrowRight');
    expect(focusedIn(page)).to.equal('Remove c');
    await press('ArrowRight');
    expect(focusedIn(page)).to.equal('Add a tag');
    await press('Home');
    expect(focusedIn(page)).to.equal('Remove a');
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Remove a');
    await press('End');
    expect(focusedIn(page)).to.equal('Add a tag');
    await press('Shift+Tab');
    expect(page.element.shadowRoot!.activeElement).to.equal(await part(page, 'notes'));
  });

  it('leaves the arrow keys to the text while something is typed', async () => {
    const page = await openWithTags(['a']);
    await type('xy');
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Add a tag');
    await press('ArrowLeft');
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Remove a');
  });

  it('follows the arrow keys as they are seen, right to left', async () => {
    const page = await openWithTags(['a', 'b'], 'rtl');
    await press('ArrowRight');
    expect(focusedIn(page)).to.equal('Remove b');
    await press('ArrowRight');
    expect(focusedIn(page)).to.equal('Remove a');
    await press('ArrowLeft');
    expect(focusedIn(page)).to.equal('Remove b');
  });

  it('removes chips with Delete, Backspace and Enter, and goes on with the next one', async () => {
    const page = await openWithTags(['a', 'b', 'c']);
    await press('Home');
    await press('Delete');
    await expectTags(page, 'b', 'c');
    await waitUntil(() => focusedIn(page) === 'Remove b', 'the next one has the focus');
    await press('Enter');
    await expectTags(page, 'c');
    await waitUntil(() => focusedIn(page) === 'Remove c', 'the next one has the focus');
    await press('Backspace');
    await expectTags(page);
    await waitUntil(() => focusedIn(page) === 'Add a tag', 'the field has the focus');
  });

  it('focuses the field where the space around it is pressed', async () => {
    const page = await openWithTags(['a']);
    await press('Tab');
    (await part(page, 'tags')).click();
    expect(focusedIn(page)).to.equal('Add a tag');
  });

  it('cuts a long tag, and keeps its whole text', async () => {
    const page = await openWithTags();
    const long = 'a tag that was pasted from another system '.repeat(5).trim();
    paste(await tagFieldOf(page), long);
    await press('Enter');
    await expectTags(page, long);
    const shown = page.element.shadowRoot!.querySelector<HTMLElement>('.tag bdi')!;
    expect(shown.title).to.equal(long);
    expect(shown.scrollWidth).to.be.greaterThan(shown.clientWidth);
    expect((await part(page, 'tags')).scrollWidth).to.be.at.most((await part(page, 'tags')).clientWidth + 1);
  });
});
