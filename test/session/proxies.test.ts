import { markRaw, reactive, ref } from '@vue/reactivity';
import { observable } from 'mobx';
import { describe, expect, it } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import { addStatus, defaultAccount } from '../../src/model/account.js';
import { AccountSession } from '../../src/session/account-session.js';
import { AgentSession } from '../../src/session/agent-session.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import { newStore, settle, useFakeTime } from './set-up.js';

type Wrap = <T extends object>(value: T) => T;

/** What a page may put around whatever it keeps; each as its framework does it. */
const wraps: Readonly<Record<string, Wrap>> = {
  'a plain Proxy': (value) => new Proxy(value, {}),
  'a Proxy within a Proxy': (value) => new Proxy(new Proxy(value, {}), {}),
  'Vue’s reactive': (value) => reactive(value) as typeof value,
  'Vue’s ref': (value) => ref(value).value as typeof value,
  'MobX’s observable': (value) => observable({ value }).value,
};

describe.each(Object.entries(wraps))('behind %s', (_name, wrap) => {
  useFakeTime();

  it('a session follows its store and its calls, and saves what the agent wants', async () => {
    const store = wrap(memoryStore());
    const feed = wrap(createCallFeed({ controls: { dial: () => 'c2' } }));
    const session = wrap(new AgentSession({ agentId: 'ana', store, calls: feed }));
    const seen: unknown[] = [];
    session.subscribe(({ view }) => seen.push(view?.status.id));
    session.start();
    await settle();
    expect(session.view?.status.id).toBe('available');
    expect([session.saving, session.connection.state, session.can('dial')]).toEqual([false, 'online', true]);
    await session.choose('break');
    feed.started(wrap({ id: 'c1', direction: 'inbound', party: wrap({ name: 'Cleo' }) }));
    expect(session.view?.status.id).toBe('busy');
    feed.ended('c1');
    await session.closeConversation('c1');
    expect(session.view?.status.id).toBe('break');
    expect(seen).toContain('busy');
    expect(session.account?.settings.signInStatus).toBe('available');
    const left = session.stop();
    await settle();
    await left;
    await store.close();
  });

  it('a session of an account saves a change', async () => {
    const session = wrap(new AccountSession({ store: wrap(memoryStore()) }));
    session.start();
    await settle();
    await session.change((account) => addStatus(account, { name: 'Focus', emoji: '🎯' }));
    expect(session.account?.statuses.at(-1)?.name).toBe('Focus');
    session.stop();
  });

  it('a store takes documents that are wrapped themselves', async () => {
    const store = wrap(memoryStore());
    const account = addStatus(defaultAccount, { name: 'Focus', emoji: '🎯' });
    const { revision } = await store.saveAccount(wrap({ ...account, settings: wrap({ ...account.settings }) }), null);
    expect((await store.readAccount())?.value).toEqual(account);
    await store.saveAccount(wrap({ ...account, statuses: wrap([...account.statuses]) }), revision);
    expect((await store.readAccount())?.value).toEqual(account);
  });
});

it('what a page marks as raw or replaces on a session or a store is what counts', async () => {
  const store = markRaw(newStore());
  const session = new AgentSession({ agentId: 'ana', store });
  session.choose = () => Promise.reject(new Error('not today'));
  await expect(session.choose('break')).rejects.toThrow('not today');
});
