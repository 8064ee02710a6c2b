import { readLocal, writeLocal } from './storage.js';

const KEY = 'phone-widget:browser';

/** Returns an id for a new page: the browser's, which storage keeps, a dot, and the page's own. */
export function newPageId(): string {
  return `${browserId()}.${random()}`;
}

function browserId(): string {
  const known = readLocal(KEY);
  if (known !== null && /^\w{8,40}$/.test(known)) return known;
  const id = random();
  try {
    writeLocal(KEY, id);
  } catch {
    // Storage is full: this page counts as a browser of its own.
  }
  return id;
}

function random(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36).padStart(7, '0')).join('');
}
