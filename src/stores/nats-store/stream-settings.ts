import { PhoneError } from '../../model/errors.js';
import type { SubjectNames } from './subjects.js';

/** A stream's configuration, as far as the store sets or reads it. */
export interface StreamSettings {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly retention?: string;
  readonly max_msgs_per_subject?: number;
  readonly max_msgs?: number;
  readonly max_bytes?: number;
  readonly max_age?: number;
  readonly discard?: string;
  readonly storage?: string;
  readonly num_replicas?: number;
  readonly duplicate_window?: number;
  readonly allow_direct?: boolean;
  readonly deny_delete?: boolean;
  readonly deny_purge?: boolean;
  readonly allow_rollup_hdrs?: boolean;
  readonly sealed?: boolean;
  readonly no_ack?: boolean;
  readonly republish?: { readonly src?: string; readonly dest?: string; readonly headers_only?: boolean };
}

/** In nanoseconds. By it a save that is sent again, or at the same time as another one, is recognised: see `Stream.put`. */
const DUPLICATE_WINDOW_NS = 60e9;
/** Longer than a save goes on trying. */
const SHORTEST_WINDOW_NS = 20e9;

/** The stream as it is made: the last state of each document, on disk, sent out again when it is stored. */
export function newStream({ stream, stored, changes }: SubjectNames, replicas: number): StreamSettings {
  return {
    name: stream,
    subjects: [`${stored}.>`],
    retention: 'limits',
    max_msgs_per_subject: 1,
    max_msgs: -1,
    max_bytes: -1,
    max_age: 0,
    discard: 'old',
    storage: 'file',
    num_replicas: replicas,
    duplicate_window: DUPLICATE_WINDOW_NS,
    allow_direct: true,
    deny_delete: true,
    deny_purge: false,
    allow_rollup_hdrs: false,
    republish: { src: `${stored}.>`, dest: `${changes}.>` },
  };
}

/**
 * Refuses a stream that would break a promise: lose documents, take or send out others than the account's, or let one save
 * wipe more than its own document. How many replicas keep it, or how it is read, is the operator's business.
 */
export function checkStream(found: StreamSettings, names: SubjectNames): void {
  const { republish, subjects } = newStream(names, 1);
  const wrong = Object.entries({
    subjects: found.subjects?.join() === subjects?.join(),
    retention: found.retention === 'limits',
    max_msgs_per_subject: found.max_msgs_per_subject === 1,
    max_msgs: (found.max_msgs ?? -1) <= 0,
    max_bytes: (found.max_bytes ?? -1) <= 0 || found.discard === 'new',
    max_age: !found.max_age,
    storage: found.storage === 'file',
    duplicate_window: (found.duplicate_window ?? 0) >= SHORTEST_WINDOW_NS,
    no_ack: !found.no_ack,
    sealed: !found.sealed,
    deny_purge: !found.deny_purge,
    allow_rollup_hdrs: !found.allow_rollup_hdrs,
    republish:
      found.republish?.src === republish?.src &&
      found.republish?.dest === republish?.dest &&
      !found.republish?.headers_only,
  }).flatMap(([setting, isRight]) => (isRight ? [] : [setting]));
  if (wrong.length === 0) return;
  const message = `natsStore: the stream ${names.stream} has settings that this store cannot work with (${wrong.join(', ')}). Change them, or let the store create the stream.`;
  throw new PhoneError('unavailable', message, { data: { settings: wrong } });
}
