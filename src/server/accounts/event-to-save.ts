import { cutText, draftOf, type AgentEvent, type AgentRecord, type Instant } from '../../model/agent.js';
import { isWritable } from '../../model/codec.js';
import { PhoneError, quote } from '../../model/errors.js';
import type { Tag } from '../../stores/status-protocol.js';
import type { Versioned } from '../../stores/status-store.js';
import type { Entry } from './entry-cache.js';

/** What a save is based on; `null` if the entry must not exist yet. */
export type Basis = Tag | null;

/** An event to apply to an agent's record. */
export interface EventToSave {
  readonly agentId: string;
  readonly event: AgentEvent;
  /** `undefined`: whatever the record is by then. */
  readonly basedOn: Basis | undefined;
  /** The name of an agent who signs in. */
  readonly agentName?: string | undefined;
  /** Throws if the present record forbids the event to its author. */
  readonly check?: ((record: AgentRecord, now: Instant) => void) | undefined;
}

/** The entry's record; `undefined` if there is none or it is damaged. Throws `newer-version` for one that must not be written. */
export function writableRecord(agentId: string, entry: Entry | undefined): Versioned<AgentRecord> | undefined {
  if (!entry || !('value' in entry)) return undefined;
  const record = entry as Versioned<AgentRecord>;
  if (isWritable(record.value)) return record;
  throw new PhoneError(
    'newer-version',
    `server: a newer version wrote the record of ${quote(agentId)}. Update this server.`,
  );
}

/** The record under the name that the agent signs in with; the same object for other events and without a new name. */
export function renamed(record: AgentRecord, { event, agentName }: EventToSave): AgentRecord {
  const name = agentName && cutText(agentName);
  return event.type !== 'sign-in' || !name || name === record.agentName
    ? record
    : { ...draftOf(record), agentName: name };
}

/** The error of a save that is not based on the present entry. */
export function staleSave(present: Entry | undefined): PhoneError {
  if (present && !('value' in present)) {
    const { revision, document } = present;
    return new PhoneError('damaged-data', 'server: the entry is damaged. You can save a fresh one over it.', {
      data: { revision, document },
    });
  }
  return new PhoneError('conflict', 'server: someone else saved first. Apply the change to the current entry.', {
    data: { present },
  });
}
