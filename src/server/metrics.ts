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
    this.requests = this.#counter('phone_requests_total', 'Requests that were answered.', [
      'method',
      'route',
      'status',
    ]);
    this.events = this.#counter('phone_events_total', 'Agent events, by outcome.', ['type', 'outcome']);
    this.savesMs = new Histogram({
      name: 'phone_save_milliseconds',
      help: 'Time from the arrival of an event to its answer.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
      registers: [this.#registry],
    });
    this.recordsAhead = this.#counter(
      'phone_records_ahead_total',
      'Records read that were more than 5 s ahead of this server.',
    );
    this.droppedLines = this.#counter('phone_log_lines_dropped_total', 'Log lines that were dropped.');
    this.#gauge(
      'phone_store_clock_ahead_milliseconds',
      'How far the clock of the store is ahead of the clock of this server.',
      storeAheadMs,
    );
    this.#gauge('phone_streams', 'Open event streams.', openStreams);
  }

  async toResponse(): Promise<Response> {
    return respond(await this.#registry.metrics(), { headers: { 'content-type': this.#registry.contentType } });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
