import fc from 'fast-check';
import { createParser as createOtherParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { createParser, type StreamEvent } from '../../src/stores/http-store/event-parser.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What is read where the bytes come in pieces of that length. */
function readIn(length: number, bytes: Uint8Array): StreamEvent[] {
  const parse = createParser(1000);
  const events: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; at += length) events.push(...parse(bytes.subarray(at, at + length)));
  return events;
}

test.each<[string, string, ...StreamEvent[]]>([
  ['an event', 'event: agent\ndata: 1\n\n', { event: 'agent', data: '1' }],
  ['an event without a name', 'data: 1\n\n', { event: '', data: '1' }],
  ['one event after another', 'event: a\ndata: 1\n\ndata: 2\n\n', { event: 'a', data: '1' }, { event: '', data: '2' }],
  ['carriage returns', 'event: a\rdata: 1\r\rdata: 2\r\r', { event: 'a', data: '1' }, { event: '', data: '2' }],
  ['both', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n', { event: 'a', data: '1' }, { event: '', data: '2' }],
  ['all kinds of ends', 'data: 1\rdata: 2\ndata: 3\r\n\n', { event: '', data: '1\n2\n3' }],
  ['a byte order mark', '\uFEFFdata: 1\n\n', { event: '', data: '1' }],
  ['a second one as a letter', 'data: \uFEFF\n\n', { event: '', data: '\uFEFF' }],
  ['several lines of data', 'data: a\ndata:\ndata: b\n\n', { event: '', data: 'a\n\nb' }],
  ['comments', ': hello\n:\n\ndata: 1\n: data: 2\n\n', { event: '', data: '1' }],
  ['unknown fields', 'id: 7\nretry: 5\nmood: good\ndata: 1\nDATA: 2\n data: 3\n\n', { event: '', data: '1' }],
  ['a field without a colon', 'data\n\ndata\ndata\n\n', { event: '', data: '' }, { event: '', data: '\n' }],
  [
    'one space after the colon, or none',
    'data:a\n\ndata:  b: c\n\n',
    { event: '', data: 'a' },
    { event: '', data: ' b: c' },
  ],
  ['the last of two names', 'event: a\nevent: b\ndata: 1\n\n', { event: 'b', data: '1' }],
  ['a name alone', 'event: a\n\ndata: 1\n\n', { event: '', data: '1' }],
  ['the separators of other lines', 'data: a\u2028b\u0085c\vd\n\n', { event: '', data: 'a\u2028b\u0085c\vd' }],
  ['letters of several bytes', 'event: é\ndata: 👩🏽‍💻\n\n', { event: 'é', data: '👩🏽‍💻' }],
  ['an unfinished line', 'data: 1\n\ndata: 2', { event: '', data: '1' }],
  ['an unfinished event', 'data: 1\n\nevent: a\ndata: 2\n', { event: '', data: '1' }],
  ['nothing', ''],
])('a stream with %s is read as the standard says, in whatever pieces it comes', (_, text, ...events) => {
  const bytes = bytesOf(text);
  for (let length = 1; length <= bytes.length; length += 1) expect(readIn(length, bytes)).toEqual(events);
});

test('any stream is read as another reader reads it', () => {
  const parts = ['data', 'event', 'id', ':', ' ', '\n', '\r', '\r\n', '\n\n', 'data: x\n', 'é', ''];
  const streams = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((all) => `${all.join('')}\n\n`);
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 9 }), (text, length) => {
      const expected: StreamEvent[] = [];
      const other = createOtherParser({ onEvent: ({ event = '', data }) => expected.push({ event, data }) });
      other.feed(text);
      expect(readIn(length, bytesOf(text))).toEqual(expected);
    }),
  );
});

test('bytes that are no letters are refused', () => {
  expect(() => createParser(1000)(Uint8Array.of(0x64, 0xff, 0x0a))).toThrow();
});

test.each(['data: ', 'data: a\n', 'nonsense '])('an event that goes on and on with %j is refused', (text) => {
  const parse = createParser(1000);
  const goOn = () => {
    for (let count = 0; count < 2000; count += 1) parse(bytesOf(text));
  };
  expect(goOn).toThrow('endless');
});
