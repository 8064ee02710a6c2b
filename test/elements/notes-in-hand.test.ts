import { aTimeout, expect } from '@open-wc/testing';
import { resetMouse, sendMouse } from '@web/test-runner-commands';
import { AgentSession, createCallFeed, memoryStore, updateSettings } from 'phone-widget';
import type { AccountSettings, Actor, CallFeed, PhoneWidget } from 'phone-widget';
import { expectAccessible } from '../support/axe.js';
import { append, clearPage, find, keepTrack, listen, shown, storeWith, until } from '../support/elements.js';
import { press } from '../support/keys.js';
import { anna, ben, newPlace, obedient, type } from './phone-conversation-page.js';

interface Opened {
  readonly widget: PhoneWidget;
  readonly feed: CallFeed;
  readonly account: string;
}

/** A widget in After Call Work, with the focus in the notes. */
async function openNotes(settings: Partial<AccountSettings> = {}): Promise<Opened> {
  const account = newPlace();
  const store = await storeWith((one) => updateSettings(one, settings), account);
  const feed: CallFeed = createCallFeed({ controls: obedient(() => feed) });
  const widget = document.createElement('phone-widget');
  Object.assign(widget, { agentId: 'ana', store, calls: feed });
  await append(widget);
  feed.started(anna);
  feed.ended(anna.id);
  (await shown(widget, 'notes')).focus();
  return { widget, feed, account };
}

/** Somebody who looks at the agent from elsewhere: another browser's tab, or a supervisor. */
async function elsewhere(account: string, actor?: Actor): Promise<AgentSession> {
  const session = new AgentSession({ agentId: 'ana', store: memoryStore({ account }), ...(actor && { actor }) });
  session.start();
  await until(() => session.view?.conversations.length, 'the conversation is seen elsewhere');
  return session;
}

const notesIn = (widget: PhoneWidget): HTMLTextAreaElement => find(widget, 'textarea')[0] as HTMLTextAreaElement;
const panelIn = (widget: PhoneWidget): HTMLElement | undefined => find(widget, '[part~="conversation"]')[0];
const isClosed = (widget: PhoneWidget) => until(() => widget.view?.conversations.length === 0, 'it is closed');
const focusedIn = (widget: PhoneWidget): Element | null | undefined =>
  find(widget, 'phone-conversation')[0]?.shadowRoot?.activeElement;
const saidIn = (widget: PhoneWidget): string =>
  find(widget, '[role="status"]')
    .map((region) => region.textContent)
    .join();
const closedBy = async ({ widget, account }: Opened, actor?: Actor): Promise<void> => {
  const session = await elsewhere(account, actor);
  await session.closeConversation(anna.id);
  await isClosed(widget);
  await session.stop();
};
/** Takes the focus from the field, however deep: not every browser does that by the element around. */
function leaveField(): void {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  (active as HTMLElement).blur();
}

const sue: Actor = { role: 'supervisor', id: 'sue', name: 'Ben' };

describe('notes that the agent is writing when their conversation is closed', () => {
  afterEach(async () => {
    clearPage();
    await resetMouse();
  });

  it('keep field, focus and text while the limit passes, and choose no status', async () => {
    const { widget } = await openNotes({ acwLimitSeconds: 1 });
    const closings = listen(widget, 'phone-conversation-close');
    const changes = listen(widget, 'phone-status-change');
    const field = notesIn(widget);
    await type('please call ');
    await isClosed(widget);
    await type('back later about training ');
    expect(field.value).to.equal('please call back later about training ');
    expect(focusedIn(widget)).to.equal(field);
    expect(changes.map(({ detail }) => detail.status.id)).to.deep.equal(['available']);
    expect(find(widget, '[role="listbox"]')).to.deep.equal([]);
    expect(closings).to.deep.equal([]);
    leaveField();
    await until(() => closings.length, 'the draft is handed on');
    const { notes, cause } = closings[0]!.detail;
    expect({ notes, cause }).to.deep.equal({ notes: 'please call back later about training ', cause: 'limit' });
    expect(closings[0]!.cancelable).to.equal(false);
    expect(panelIn(widget)).to.equal(undefined);
  });

  it('read as over: who closed them is shown and said, and nothing is left but the fields', async () => {
    const opened = await openNotes();
    const { widget } = opened;
    await type('first');
    await closedBy(opened, sue);
    await until(() => saidIn(widget).includes('Closed by the supervisor Ben'), 'it is said');
    const panel = panelIn(widget)!;
    expect(panel.textContent).to.contain('Closed by the supervisor Ben');
    expect(panel.getAttribute('aria-label')).to.equal('Closed by the supervisor Ben, Anna Nowak');
    expect(find(panel, 'button')).to.deep.equal([]);
    expect(widget.view?.status.id).to.equal('available');
    await expectAccessible(widget);
  });

  for (const [how, words, close] of [
    ['another tab', 'Closed in another tab', (opened: Opened) => closedBy(opened)],
    [
      'a supervisor without a name',
      'Closed by the supervisor sue',
      (opened: Opened) => closedBy(opened, { role: 'supervisor', id: 'sue' }),
    ],
  ] as const) {
    it(`are handed on once they are left, with the whole text, where ${how} closes`, async () => {
      const opened = await openNotes();
      const { widget } = opened;
      const closings = listen(widget, 'phone-conversation-close');
      await type('before');
      await close(opened);
      await until(() => panelIn(widget)?.textContent?.includes(words), 'it is shown');
      await type(' and');
      await press('Tab');
      await type('urgent');
      expect(closings).to.deep.equal([]);
      leaveField();
      await until(() => closings.length, 'the draft is handed on');
      expect(closings.map(({ detail: { notes, tags } }) => [notes, tags])).to.deep.equal([['before and', ['urgent']]]);
    });
  }

  it('are handed on by one of two widgets of a page, once', async () => {
    const opened = await openNotes();
    const { widget, account } = opened;
    const other = document.createElement('phone-widget');
    Object.assign(other, { agentId: 'ana', store: memoryStore({ account }) });
    await append(other);
    const closings = [...[widget, other].map((one) => listen(one, 'phone-conversation-close'))];
    await type('whole');
    await closedBy(opened, sue);
    expect(panelIn(other)).to.equal(undefined);
    await type(' text');
    leaveField();
    await until(() => closings.flat().length, 'the draft is handed on');
    await aTimeout(0);
    expect(closings.flat().map(({ detail }) => detail.notes)).to.deep.equal(['whole text']);
  });

  it('stay beside a call that comes meanwhile, and go on where it is answered by the same id', async () => {
    const opened = await openNotes();
    const { widget, feed } = opened;
    await type('first');
    await closedBy(opened, sue);
    feed.started(ben);
    await until(() => find(widget, '[part~="conversation"]').length === 2, 'both are shown');
    await type(' second');
    const states = find(widget, '[part~="conversation"]').map((panel) => panel.dataset['state']);
    expect(states).to.deep.equal(['live', 'closed']);
    expect((focusedIn(widget) as HTMLTextAreaElement).value).to.equal('first second');
  });

  it('belong to the conversation again where its presumed end is taken back', async () => {
    const opened = await openNotes();
    const { widget, feed } = opened;
    feed.started({ ...ben, id: 'lost' });
    await widget.endCall('lost');
    await until(() => find(widget, 'textarea').length === 2, 'both are shown');
    const field = find(widget, 'textarea')[1] as HTMLTextAreaElement;
    field.focus();
    await type('a');
    const session = await elsewhere(opened.account, sue);
    await session.closeConversation('lost');
    await until(
      () => panelIn(widget)?.dataset['state'] === 'closed' || find(widget, '[data-state="closed"]').length,
      'it is closed',
    );
    feed.started({ ...ben, id: 'lost' });
    await until(() => find(widget, '[data-state="live"]').length, 'the call is back');
    await type('b');
    expect(field.value).to.equal('ab');
    expect(focusedIn(widget)).to.equal(field);
    expect(find(widget, '[data-state="closed"]')).to.deep.equal([]);
    await session.stop();
  });

  it('are kept by a handler that fails, until the next load', async () => {
    const opened = await openNotes();
    const { widget, account } = opened;
    const told = listen(widget, 'phone-error');
    widget.addEventListener('phone-conversation-close', ({ detail }) =>
      detail.waitUntil(Promise.reject(new Error('no line'))),
    );
    await type('not lost');
    await closedBy(opened, sue);
    leaveField();
    await until(() => told.length, 'it is told');
    const kept = Object.entries(localStorage).filter(([key]) => key.includes(account) && key.includes('draft'));
    expect(kept.map(([, text]) => (JSON.parse(String(text)) as { notes: string }).notes)).to.deep.equal(['not lost']);
  });

  it('are gone at once where this page closes, and the focus goes to the widget', async () => {
    const { widget } = await openNotes();
    const closings = listen(widget, 'phone-conversation-close');
    await type('done');
    await widget.closeConversation(anna.id);
    await until(() => !panelIn(widget), 'the panel is gone');
    expect(closings.map(({ detail }) => detail.notes)).to.deep.equal(['done']);
    expect(widget.shadowRoot!.activeElement?.getAttribute('role')).to.equal('group');
    await type('t ');
    expect(widget.view?.status.id).to.equal('available');
    expect(find(widget, '[role="listbox"]')).to.deep.equal([]);
  });

  for (const [how, remove] of [
    ['Delete', async () => press('Delete')],
    [
      'the mouse',
      async (chip: HTMLElement) => {
        const { x, y, width, height } = chip.getBoundingClientRect();
        await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
      },
    ],
  ] as const) {
    it(`stay in hand while their tags are removed with ${how}, to the last one`, async () => {
      const opened = await openNotes();
      const { widget } = opened;
      const closings = listen(widget, 'phone-conversation-close');
      const field = find(widget, '.tags input')[0]!;
      field.focus();
      await type('one,two,');
      await press('ArrowLeft');
      await closedBy(opened, sue);
      for (const left of [1, 0]) {
        await remove(find(widget, '.tag button').at(-1)!);
        await until(() => find(widget, '.tag').length === left, 'the tag is gone');
        expect(focusedIn(widget) === field).to.equal(true);
        if (left) await press('ArrowLeft');
      }
      await type('three,');
      leaveField();
      await until(() => closings.length, 'the draft is handed on');
      expect(closings.map(({ detail }) => detail.tags)).to.deep.equal([['three']]);
    });
  }

  it('are never shown to another agent whom the page turns to', async () => {
    const opened = await openNotes();
    await type('for ana');
    await closedBy(opened, sue);
    opened.widget.agentId = 'ben';
    await until(() => !panelIn(opened.widget), 'the panel is gone');
  });

  it('are handed on where the widget is moved in the document: nothing is lost', async () => {
    const opened = await openNotes();
    const { widget } = opened;
    const closings = listen(widget, 'phone-conversation-close');
    await type('moved');
    await closedBy(opened, sue);
    keepTrack(document.body.appendChild(document.createElement('div'))).append(widget);
    await until(() => closings.length, 'the draft is handed on');
    expect(closings.map(({ detail }) => detail.notes)).to.deep.equal(['moved']);
  });
});
