import type { Instant } from '../model/agent.js';

/** The server's clock, by which records are computed: milliseconds since the epoch. */
export function serverClock(): Instant {
  return Date.now();
}
