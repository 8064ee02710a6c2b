/** One event of a stream. */
export interface StreamEvent {
  /** Empty if it has no name. */
  readonly event: string;
  readonly data: string;
}

/**
 * Reads `text/event-stream` in pieces of any size: returns a function that takes a piece and returns the events that it
 * completes. Ignores ids and retry times. Throws if the bytes are not UTF-8, or if an event has more characters than `longest`.
 */
export function createParser(longest: number): (bytes: Uint8Array) => readonly StreamEvent[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let isAfterReturn = false;
  let event = '';
  let data: string[] = [];
  return (bytes) => {
    const piece = decoder.decode(bytes, { stream: true });
    if (!piece) return [];
    // A carriage return ended its line; a line feed that begins the next piece belongs to it.
    const text = rest + (isAfterReturn ? piece.replace(/^\n/, '') : piece);
    isAfterReturn = piece.endsWith('\r');
    const lines = text.split(/\r\n?|\n/);
    rest = lines.pop() ?? '';
    const events: StreamEvent[] = [];
    for (const line of lines) {
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') event = value;
      if (field === 'data') data.push(value);
      if (line) continue;
      if (data.length > 0) events.push({ event, data: data.join('\n') });
      event = '';
      data = [];
    }
    if (data.reduce((sum, { length }) => sum + length, rest.length) > longest) throw new Error('an endless event');
    return events;
  };
}
