import type { Account } from './account.js';
import type { AgentRecord, Instant } from './agent.js';

// A base whose constructor returns what it is given, so that the class below marks that very object.
const Marked = function (record: AgentRecord): AgentRecord {
  return record;
} as unknown as new (record: AgentRecord) => AgentRecord;

/** A record that the model itself has just made or checked: `new Trusted(record)` marks it, once only. */
// A private field is neither copied nor written out with the record, and costs far less than an entry in a weak map. But a
// spread of such an object is slow, and gets a hidden class of its own: a record is copied by `draftOf` alone.
export class CheckedBrand extends Marked {
  #deadline: { readonly account: Account; readonly at: Instant } | undefined;

  /** Whether the model itself has made or checked that very object. */
  static has(value: object): value is CheckedBrand {
    return #deadline in value;
  }

  /** The deadline of a record under that account; of a trusted one it is found once. */
  static deadline(record: AgentRecord, account: Account, find: () => Instant): Instant {
    if (!CheckedBrand.has(record)) return find();
    if (record.#deadline?.account !== account) record.#deadline = { account, at: find() };
    return record.#deadline.at;
  }
}
