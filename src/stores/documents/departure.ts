import type { Instant, PageId } from '../../model/agent.js';
import { isWritable } from '../../model/codec.js';
import { PhoneError } from '../../model/errors.js';
import { departPage } from '../../model/past.js';
import { checked, checkRecord } from './checked-entry.js';
import type { Change } from './backend.js';

/** Shortens the lease of a page that was left; leaves alone what has no such lease, is damaged, or may not be written. */
export function departure(page: PageId, at: Instant, now = at): Change {
  return (present) => {
    const found = present && checked(present, checkRecord);
    if (!found || found instanceof PhoneError || !isWritable(found.value)) return undefined;
    const next = departPage(found.value, page, at, now);
    return next === found.value ? undefined : next;
  };
}
