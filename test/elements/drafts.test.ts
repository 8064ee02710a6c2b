import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { AgentSession, defaultAccount, memoryStore, updateSettings } from 'phone-widget';
import type { PhoneConversationCloseEvent, PhoneErrorEvent, StatusStore } from 'phone-widget';
import { expectAccessible } from '../support/axe.js';
import { press } from '../support/keys.js';
import {
  anna,
  ben,
  expectStates,
  newPlace,
  notesOf,
  openAfterCallWork,
  openPage,
  part,
  parts,
  paste,
  tagFieldOf,
  tagsOf,
  type HelpdeskPage,
  type,
} from './phone-conversation-page.js';

const DAY_MS = 86_400_000;

const keysOf = (store: StatusStore): string[] =>
  Object.keys(localStorage).filter((key) => key.startsWith('phone-widget:draft') && key.includes(store.name));

async function write(page: HelpdeskPage, notes: string, ...tags: readonly string[]): Promise<void> {
  (await notesOf(page)).focus();
  await type(notes);
  for (const tag of tags) {
    (await tagFieldOf(page)).focus();
    await type(tag);
    await press('Enter');
  }
}

/** What a load of the page does: everything is made anew on the same place. */
async function reload(page: HelpdeskPage, agentId = 'ana'): Promise<HelpdeskPage> {
  page.provider.remove();
  return openPage({ agentId, store: page.store });
}

describe('drafts', () => {
  it('keep notes and tags through a load of the page', async () => {
    const page = await openAfterCallWork();
    await write(page, 'Wants a refund.', 'refund', 'vip');
    const again = await reload(page);
    await waitUntil(async () => (await notesOf(again)).value === 'Wants a refund.', 'the notes are there');
    expect(tagsOf(again)).to.deep.equal(['refund', 'vip']);
  });

  it('are kept with every key, not when the page is left', async () => {
    const page = await openAfterCallWork();
    await write(page, 'abc');
    expect(localStorage.getItem(keysOf(page.store)[0]!)).to.contain('abc');
  });

  it('are live in every element that shows the conversation', async () => {
    const page = await openAfterCallWork();
    const other = document.createElement('phone-conversation');
    page.provider.append(other);
    await write(page, 'same', 'tag');
    await waitUntil(async () => (await notesOf({ element: other })).value === 'same', 'the notes are there');
    await waitUntil(() => tagsOf({ element: other }).join() === 'tag', 'the tags are there');
  });

  it('follow what another tab wrote, and keep the caret where nothing changed', async () => {
    const page = await openAfterCallWork();
    await write(page, 'first');
    const [key] = keysOf(page.store);
    const draft = JSON.parse(localStorage.getItem(key!)!) as object;
    const text = JSON.stringify({ ...draft, notes: 'second', tags: ['there'] });
    const notes = await notesOf(page);
    notes.setSelectionRange(1, 2);
    dispatchEvent(new StorageEvent('storage', { key: 'of the page itself' }));
    await page.element.updateComplete;
    expect([notes.selectionStart, notes.selectionEnd]).to.deep.equal([1, 2]);
    localStorage.setItem(key!, text);
    dispatchEvent(new StorageEvent('storage', { key: key!, newValue: text }));
    await waitUntil(() => notes.value === 'second', 'the notes are there');
    expect(tagsOf(page)).to.deep.equal(['there']);
  });

  it('are read anew where the page comes back from the back-forward cache', async () => {
    const page = await openAfterCallWork();
    await write(page, 'first');
    const [key] = keysOf(page.store);
    localStorage.setItem(key!, localStorage.getItem(key!)!.replace('first', 'second'));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    const notes = await notesOf(page);
    await waitUntil(() => notes.value === 'second', 'the notes are there');
  });

  it('are never shown to another agent, to a supervisor, or in another account', async () => {
    const page = await openAfterCallWork();
    await write(page, 'for ana alone', 'secret');
    const ben = await openPage({ agentId: 'ben', store: page.store });
    ben.feed.started(anna);
    expect((await notesOf(ben)).value).to.equal('');
    const elsewhere = await openPage({ store: memoryStore({ account: newPlace() }) });
    elsewhere.feed.started(anna);
    expect((await notesOf(elsewhere)).value).to.equal('');
    expect([...tagsOf(ben), ...tagsOf(elsewhere)]).to.deep.equal([]);
  });

  it('are not offered where the session is a supervisor’s', async () => {
    const page = await openAfterCallWork();
    await write(page, 'for ana alone');
    const actor = { role: 'supervisor', id: 'sue' } as const;
    const session = new AgentSession({ agentId: 'ana', store: page.store, actor });
    session.start();
    await waitUntil(() => session.view, 'the supervisor sees the agent');
    const { phoneContext, english } = await import('phone-widget');
    const element = document.createElement('phone-conversation');
    element.addEventListener('context-request', (event) => {
      const request = event as Event & { context: unknown; callback: (scope: unknown) => void };
      if (request.context !== phoneContext) return;
      event.stopPropagation();
      const nothing = async (): Promise<void> => {};
      request.callback({
        session,
        strings: english,
        started: true,
        request: () => true,
        report: () => {},
        signIn: nothing,
        closeConversation: nothing,
      });
    });
    document.body.append(element);
    await part({ element }, 'close');
    expect(parts({ element }, 'notes')).to.have.length(0);
    expect(parts({ element }, 'tags')).to.have.length(0);
    element.remove();
    await session.stop();
  });

  it('are forgotten once they were handed on, and where nothing is left of them', async () => {
    const page = await openAfterCallWork();
    await write(page, 'a');
    await press('Backspace');
    expect(keysOf(page.store)).to.deep.equal([]);
    await write(page, 'b');
    expect(keysOf(page.store)).to.have.length(1);
    (await part(page, 'close')).click();
    await expectStates(page);
    expect(keysOf(page.store)).to.deep.equal([]);
  });

  it('are kept 7 days at most', async () => {
    const page = await openAfterCallWork();
    await write(page, 'old');
    const [key] = keysOf(page.store);
    const age = (days: number): void => {
      const draft = JSON.parse(localStorage.getItem(key!)!) as { at: number };
      localStorage.setItem(key!, JSON.stringify({ ...draft, at: Date.now() - days * DAY_MS }));
    };
    age(6.9);
    const again = await reload(page);
    await waitUntil(async () => (await notesOf(again)).value === 'old', 'they are still there');
    age(7.1);
    const later = await reload(again);
    expect((await notesOf(later)).value).to.equal('');
    expect(localStorage.getItem(key!)).to.equal(null);
  });

  it('of one call are no other call’s', async () => {
    const page = await openAfterCallWork();
    await write(page, 'of anna');
    page.feed.started(ben);
    await expectStates(page, 'live', 'ended');
    expect(parts<HTMLTextAreaElement>(page, 'notes').map(({ value }) => value)).to.deep.equal(['', 'of anna']);
  });

  it('survive a call id that is a hash in the record, and ids made to look like keys', async () => {
    for (const id of ['x'.repeat(500), '"],["ana', '\ud800', '__proto__']) {
      const page = await openPage();
      page.feed.started({ ...anna, id });
      await write(page, 'kept');
      const again = await reload(page);
      await waitUntil(async () => (await notesOf(again)).value === 'kept', `the notes of ${id.slice(0, 9)} are there`);
    }
  });

  it('stay in the page where the page empties its storage', async () => {
    const page = await openAfterCallWork();
    await write(page, 'not to be los');
    localStorage.clear();
    await type('t');
    await page.element.updateComplete;
    expect((await notesOf(page)).value).to.equal('not to be lost');
    expect(localStorage.getItem(keysOf(page.store)[0]!)).to.contain('not to be lost');
  });

  it('count what is no draft as none', async () => {
    const page = await openAfterCallWork();
    await write(page, 'x');
    const [key] = keysOf(page.store);
    let current = page;
    for (const damaged of [
      '',
      '{',
      'null',
      '[]',
      '{"call":{"id":"anna"}}',
      '{"call":{"id":"anna","party":{}},"notes":1}',
    ]) {
      localStorage.setItem(key!, damaged);
      current = await reload(current);
      expect((await notesOf(current)).value).to.equal('');
    }
  });

  it('with one damaged field keep the notes', async () => {
    const page = await openAfterCallWork();
    await write(page, 'not to be lost', 'vip');
    const [key] = keysOf(page.store);
    const whole = JSON.parse(localStorage.getItem(key!)!) as object;
    let current = page;
    for (const damage of [
      { tags: 'vip' },
      { tags: [1, null, 'vip'] },
      { entry: 1 },
      { entry: undefined },
      { at: 'yesterday' },
      { call: null },
      { call: { id: 7 } },
      { call: { id: 'ben', direction: 'inbound', party: {} } },
      { at: 0 },
      { at: -1 },
      { at: Math.floor(Date.now() / 1000) },
      { at: null },
    ]) {
      localStorage.setItem(key!, JSON.stringify({ ...whole, ...damage }));
      current = await reload(current);
      expect((await notesOf(current)).value, JSON.stringify(damage)).to.equal('not to be lost');
    }
  });

  it('under a key that names no call are nobody’s, and in nobody’s way', async () => {
    const page = await openAfterCallWork();
    await write(page, 'kept');
    const [key] = keysOf(page.store);
    localStorage.setItem(key!.replace('"anna"', '7'), localStorage.getItem(key!)!);
    const again = await reload(page);
    const closed = oneEvent(again.provider, 'phone-conversation-close');
    (await part(again, 'close')).click();
    expect(((await closed) as PhoneConversationCloseEvent).detail.notes).to.equal('kept');
    await expectStates(again);
  });

  for (const [what, damage, told] of [
    ['a party', { party: 'Anna' }, { party: {} }],
    ['a name', { party: { name: 5, number: '0301', more: 'x' } }, { party: { number: '0301' } }],
    ['a direction', { direction: 'up' }, { direction: 'inbound' }],
    ['an id', { id: 'ben' }, { id: 'anna' }],
  ] as const) {
    it(`are handed on with their own call where ${what} was damaged`, async () => {
      const page = await openAfterCallWork();
      await write(page, 'not to be lost');
      const [key] = keysOf(page.store);
      const whole = JSON.parse(localStorage.getItem(key!)!) as { call: object };
      localStorage.setItem(key!, JSON.stringify({ ...whole, call: { ...whole.call, ...damage } }));
      const again = await reload(page);
      const closed = oneEvent(again.provider, 'phone-conversation-close');
      (await part(again, 'close')).click();
      const { detail } = (await closed) as PhoneConversationCloseEvent;
      expect(detail.notes).to.equal('not to be lost');
      expect(detail.call).to.deep.equal({ ...anna, ...told });
    });
  }

  it('of 100,000 characters are kept, edited and handed on whole', async () => {
    const page = await openAfterCallWork();
    const text = 'Грüße 👋 '.repeat(12_500);
    const notes = await notesOf(page);
    paste(notes, text);
    await type('end');
    expect(notes.value).to.equal(`${text}end`);
    const again = await reload(page);
    await waitUntil(async () => (await notesOf(again)).value.length === text.length + 3, 'they are there again');
    const told = oneEvent(again.provider, 'phone-conversation-close');
    (await part(again, 'close')).click();
    const { detail } = (await told) as CustomEvent<{ notes: string }>;
    expect(detail.notes).to.equal(`${text}end`);
  });

  it('that the browser has no room for stay in the page, say so once, and are handed on', async () => {
    const page = await openAfterCallWork();
    let errors = 0;
    page.provider.addEventListener('phone-error', () => (errors += 1));
    await fillStorage(async () => {
      const told = oneEvent(page.provider, 'phone-error');
      const notes = await notesOf(page);
      paste(notes, 'n'.repeat(50_000));
      const { detail } = (await told) as PhoneErrorEvent;
      expect(detail.code).to.equal('unavailable');
      expect(detail.message).to.contain('50000 characters');
      await type('more');
      await page.element.updateComplete;
      const alert = page.element.shadowRoot!.querySelector('[role="alert"]')!;
      expect(alert.textContent).to.contain('storage is full');
      await expectAccessible(page.element);
      expect(errors).to.equal(1);
      expect(notes.value).to.have.length(50_004);
    });
    await type('!');
    await waitUntil(
      () => !page.element.shadowRoot!.querySelector('[role="alert"]'),
      'it is saved, and not said any more',
    );
    const told = oneEvent(page.provider, 'phone-conversation-close');
    (await part(page, 'close')).click();
    const { detail } = (await told) as CustomEvent<{ notes: string }>;
    expect(detail.notes).to.have.length(50_005);
  });

  it('that never found room are handed on from the page', async () => {
    const page = await openAfterCallWork();
    await fillStorage(async () => {
      paste(await notesOf(page), 'n'.repeat(50_000));
      const told = oneEvent(page.provider, 'phone-conversation-close');
      (await part(page, 'close')).click();
      const { detail } = (await told) as CustomEvent<{ notes: string }>;
      expect(detail.notes).to.have.length(50_000);
      await expectStates(page);
    });
  });

  it('of a conversation that a supervisor closed are handed on once, by one of two pages, and then forgotten', async () => {
    const place = { account: newPlace() };
    const page = await openAfterCallWork({ store: memoryStore(place) });
    const other = await openPage({ store: memoryStore(place) });
    await write(page, 'closed by sue');
    const closings: unknown[] = [];
    for (const { provider } of [page, other]) {
      provider.addEventListener('phone-conversation-close', ({ detail: { notes, cause }, cancelable }) => {
        closings.push({ notes, cause, cancelable });
      });
    }
    const supervisor = new AgentSession({
      agentId: 'ana',
      store: memoryStore(place),
      actor: { role: 'supervisor', id: 'sue' },
    });
    supervisor.start();
    await waitUntil(() => supervisor.view?.conversations.length, 'the supervisor sees the conversation');
    await supervisor.closeConversation(anna.id);
    (await notesOf(page)).blur();
    await waitUntil(() => keysOf(page.store).length === 0, 'the draft is handed on');
    expect(closings).to.deep.equal([{ notes: 'closed by sue', cause: 'supervisor', cancelable: false }]);
    await supervisor.stop();
  });

  it('outlive a handler that fails, and are handed on again after the next load', async () => {
    const store = memoryStore({ account: newPlace() });
    await store.saveAccount(updateSettings(defaultAccount, {}), null);
    const page = await openAfterCallWork({ store });
    await write(page, 'not lost');
    page.provider.addEventListener('phone-conversation-close', ({ detail }) => {
      detail.waitUntil(Promise.reject(new Error('no line')));
    });
    const told = oneEvent(page.provider, 'phone-error');
    const supervisor = new AgentSession({ agentId: 'ana', store, actor: { role: 'supervisor', id: 'sue' } });
    supervisor.start();
    await waitUntil(() => supervisor.view?.conversations.length, 'the supervisor sees the conversation');
    await supervisor.closeConversation(anna.id);
    (await notesOf(page)).blur();
    await told;
    expect(keysOf(store)).to.have.length(1);
    await supervisor.stop();
    page.provider.remove();
    let handedOn = '';
    const onClose = (event: Event): void => {
      handedOn = (event as PhoneConversationCloseEvent).detail.notes;
    };
    document.addEventListener('phone-conversation-close', onClose, { once: true });
    await openPage({ store });
    await waitUntil(() => handedOn === 'not lost', 'the next page gets it');
    await waitUntil(() => keysOf(store).length === 0, 'it is forgotten');
  });
});

/** Takes all room that the browser gives to the origin, while something is done. */
async function fillStorage(run: () => Promise<void>): Promise<void> {
  const keys: string[] = [];
  try {
    for (let size = 4_000_000; size > 1000;) {
      const key = `filling-${String(keys.length)}`;
      try {
        localStorage.setItem(key, 'x'.repeat(size));
        keys.push(key);
      } catch {
        size = Math.floor(size / 2);
      }
    }
    await run();
  } finally {
    for (const key of keys) localStorage.removeItem(key);
  }
}
