import { connect, type Socket } from 'node:net';
import type { AgentEvent } from 'phone-widget/headless';
import type { Identity } from 'phone-widget/server';
import { agentPath } from '../../../src/stores/status-protocol.js';

/** Makes the header that signs a request in. */
export type TokenOf = (identity: Pick<Identity, 'id' | 'roles'>) => string;

/** A server to measure. */
export interface Target {
  readonly url: string;
  readonly tokenOf: TokenOf;
}

let crowds = 0;

/**
 * How many saves a second the server acknowledges. Each of the agents has its own connection and saves again as soon as it gets
 * its response.
 */
export async function savesASecond(target: Target, agents: number, seconds: number): Promise<number> {
  const counted = { saves: 0, isOver: false };
  // New agents each time, which the server does not know yet.
  const crowd = `load-${++crowds}`;
  const all = Promise.all(Array.from({ length: agents }, (_, index) => saveOn(target, `${crowd}-${index}`, counted)));
  // The server warms up in the first second.
  await Promise.race([all, pause(1000)]);
  const [before, startedAt] = [counted.saves, performance.now()];
  await Promise.race([all, pause(seconds * 1000)]);
  const rate = (counted.saves - before) / ((performance.now() - startedAt) / 1000);
  counted.isOver = true;
  await all;
  return rate;
}

/** One agent who signs in and then alternates between two statuses until the end, on a bare socket that costs little time. */
function saveOn(target: Target, agentId: string, counted: { saves: number; isOver: boolean }): Promise<void> {
  const { hostname, port, pathname, host } = new URL(target.url);
  const socket = connect(Number(port), hostname);
  const head =
    `POST ${pathname}agents/${agentPath(agentId)}/events HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `authorization: ${target.tokenOf({ id: agentId, roles: ['agent'] })}\r\n`;
  const send = (event: AgentEvent, condition: string): void => {
    const body = JSON.stringify({ event });
    socket.write(`${head}${condition}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const by = { role: 'agent', id: agentId } as const;
  let [text, turn] = ['', 0];
  return new Promise((resolve, reject) => {
    socket.setEncoding('latin1');
    socket.once('error', reject);
    socket.on('data', (chunk: string) => {
      text += chunk;
      const bodyAt = text.indexOf('\r\n\r\n') + 4;
      if (bodyAt < 4 || text.length < bodyAt + Number(/content-length: (\d+)/i.exec(text)?.[1])) return;
      const etag = /etag: (\S+)/i.exec(text)?.[1];
      if (etag === undefined) return reject(new Error(`The server answered: ${text}`));
      text = '';
      counted.saves++;
      if (counted.isOver) socket.end(resolve);
      else send({ type: 'choose', statusId: turn++ % 2 === 0 ? 'break' : 'available', by }, `if-match: ${etag}`);
    });
    send({ type: 'sign-in', page: 'page-1' }, 'if-none-match: *');
  });
}

/** How long each of the open streams takes to tell one change of the account, in milliseconds. */
export async function fanOut(target: Target, streams: number, rounds: number): Promise<readonly number[]> {
  const { url, tokenOf } = target;
  const account = new URL('account', url);
  const headers = {
    authorization: tokenOf({ id: 'admin-1', roles: ['admin'] }),
    'content-type': 'application/json',
  };
  const present = await fetch(account, { headers });
  let basedOn: Record<string, string> = present.ok
    ? { 'if-match': present.headers.get('etag') as string }
    : { 'if-none-match': '*' };
  const listeners = await Promise.all(
    Array.from({ length: streams }, (_, index) => listen(target, `listener-${index}`)),
  );
  const delays: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const mark = `Round ${round} ${Date.now()}`;
    const heard = listeners.map((listener) => listener.hears(mark));
    const sentAt = performance.now();
    const saved = await fetch(account, {
      method: 'PUT',
      headers: { ...headers, ...basedOn },
      body: JSON.stringify({ settings: { alwaysDial: [] }, mark }),
    });
    if (!saved.ok) throw new Error(`The account was answered with ${saved.status}: ${await saved.text()}`);
    basedOn = { 'if-match': saved.headers.get('etag') as string };
    for (const at of await Promise.all(heard)) delays.push(at - sentAt);
  }
  for (const listener of listeners) listener.end();
  return delays;
}

interface StreamListener {
  /** Settles with the instant at which the stream has sent that text. */
  hears(mark: string): Promise<number>;
  end(): void;
}

/** One stream on a bare socket, so that the server is measured and not a client library. */
async function listen({ url, tokenOf }: Target, agentId: string): Promise<StreamListener> {
  const { hostname, port, pathname, host } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let [text, awaited, tell] = ['', 'event: ready', (_at: number): void => undefined];
  const hears = (mark: string): Promise<number> => {
    text = '';
    awaited = mark;
    return new Promise((resolve) => (tell = resolve));
  };
  const ready = hears('event: ready');
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (text.includes(awaited)) tell(performance.now());
  });
  const token = tokenOf({ id: agentId, roles: ['agent'] });
  socket.write(
    `GET ${pathname}agents/${agentPath(agentId)}/stream HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${token}\r\n\r\n`,
  );
  await ready;
  return { hears, end: () => void socket.destroy() };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
