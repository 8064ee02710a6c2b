/** One line of the server's log: plain data without tokens, phone numbers and names of other parties. */
export type LogLine = { readonly time: string } & (
  | {
      /** Who did what to which record, and with which outcome. */
      readonly event: 'audit';
      readonly level: 'info' | 'warn';
      readonly account: string;
      readonly id: string;
      readonly role?: string;
      readonly action: string;
      readonly agentId?: string;
      /** `saved`, `erased`, or the code or status of the refusal. */
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
      /** A clock differs from this server's by more than 5 s: the one that wrote a record, or the store's. Negative: it is behind. */
      readonly event: 'clock';
      readonly level: 'warn' | 'error';
      readonly what: 'record' | 'store';
      readonly aheadMs: number;
      readonly account?: string;
      readonly agentId?: string;
    }
  | {
      /** How many lines before this one were lost because the log did not take them. */
      readonly event: 'dropped';
      readonly level: 'warn';
      readonly lines: number;
    }
  | { readonly event: 'closing'; readonly level: 'info'; readonly streams: number }
);

/** The longest message in a line, in characters. */
const MESSAGE_LENGTH = 300;

/** The message of an error for the log. Whatever looks like a token or a phone number is left out. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace('[phone-widget] ', '')
    .slice(0, MESSAGE_LENGTH)
    .replace(/(?=[\w-]*\d)[\w-]{20,}(?:\.[\w-]*)*/g, '[token]')
    .replace(/\+?\d(?:[ ()/.-]{0,2}\d){5,}/g, '[number]');
}

/** Takes one line of the log. Return `false` for a line that you could not take: the server counts it as dropped. */
export type Log = (line: LogLine) => unknown;

/** A line without its time. */
export type Logged = LogLine extends infer Line ? (Line extends LogLine ? Omit<Line, 'time'> : never) : never;

/** The line for a failure of the server, its store or its host. `route` says where it happened. */
export function failure(route: string, error: unknown): Logged {
  return { event: 'failure', level: 'error', route, message: messageOf(error) };
}

/** The line for an origin whose pages were refused. Often it is only missing from the list. */
export function refusedOrigin(origin: string): Logged {
  const message = 'Pages of this origin were refused. To allow them, add it to the option `origins`, or pass --origin.';
  return { event: 'refused-origin', level: 'warn', origin: origin.slice(0, MESSAGE_LENGTH), message };
}
