import type { Instant, PageId } from '../../model/agent.js';
import { isWritable } from '../../model/codec.js';
import { PhoneError } from '../../model/errors.js';
import { departPage } from '../../model/past.js';
import type { Change } from './entry.js';
import { checked, checkRecord } from './checked-entry.js';

/** Shortens the lease of a page that was left at that instant. Leaves damaged and read-only records as they are. */
export function departure(page: PageId, at: Instant, now = at): Change {
  return (present) => {
    const found = present && checked(present, checkRecord);
    if (!found || found instanceof PhoneError || !isWritable(found.value)) return undefined;
    const next = departPage(found.value, page, at, now);
    return next === found.value ? undefined : next;
  };
}
