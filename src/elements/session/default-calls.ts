import { createCallFeed, type CallFeed } from '../../calls/call-feed.js';

/** The call source of an element that was given none: the page tells of its calls. */
export function defaultCalls(): CallFeed {
  return createCallFeed();
}
