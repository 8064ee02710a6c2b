import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { respond } from './http/responses.js';

/** The server's metrics for Prometheus. They name no accounts and no agents. */
export class Metrics {
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly events: Counter<'type' | 'outcome'>;
  readonly savesMs: Histogram;
  readonly droppedLines: Counter;
  readonly recordsAhead: Counter;
  readonly #registry = new Registry();

  constructor(openStreams: () => number, storeAheadMs: () => number) {
    const registers = [this.#registry];
    this.requests = new Counter({
      name: 'phone_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.events = new Counter({
      name: 'phone_events_total',
      help: 'Agent events, by outcome.',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.savesMs = new Histogram({
      name: 'phone_save_milliseconds',
      help: 'Time from the arrival of an event to its answer.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
      registers,
    });
    this.recordsAhead = new Counter({
      name: 'phone_records_ahead_total',
      help: 'Records read that were more than 5 s ahead of this server.',
      registers,
    });
    this.droppedLines = new Counter({
      name: 'phone_log_lines_dropped_total',
      help: 'Log lines that were dropped.',
      registers,
    });
    new Gauge({
      name: 'phone_store_clock_ahead_milliseconds',
      help: 'How far the clock of the store is ahead of the clock of this server.',
      registers,
      collect() {
        this.set(storeAheadMs());
      },
    });
    new Gauge({
      name: 'phone_streams',
      help: 'Open event streams.',
      registers,
      collect() {
        this.set(openStreams());
      },
    });
  }

  async toResponse(): Promise<Response> {
    return respond(await this.#registry.metrics(), { headers: { 'content-type': this.#registry.contentType } });
  }
}
