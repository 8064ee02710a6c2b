/** One line of the server's log: plain data, without tokens, numbers and names of parties. */
export type LogLine = { readonly time: string } & (
  | {
      /** Who did what to whose record, and what came of it. */
      readonly event: 'audit';
      readonly level: 'info' | 'warn';
      readonly account: string;
      readonly id: string;
      readonly role?: string;
      readonly action: string;
      readonly agentId?: string;
      /** `saved`, `unchanged`, or the code or status with which it was refused. */
      readonly outcome: string;
      readonly revision?: number;
    }
  | {
      readonly event: 'request';
      readonly level: 'info' | 'warn' | 'error';
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly ms: number;
    }
  | { readonly event: 'failure'; readonly level: 'error'; readonly route: string; readonly message: string }
  | { readonly event: 'refused-origin'; readonly level: 'warn'; readonly origin: string; readonly message: string }
  | {
      /** A clock is ahead of this server's by more than 5 s (below 0: behind it): of who wrote a record, or the store's own. */
      readonly event: 'clock';
      readonly level: 'warn' | 'error';
      readonly what: 'record' | 'store';
      readonly aheadMs: number;
      readonly account?: string;
      readonly agentId?: string;
    }
  | {
      /** So many lines before this one were not taken: whoever reads the log had stalled. */
      readonly event: 'dropped';
      readonly level: 'warn';
      readonly lines: number;
    }
  | { readonly event: 'closing'; readonly level: 'info'; readonly streams: number }
);

/** The longest message of a failure that is written down. */
const MESSAGE_LENGTH = 300;

/** What was thrown, in words for the log: what looks like a token or a number is left out, whoever put it there. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace('[phone-widget] ', '')
    .slice(0, MESSAGE_LENGTH)
    .replace(/(?=[\w-]*\d)[\w-]{20,}(?:\.[\w-]*)*/g, '[token]')
    .replace(/\+?\d(?:[ ()/.-]{0,2}\d){5,}/g, '[number]');
}

/** Takes one line of the log; the time is added by the server. Answer `false` for a line that could not be taken: it is counted. */
export type Log = (line: LogLine) => unknown;

/** A line before its time is known. */
export type Logged = LogLine extends infer Line ? (Line extends LogLine ? Omit<Line, 'time'> : never) : never;

/** The line for a failure of the server, its store or its host. `route` says where it happened. */
export function failure(route: string, error: unknown): Logged {
  return { event: 'failure', level: 'error', route, message: messageOf(error) };
}

/** The line for an origin whose pages may not ask the server: often it is only missing in the list. */
export function refusedOrigin(origin: string): Logged {
  const message = 'Pages of this origin were refused. To allow them, add it to the option `origins`, or pass --origin.';
  return { event: 'refused-origin', level: 'warn', origin: origin.slice(0, MESSAGE_LENGTH), message };
}
