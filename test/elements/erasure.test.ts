import { expect, waitUntil } from '@open-wc/testing';
import { memoryStore, type AgentRecord, type StatusStore } from 'phone-widget';
import { newPlace, notesOf, openAfterCallWork, type } from './phone-conversation-page.js';

type Gone = Parameters<StatusStore['watchAgent']>[1];

describe('an agent who is erased', () => {
  it('leaves no drafts and no number in this browser, and is signed out', async () => {
    const store = memoryStore({ account: newPlace() });
    const watchers: Gone[] = [];
    const watch = store.watchAgent.bind(store);
    store.watchAgent = (agentId, watcher) => {
      watchers.push(watcher);
      return watch(agentId, watcher);
    };
    const page = await openAfterCallWork({ store });
    (await notesOf(page)).focus();
    await type('Secret.');
    const isKept = () => Object.entries(localStorage).some(([, text]) => String(text).includes('Secret.'));
    await waitUntil(isKept, 'the notes are kept');
    const { session } = page.provider;
    const numberKey = `phone-widget:forward:${JSON.stringify([store.name, 'ana'])}`;
    localStorage.setItem(numberKey, '+4930901820');
    await store.removeAgent('ana');
    for (const watcher of watchers) watcher.gone?.('ana');
    await waitUntil(() => !isKept(), 'nothing is kept');
    expect(localStorage.getItem(numberKey)).to.equal(null);
    expect(session?.view?.status.id).to.equal('offline');
    expect(session?.view?.present).to.equal(false);
    const record: AgentRecord | undefined = (await store.readAgent('ana'))?.value;
    expect(record).to.equal(undefined);
  });
});
