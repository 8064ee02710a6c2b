import { createCallFeed, type CallFeed } from '../../calls/call-feed.js';
import { browserStore } from '../../stores/browser-store.js';
import type { StatusStore } from '../../stores/status-store.js';

/** The store of an element that was given none: this browser's. */
export function defaultStore(): StatusStore {
  return browserStore();
}

/** The call source of an element that was given none: the page reports its calls to this feed. */
export function defaultCalls(): CallFeed {
  return createCallFeed();
}
