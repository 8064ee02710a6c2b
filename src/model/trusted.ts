import type { Account } from './account.js';
import type { AgentRecord, Instant } from './agent.js';

interface Deadline {
  readonly account: Account;
  readonly at: Instant;
}

// A base whose constructor returns what it is given, so that the class below marks that very object: a private field is
// neither copied nor written out with it, and costs far less than an entry in a weak map. A second one would cost more.
const Marked = function (record: AgentRecord): AgentRecord {
  return record;
} as unknown as new (record: AgentRecord) => AgentRecord;

class Trusted extends Marked {
  #deadline: Deadline | undefined;

  static has(value: object): value is Trusted & AgentRecord {
    return #deadline in value;
  }

  static deadline(record: Trusted, account: Account, find: () => Instant): Instant {
    if (record.#deadline?.account !== account) record.#deadline = { account, at: find() };
    return record.#deadline.at;
  }
}

/** Marks a record that the model itself has just made or checked; once only. */
export function trusted(record: AgentRecord): AgentRecord {
  return new Trusted(record);
}

/** Whether the model itself has made or checked that very object. */
export function isTrusted(value: object): value is AgentRecord {
  return Trusted.has(value);
}

/** The deadline of a record under that account; of a trusted one it is found once. */
export function rememberDeadline(record: AgentRecord, account: Account, find: () => Instant): Instant {
  return Trusted.has(record) ? Trusted.deadline(record, account, find) : find();
}
