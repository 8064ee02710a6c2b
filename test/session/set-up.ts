import { afterEach, beforeEach, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import type { Call } from '../../src/model/agent.js';
import type { PhoneError } from '../../src/model/errors.js';
import { AgentSession } from '../../src/session/agent-session.js';
import type { AgentSessionOptions } from '../../src/session/session-options.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import { FaultyStore } from '../support/faulty-store.js';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const START = Date.UTC(2026, 4, 4, 8);

let places = 0;
let running: AgentSession[] = [];

/** Time stands still, and every session that a test starts is left at its end. */
export function useFakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
    running = [];
  });
  afterEach(async () => {
    const left = running.map((session) => session.stop());
    await pass(5 * SECOND);
    await Promise.all(left);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** A place of its own, with faults at will. */
export function newStore(): FaultyStore {
  return new FaultyStore(memoryStore({ account: `place ${++places}` }));
}

/** Another client of the same place. */
export function sameStore(store: FaultyStore): FaultyStore {
  return new FaultyStore(memoryStore({ account: store.name.replace('memory:', '') }));
}

/** A session that is not started, and is left at the end of the test. */
export function newSession(options: Partial<AgentSessionOptions> & Pick<AgentSessionOptions, 'store'>): AgentSession {
  const session = new AgentSession({ agentId: 'ana', ...options });
  running.push(session);
  return session;
}

/** A session of Ana that is ready, with a feed as its phone. */
export async function open(options: Partial<AgentSessionOptions> = {}) {
  const store = (options.store as FaultyStore | undefined) ?? newStore();
  const feed = createCallFeed();
  const session = newSession({ calls: feed, ...options, store });
  const errors: PhoneError[] = [];
  session.watchErrors((error) => errors.push(error));
  session.start();
  await settle();
  return { store, feed, session, errors };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** The time goes on while the computer sleeps: no timer runs. */
export function sleep(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** What became of a promise so far. */
export function outcome(promise: Promise<unknown>): { now: string } {
  const seen = { now: 'waits' };
  promise.then(
    () => (seen.now = 'done'),
    (error: PhoneError) => (seen.now = error.code ?? String(error)),
  );
  return seen;
}

export function inbound(id: string): Call {
  return { id, direction: 'inbound', party: { name: 'Grace', number: '+4930901820' } };
}

export function outbound(id: string): Call {
  return { id, direction: 'outbound', party: { number: '+4930901820' } };
}
