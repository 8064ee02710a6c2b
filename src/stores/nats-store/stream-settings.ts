import { PhoneError } from '../../model/errors.js';
import type { SubjectNames } from './subjects.js';

/** The part of a stream's configuration that the store sets or reads. */
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

/** In nanoseconds. Within it, a save that is sent again, or together with another one, is recognised: see `Stream.put`. */
const DUPLICATE_WINDOW_NS = 60e9;
/** In nanoseconds: longer than a save is retried. */
const SHORTEST_WINDOW_NS = 20e9;

/** The configuration of a new stream: the last state of each document, on disk, republished when it is stored. */
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
 * Throws `unavailable` if the stream would break a promise: lose documents, take or republish those of other accounts, or let one
 * save erase more than its own document. Replicas and direct reads are up to the operator.
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
