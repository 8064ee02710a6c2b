import { describe, expect, it, vi } from 'vitest';
import { createCallFeed, type CallFeed } from '../../src/calls/call-feed.js';
import { readCallFact, type CallFact } from '../../src/calls/call-source.js';
import type { Call, Outcome } from '../../src/model/agent.js';

const call: Call = { id: 'c1', direction: 'inbound', party: { name: 'Grace', number: '+4930901820' } };

function heard(feed: CallFeed): CallFact[] {
  const facts: CallFact[] = [];
  feed.subscribe((fact) => facts.push(fact));
  return facts;
}

describe('a call feed', () => {
  it('tells what the host page says, as it is said', () => {
    const feed = createCallFeed();
    const facts = heard(feed);
    const { ringing, started, held, resumed, muted, unmuted, ended } = feed;
    ringing(call);
    started(call);
    held('c1');
    resumed('c1');
    muted('c1');
    unmuted('c1');
    ended('c1', 'answered');
    ended('c2');
    expect(facts).toEqual([
      { type: 'ringing', call },
      { type: 'started', call },
      { type: 'held', callId: 'c1' },
      { type: 'resumed', callId: 'c1' },
      { type: 'muted', callId: 'c1' },
      { type: 'unmuted', callId: 'c1' },
      { type: 'ended', callId: 'c1', outcome: 'answered' },
      { type: 'ended', callId: 'c2' },
    ]);
    expect([feed.carries, feed.capabilities.size, feed.calls]).toEqual(['page', 0, undefined]);
  });

  it('checks each fact once, and freezes it, also one that waits for a listener', () => {
    const feed = createCallFeed();
    feed.started(call);
    const facts = heard(feed);
    feed.held('c1');
    const complaints: string[] = [];
    for (const fact of facts) expect(readCallFact(fact, (flaw) => complaints.push(flaw))).toBe(fact);
    expect(complaints).toEqual([]);
    const [started] = facts as [CallFact & { readonly call: Call }];
    for (const part of [started, started.call, started.call.party]) expect(Object.isFrozen(part)).toBe(true);
    expect(readCallFact({ ...started }, () => {})).not.toBe(started);
  });

  it('hands on a copy, without what is no part of a call', () => {
    const feed = createCallFeed();
    const facts = heard(feed);
    feed.started({ ...call, party: { name: '', number: '1' }, secret: 1 } as Call);
    feed.started({ id: 'c2', direction: 'outbound' } as Call);
    expect(facts).toEqual([
      { type: 'started', call: { id: 'c1', direction: 'inbound', party: { number: '1' } } },
      { type: 'started', call: { id: 'c2', direction: 'outbound', party: {} } },
    ]);
  });

  it('keeps what is told before anybody listens, with its instant, for the first who does', () => {
    vi.useFakeTimers({ now: 1000 });
    const feed = createCallFeed();
    feed.started(call);
    vi.setSystemTime(5000);
    feed.ended('c1');
    const facts = heard(feed);
    expect(facts).toEqual([
      { type: 'started', call, at: 1000 },
      { type: 'ended', callId: 'c1', at: 5000 },
    ]);
    expect(heard(feed)).toEqual([]);
    vi.useRealTimers();
  });

  it('keeps it again once nobody listens any more, within a limit', () => {
    const feed = createCallFeed();
    feed.subscribe(() => {})();
    for (let index = 0; index < 1100; index++) feed.held(`c${index}`);
    const facts = heard(feed);
    expect(facts).toHaveLength(1000);
    expect(facts[0]).toMatchObject({ callId: 'c100' });
  });

  it('tells each listener, and one that throws harms nobody', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const feed = createCallFeed();
    feed.held('c0');
    feed.subscribe(() => {
      throw new Error('bad');
    });
    const facts = heard(feed);
    feed.held('c1');
    expect(facts).toMatchObject([{ callId: 'c1' }]);
    expect(said).toHaveBeenCalledTimes(2);
    said.mockRestore();
  });

  it('tells a listener twice that listens twice, until each stops', () => {
    const feed = createCallFeed();
    const listener = vi.fn();
    const stop = feed.subscribe(listener);
    feed.subscribe(listener);
    feed.held('c1');
    stop();
    feed.held('c1');
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('tells nothing after it was closed', async () => {
    const feed = createCallFeed();
    const facts = heard(feed);
    await feed.close?.();
    feed.held('c1');
    const late = heard(feed);
    feed.subscribe(() => {})();
    expect([facts, late]).toEqual([[], []]);
  });

  it('offers the controls that the host page gives it', async () => {
    const feed = createCallFeed({
      carries: 'elsewhere',
      controls: {
        dial: (number: string) => `call to ${number}`,
        hold: () => {
          throw new Error('no line');
        },
        mute: undefined as unknown as () => void,
      },
    });
    expect([...feed.capabilities]).toEqual(['dial', 'hold']);
    expect(feed.carries).toBe('elsewhere');
    expect(feed.mute).toBeUndefined();
    await expect(feed.dial?.('123')).resolves.toBe('call to 123');
    await expect(feed.hold?.('c1')).rejects.toThrow('no line');
  });
});

describe('bad input to a call feed', () => {
  const damaged = expect.objectContaining({ code: 'damaged-data' });

  it.each([
    ['no call', () => createCallFeed().started(null as unknown as Call)],
    ['a call without an id', () => createCallFeed().ringing({ ...call, id: '' })],
    ['a call whose id is a number', () => createCallFeed().ringing({ ...call, id: 7 as unknown as string })],
    ['a call in no direction', () => createCallFeed().started({ ...call, direction: 'up' as 'inbound' })],
    [
      'a number that is a number',
      () => createCallFeed().started({ ...call, party: { number: 49 as unknown as string } }),
    ],
    ['no id', () => createCallFeed().held(undefined as unknown as string)],
    ['an unknown outcome', () => createCallFeed().ended('c1', 'exploded' as Outcome)],
    ['an unknown carrier', () => createCallFeed({ carries: 'me' as 'page' })],
    ['a control of no such name', () => createCallFeed({ controls: { anwser: () => {} } as object })],
    ['a control that is no function', () => createCallFeed({ controls: { hold: 7 as unknown as () => void } })],
  ])('%s is refused with a clear error', (_, act) => {
    expect(act).toThrow(damaged);
  });

  it('reports nothing of what it refuses', () => {
    const feed = createCallFeed();
    expect(() => feed.ended('c1', 'exploded' as Outcome)).toThrow(/call feed: the `outcome` cannot be "exploded"/);
    expect(heard(feed)).toEqual([]);
  });
});
