import { moveStatus, type Account } from '../../model/account.js';
import type { StatusId } from '../../model/status.js';

/**
 * The statuses in the order in which agents see them: Available first, then the admin's order. An id that a damaged
 * document has twice is listed once.
 */
export function ordered(account: Account): Account['statuses'] {
  const statuses = [...new Map(account.statuses.map((status) => [status.id, status])).values()];
  return [...statuses.filter(({ id }) => id === 'available'), ...statuses.filter(({ id }) => id !== 'available')];
}

/** The status after another one; null after the last. */
export function followerOf(account: Account, id: StatusId): StatusId | null {
  const ids = ordered(account).map((status) => status.id);
  return ids[ids.indexOf(id) + 1] ?? null;
}

/** The account with a status moved by a key: `ArrowUp`, `ArrowDown`, `Home` or `End`. Available stays first. */
export function movedByKey(account: Account, id: StatusId, key: string): Account {
  const ids = ordered(account)
    .map((status) => status.id)
    .filter((one) => one !== 'available');
  const at = ids.indexOf(id);
  const before = { ArrowUp: ids[at - 1] ?? id, ArrowDown: ids[at + 2] ?? null, Home: ids[0] ?? id, End: null }[key];
  const stays = before === undefined || (key === 'ArrowDown' && at === ids.length - 1);
  return stays ? account : moveStatus(account, id, before);
}
