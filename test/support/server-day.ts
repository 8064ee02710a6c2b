import { expect } from 'vitest';
import type { Problem } from '../../src/stores/status-protocol.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import { PROBLEM_TYPE } from '../../src/stores/status-protocol.js';
import { ana, pbx, problemOf, revisionOf, Visitor, world, type World } from './server.js';
import type { StatusServerOptions } from 'phone-widget/server';

/** The number of the caller, and the one that ana has calls forwarded to. */
export const CALLER = '+4930123456';
export const FORWARD_TO = '+4915112345678';

/** A world in which ana has signed in, forwards calls to a phone, and has had one call, the conversation of which is open. */
export async function worldWithAna(options: Partial<StatusServerOptions> = {}): Promise<World & { revision: number }> {
  const made = world(options);
  const { settings, statuses } = (await import('phone-widget')).defaultAccount;
  const account = { statuses, settings: { ...settings, forwardToPhone: true } };
  await made.storeOf().saveAccount(account, null);
  const visitor = new Visitor(made.server, ana);
  const first = await visitor.event('ana', { type: 'sign-in', page: 'p1' }, null);
  const by = { role: 'agent', id: 'ana' } as const;
  const choice = { type: 'choose', statusId: 'forward-to-phone', forwardTo: FORWARD_TO, by } as const;
  await visitor.event('ana', choice, revisionOf(first));
  const call = { id: 'c1', direction: 'inbound', party: { name: 'Cleo', number: CALLER } } as const;
  const told = await new Visitor(made.server, pbx).post(`agents/${agentPath('ana')}/facts`, [
    { type: 'started', call },
    { type: 'ended', callId: 'c1' },
  ]);
  expect(told.status).toBe(204);
  return { ...made, revision: revisionOf(await visitor.request(`agents/${agentPath('ana')}`)) };
}

/** The answer is that problem, and nothing has changed anywhere. */
export async function refused(
  { everything }: World,
  ask: () => Promise<Response>,
  problem: Partial<Problem>,
): Promise<Problem> {
  const before = await everything();
  const answer = await ask();
  const type = answer.headers.get('content-type');
  expect([answer.status, type]).toEqual([problem.status, PROBLEM_TYPE]);
  const told = await problemOf(answer);
  expect(told).toMatchObject({ type: 'about:blank', ...problem });
  expect(await everything()).toEqual(before);
  return told;
}
