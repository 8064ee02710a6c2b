import { describe, expect, it } from 'vitest';
import { defaultAccount, type AgentView, type Conversation, type Status } from 'phone-widget/headless';
import { missedBetween, type MissedFacts } from '../../src/elements/phone-widget/missed-between.js';

const status = defaultAccount.statuses[0] as Status;
const ringing = (id: string, change: Partial<Conversation> = {}): Conversation => ({
  id,
  direction: 'inbound',
  party: {},
  state: 'ringing',
  ...change,
});
const facts = (
  count: number,
  conversations: readonly Conversation[],
  cause: AgentView['cause'] = 'agent',
): MissedFacts => ({
  count,
  view: {
    agentId: 'a1',
    status,
    since: 1,
    cause,
    present: true,
    takesCalls: true,
    route: { to: 'widget' },
    conversations,
  },
});

describe('missed calls', () => {
  const one = [ringing('c1')];
  const cases: readonly (readonly [title: string, before: MissedFacts, now: MissedFacts, ids: readonly string[]])[] = [
    ['are those that stopped ringing while the count went up', facts(0, one), facts(1, []), ['c1']],
    ['are also those after which the rule set the count back', facts(2, one), facts(0, [], 'missed-calls'), ['c1']],
    ['are not calls that were declined or answered elsewhere', facts(1, one), facts(1, []), []],
    ['are not calls that still ring', facts(0, [...one, ringing('c2')]), facts(1, one), ['c2']],
    ['are not outbound calls', facts(0, [ringing('c1', { direction: 'outbound' })]), facts(1, []), []],
    ['are not conversations that were closed', facts(0, [ringing('c1', { state: 'ended' })]), facts(1, []), []],
    [
      'are not counted again while the rule’s status lasts',
      facts(0, one, 'missed-calls'),
      facts(0, [], 'missed-calls'),
      [],
    ],
    ['are unknown before the first view', { count: 0, view: undefined }, facts(1, []), []],
    ['are unknown without a view', facts(0, one), { count: 1, view: undefined }, []],
  ];
  for (const [title, before, now, ids] of cases) {
    it(title, () => {
      expect(missedBetween(before, now).map(({ id }) => id)).toEqual(ids);
    });
  }
});
