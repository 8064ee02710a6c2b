import { describe, expect, it, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import type { CallFact, CallSource, ListedCall } from '../../src/calls/call-source.js';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import type { PhoneError } from '../../src/model/errors.js';
import type { EventKind } from '../../src/model/pending.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView } from '../../src/model/view.js';
import { CallTracker } from '../../src/session/call-tracker.js';
import { inbound, pass, SECOND, settle, START, useFakeTime } from './set-up.js';

useFakeTime();

/** A tracker over a record to which everything is applied that it adds. */
function tracked(source: CallSource) {
  const added: [type: string, kind: EventKind][] = [];
  const events: AgentEvent[] = [];
  const errors: string[] = [];
  const changed = vi.fn<(force?: boolean) => void>();
  const pending = {
    recordForOthers: recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p1' }, START),
    viewForOthers: (record: AgentRecord) => agentView(defaultAccount, record, Date.now()),
    add(event: AgentEvent, kind: EventKind) {
      added.push([event.type, kind]);
      events.push(event);
      pending.recordForOthers = recordEvent(defaultAccount, pending.recordForOthers, event, Date.now());
    },
  };
  const report = ({ code }: PhoneError): unknown => errors.push(code);
  const context = { page: 'p1', now: () => Date.now(), changed, report };
  const tracker = new CallTracker(source, context, pending);
  return { tracker, pending, added, events, errors, changed };
}

/** A source that lists its calls, and says what it is told to. */
function listing(calls: () => Promise<readonly ListedCall[]>) {
  const listeners = new Set<(fact: CallFact) => void>();
  const source: CallSource = {
    name: 'phone',
    carries: 'page',
    capabilities: new Set(),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    calls,
  };
  const tell = (fact: CallFact): void => listeners.forEach((listener) => listener(fact));
  return { source, tell, listeners };
}

describe('a fact of the source', () => {
  it('becomes an event of this page, once', async () => {
    const feed = createCallFeed();
    const { tracker, added, events } = tracked(feed);
    tracker.start();
    feed.ringing(inbound('c1'));
    feed.started(inbound('c1'));
    feed.started(inbound('c1'));
    feed.held('c1');
    feed.ended('c1', 'answered');
    expect(added.map(([type]) => type)).toEqual(['call-ringing', 'call-started', 'call-held', 'call-ended']);
    expect(new Set(added.map(([, kind]) => kind))).toEqual(new Set(['fact']));
    expect(events[0]).toMatchObject({ call: inbound('c1'), carrier: 'p1', at: START });
    expect(events.at(-1)).toEqual({ type: 'call-ended', callId: 'c1', outcome: 'answered', at: START });
    tracker.stop();
    feed.started(inbound('c2'));
    expect(added).toHaveLength(4);
  });

  it('is neither checked nor copied again where it comes from the own feed, as many sessions as there are', () => {
    const feed = createCallFeed();
    const [one, other] = [tracked(feed), tracked(feed)];
    let handed: CallFact | undefined;
    feed.subscribe((fact) => (handed = fact));
    for (const { tracker } of [one, other]) tracker.start();
    feed.started(inbound('c1'));
    const { call } = handed as { call: unknown };
    for (const { events } of [one, other]) expect((events[0] as { call: unknown }).call).toBe(call);
  });

  it('is checked and copied where it comes from a foreign source', () => {
    const { source, tell } = listing(async () => []);
    const { tracker, events, errors } = tracked(source);
    tracker.start();
    const fact = { type: 'started', call: { ...inbound('c1') }, at: 7 } as const;
    tell(fact);
    Object.assign(fact.call, { id: 'c2' });
    expect(events[0]).toMatchObject({ call: { id: 'c1' }, at: START });
    expect(errors).toEqual(['damaged-data']);
    tell({ type: 'nothing' } as unknown as CallFact);
    expect(errors).toEqual(['damaged-data', 'damaged-data']);
  });

  it('about muting changes the view alone', () => {
    const feed = createCallFeed();
    const { tracker, added, changed } = tracked(feed);
    tracker.start();
    feed.muted('c1');
    expect([tracker.isMuted('c1'), changed.mock.calls, added]).toEqual([true, [[true]], []]);
    feed.unmuted('c1');
    expect(tracker.isMuted('c1')).toBe(false);
  });
});

describe('calls that are reported again', () => {
  it('are those that the source lists; one that it does not list has presumably ended', async () => {
    let calls: ListedCall[] = [{ call: inbound('c1'), state: 'held' }];
    const { source } = listing(async () => calls);
    const { tracker, added } = tracked(source);
    tracker.start();
    await settle();
    expect(added).toEqual([
      ['call-started', 'report'],
      ['call-held', 'report'],
    ]);
    calls = [];
    await tracker.resync();
    expect(added.at(-1)).toEqual(['call-presumed-ended', 'fact']);
  });

  it('are the known ones where the source does not list its calls in time', async () => {
    const { source, tell } = listing(() => new Promise(() => {}));
    const { tracker, pending, added } = tracked(source);
    tracker.start();
    tell({ type: 'started', call: inbound('c1') });
    pending.recordForOthers = newAgentRecord('ana');
    await pass(2 * SECOND);
    expect(added).toEqual([
      ['call-started', 'fact'],
      ['call-started', 'report'],
    ]);
  });

  it('renew the lease of an agent who signed out, by one live call', () => {
    const feed = createCallFeed();
    const { tracker, added } = tracked(feed);
    tracker.start();
    tracker.renewLease();
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    added.length = 0;
    tracker.renewLease();
    expect(added).toEqual([['call-started', 'report']]);
  });

  it('are reported by their source alone where it carries them', () => {
    const feed = createCallFeed({ carries: 'elsewhere' });
    const { tracker, pending, added } = tracked(feed);
    tracker.start();
    feed.started(inbound('c1'));
    tracker.renewLease();
    tracker.resend(pending.recordForOthers);
    expect(added).toEqual([['call-started', 'fact']]);
  });
});
