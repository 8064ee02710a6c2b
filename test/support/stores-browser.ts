import { browserStore } from '../../src/stores/browser-store.js';
import type { StatusStore } from '../../src/stores/status-store.js';

/** The database of an account, as the store names it. */
export const databaseOf = (account: string): string => `phone-widget:${account}`;

const connections = new Map<StatusStore, IDBDatabase[]>();
const openAsIs = IDBFactory.prototype.open;

/** Opens a client, and remembers its connections so that they can be cut. */
export function openBrowserStore(account: string): StatusStore {
  const opened: IDBDatabase[] = [];
  const restore = refuseDatabases(function (this: IDBFactory, ...parameters) {
    const request = openAsIs.apply(this, parameters);
    request.addEventListener('success', () => opened.push(request.result));
    return request;
  });
  const store = browserStore({ account });
  restore();
  connections.set(store, opened);
  return store;
}

/** Closes the client's connection as a browser does that takes storage away, and tells it so. */
export function closeConnection(store: StatusStore): void {
  connections.get(store)?.splice(0).forEach(terminate);
}

/** Closes a connection as a browser does, and not the page: the page is told. */
export function terminate(db: IDBDatabase): void {
  db.close();
  db.dispatchEvent(new Event('close'));
}

/** Has every attempt to open a database end in that way, until the answer is called. */
export function refuseDatabases(open: IDBFactory['open']): () => void {
  IDBFactory.prototype.open = open;
  return () => (IDBFactory.prototype.open = openAsIs);
}

/** Cuts the client off; meanwhile no database can be opened, while the open ones of other clients work. */
export async function cutOff(store: StatusStore): Promise<() => void> {
  await store.readAccount();
  const restore = refuseDatabases(() => {
    throw new DOMException('The disk is gone.', 'UnknownError');
  });
  closeConnection(store);
  return restore;
}

/** Works on the database of an account directly, as any script of the origin can. */
export async function inDatabase<T>(account: string, work: (tx: IDBTransaction) => IDBRequest<T>): Promise<T> {
  const db = await answerOf(openAsIs.call(indexedDB, databaseOf(account)));
  try {
    return await answerOf(work(db.transaction([...db.objectStoreNames], 'readwrite')));
  } finally {
    db.close();
  }
}

/** Puts a document under a new revision, behind the store's back; `null` names the account. */
export async function damageBrowser(account: string, agentId: string | null, document: unknown): Promise<void> {
  const revision = Number(await inDatabase(account, (tx) => tx.objectStore('meta').get('revision'))) + 1;
  await inDatabase(account, (tx) => tx.objectStore('meta').put(revision, 'revision'));
  const name = agentId === null ? 'account' : 'agents';
  await inDatabase(account, (tx) => tx.objectStore(name).put({ revision, document }, agentId ?? ''));
}

/** Resolves with what the request finds. */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The request failed.'));
  });
}

/** Waits until that holds; the runner's own limit ends a wait that is in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
