/** What several tabs need at least to show the same: one database, one channel, one line of text; the control of `tabs`. */
export interface PlainTab {
  readonly element: HTMLElement;
  /** Keeps a value and tells the other tabs; answers when it is kept. */
  set(value: string): Promise<void>;
}

const NAME = 'plain-tab';

/** Opens the database, and shows whatever another tab has kept. */
export async function openPlainTab(): Promise<PlainTab> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME);
  await settled(request);
  const documents = (mode: IDBTransactionMode): IDBObjectStore =>
    request.result.transaction(NAME, mode).objectStore(NAME);
  const element = document.createElement('p');
  document.body.append(element);
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = async () => {
    element.textContent = String(await settled(documents('readonly').get('value')));
  };
  return {
    element,
    async set(value) {
      const store = documents('readwrite');
      store.put(value, 'value');
      await new Promise((resolve) => (store.transaction.oncomplete = resolve));
      element.textContent = value;
      channel.postMessage('changed');
    },
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The request failed.'));
  });
}
