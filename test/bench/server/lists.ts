import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { newAgentRecord } from 'phone-widget/headless';
import { sqliteStore } from 'phone-widget/sqlite';
import { quantile } from '../statistics.js';
import type { Target } from './load.js';

/** How many requests the idle and the busy server get at least. */
const ASKED = 300;

/** Makes a database with that many agents in the benchmark's account. */
export async function crowdedDatabase(file: string, agents: number): Promise<void> {
  const store = sqliteStore({ file, account: 'bench' });
  for (let at = 0; at < agents; at += 1_000) {
    const some = Array.from({ length: Math.min(1_000, agents - at) }, (_, index) =>
      newAgentRecord(`agent-${at + index}`),
    );
    await Promise.all(some.map((record) => store.saveAgent(record, null, { type: 'sign-in', page: 'p1' })));
  }
  await store.close();
}

/** How much longer other requests take while that many lists are read at once, and how much memory the process gains. */
export async function listsBeside(
  target: Target,
  pid: number,
  lists: number,
): Promise<{ readonly beyondMs: number; readonly grownMB: number }> {
  // The first list is read from the disk and warms everything up.
  await read(await open(target));
  const idle = await delays(target, () => false);
  const before = megabytes(pid);
  let [isOver, highest] = [false, before];
  const all = Promise.all(Array.from({ length: lists }, async () => read(await open(target))));
  void all.then(() => (isOver = true));
  const busy = await delays(target, () => {
    highest = Math.max(highest, megabytes(pid));
    return !isOver;
  });
  await all;
  return { beyondMs: quantile(busy, 0.99) - quantile(idle, 0.99), grownMB: highest - before };
}

/** How long the next list waits for a list whose reader takes nothing, in milliseconds. */
export async function stalledList(target: Target): Promise<number> {
  const deaf = await open(target);
  deaf.on('error', () => undefined);
  deaf.pause();
  const startedAt = performance.now();
  const next = await open(target);
  const waited = performance.now() - startedAt;
  deaf.destroy();
  await read(next);
  return waited;
}

/** Sends small requests, often enough and while `goesOn`. */
async function delays({ url, tokenOf }: Target, goesOn: () => boolean): Promise<readonly number[]> {
  const headers = { authorization: tokenOf({ id: 'agent-7', roles: ['agent'] }) };
  const all: number[] = [];
  while (all.length < ASKED || goesOn()) {
    const askedAt = performance.now();
    await (await fetch(new URL('agents/~YWdlbnQtNw', url), { headers })).arrayBuffer();
    all.push(performance.now() - askedAt);
  }
  return all;
}

function open({ url, tokenOf }: Target): Promise<IncomingMessage> {
  const headers = { authorization: tokenOf({ id: 'sue', roles: ['supervisor'] }) };
  return new Promise((resolve, reject) =>
    get(new URL('agents', url), { headers, agent: false }, resolve).on('error', reject),
  );
}

function read(answer: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => answer.on('error', reject).on('end', resolve).resume());
}

/** The memory of the process, as Linux reports it. */
function megabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
