import { expect } from '@open-wc/testing';
import {
  AgentSession,
  memoryStore,
  PhoneError,
  type CallSource,
  type Connection,
  type PhoneWidget,
  type StatusStore,
} from 'phone-widget';
import { expectAccessible } from '../../support/axe.js';
import {
  announcements,
  callFrom,
  clearPage,
  find,
  keepTrack,
  listed,
  liveRegion,
  newPlace,
  openWidget,
  part,
  parts,
  textOf,
  until,
} from '../../support/elements.js';

const boss = { role: 'supervisor', id: 'boss', name: 'Bo' } as const;

let widget: PhoneWidget;
let said: readonly string[];

/** Waits until so many more things are said, and returns them. */
async function heard(count: number): Promise<readonly string[]> {
  const all = said as string[];
  await until(() => all.length >= count, `${String(count)} things are said`);
  return all.splice(0);
}

async function open(store: StatusStore): Promise<void> {
  widget = await openWidget({ store });
  ({ said } = announcements(widget));
}

async function supervisor(act: (session: AgentSession) => Promise<void>): Promise<void> {
  const session = new AgentSession({ agentId: 'ana', store: widget.session!.store, actor: boss });
  session.start();
  await act(session);
  await session.stop();
}

afterEach(clearPage);

describe('a widget says', () => {
  it('what happens to a call: held, resumed, muted and unmuted', async () => {
    await open(memoryStore({ account: newPlace() }));
    widget.feed.started(callFrom('c1'));
    await heard(1);
    widget.feed.held('c1');
    widget.feed.resumed('c1');
    widget.feed.muted('c1');
    widget.feed.unmuted('c1');
    expect(await heard(4)).to.deep.equal(['On hold, Kim Doe', 'Resumed, Kim Doe', 'Muted', 'Unmuted']);
    widget.feed.held('c1');
    expect(await heard(1)).to.deep.equal(['On hold, Kim Doe']);
    await expectAccessible(widget);
    await until(() => liveRegion(widget).textContent === '', 'it is cleared');
  });

  it('who set what waits, and who withdrew it', async () => {
    await open(memoryStore({ account: newPlace() }));
    widget.feed.started(callFrom('c1'));
    await heard(1);
    await supervisor((session) => session.choose('training'));
    expect(await heard(1)).to.deep.equal(['Next: Training, set by Bo']);
    await supervisor((session) => session.withdraw());
    expect(await heard(1)).to.deep.equal(['Next status withdrawn by Bo']);
    await widget.choose('lunch');
    await widget.withdraw();
    expect(await heard(2)).to.deep.equal(['Next: Lunch', 'Next status withdrawn']);
  });

  it('who set a status when it was set, and not again after each call', async () => {
    await open(memoryStore({ account: newPlace() }));
    await supervisor((session) => session.choose('training'));
    expect(await heard(1)).to.deep.equal(['Training, set by the supervisor Bo']);
    widget.feed.started(callFrom('c1'));
    widget.feed.ended('c1');
    await until(() => said.at(-1)?.startsWith('After Call Work'), 'the call is over');
    await heard(1);
    await supervisor((session) => session.closeConversation('c1'));
    expect(await heard(1)).to.deep.equal(['Training']);
  });

  for (const [id, name, whileWaiting] of [
    ['break', 'Break', ['Next: Break']],
    ['available', 'Available', []],
  ] as const) {
    it(`that ${name}, chosen here during After Call Work, comes into force later`, async () => {
      await open(memoryStore({ account: newPlace() }));
      widget.feed.started(callFrom('c1'));
      widget.feed.ended('c1');
      await until(() => said.at(-1)?.startsWith('After Call Work'), 'the call is over');
      await heard(1);
      part(widget, 'selector')!.click();
      await until(() => listed(widget).includes(id), 'the list is open');
      parts(widget, 'status')
        .find(({ dataset }) => dataset['status'] === id)!
        .click();
      expect(await heard(whileWaiting.length)).to.deep.equal(whileWaiting);
      await supervisor((session) => session.closeConversation('c1'));
      expect(await heard(1)).to.deep.equal([name]);
    });
  }

  it('nothing of a status chosen here that is in force at once, and again what is set later', async () => {
    await open(memoryStore({ account: newPlace() }));
    part(widget, 'selector')!.click();
    await until(() => listed(widget).includes('break'), 'the list is open');
    parts(widget, 'status')
      .find(({ dataset }) => dataset['status'] === 'break')!
      .click();
    await until(() => widget.view?.status.id === 'break', 'it is chosen');
    await supervisor((session) => session.choose('lunch'));
    await supervisor((session) => session.choose('break'));
    expect(await heard(2)).to.deep.equal(['Lunch, set by the supervisor Bo', 'Break, set by the supervisor Bo']);
  });

  it('that the connection is lost and back', async () => {
    let tell: (connection: Connection) => void = () => undefined;
    const inner = memoryStore({ account: newPlace() });
    const store = new Proxy(inner, {
      get(target, name) {
        if (name === 'watchConnection') return (watcher: typeof tell) => ((tell = watcher), () => undefined);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    }) as StatusStore;
    await open(store);
    tell({ state: 'offline', reason: new PhoneError('unavailable', 'Gone.') });
    tell({ state: 'connecting' });
    tell({ state: 'online' });
    expect(await heard(2)).to.deep.equal(['No connection. Others may see you as Offline.', 'Back online.']);
  });

  it('that a choice is saved at last', async () => {
    let answer = (): void => undefined;
    const inner = memoryStore({ account: newPlace() });
    let ahead = 0;
    const store = new Proxy(inner, {
      get(target, name) {
        if (name === 'now') return () => target.now() + ahead;
        const value: unknown = Reflect.get(target, name);
        if (name !== 'saveAgent') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        return async (...args: Parameters<StatusStore['saveAgent']>) => {
          if (args[2].type === 'choose') await new Promise<void>((go) => (answer = go));
          return target.saveAgent(...args);
        };
      },
    }) as StatusStore;
    await open(store);
    const choice = widget.choose('break');
    expect(await heard(1)).to.deep.equal(['Break']);
    ahead = 3000;
    answer();
    await choice;
    expect(await heard(1)).to.deep.equal(['Break, saved']);
  });
});

describe('of several elements of one session', () => {
  const alerts = (): readonly string[] => find(document.body, '[role="alert"]').map((alert) => textOf(alert));

  it('one says that a call rings, and what went wrong', async () => {
    const provider = keepTrack(document.createElement('phone-provider'));
    let tell: Parameters<CallSource['subscribe']>[0] = () => undefined;
    const calls: CallSource = {
      name: 'phone',
      carries: 'page',
      capabilities: new Set(),
      subscribe: (listener) => {
        tell = listener;
        return () => undefined;
      },
    };
    Object.assign(provider, { agentId: 'ana', store: memoryStore({ account: newPlace() }), calls });
    for (const name of ['phone-status-select', 'phone-conversation', 'phone-widget'] as const) {
      provider.append(document.createElement(name));
    }
    document.body.append(provider);
    await until(() => provider.view?.present, 'the session is ready');
    tell({ type: 'ringing', call: callFrom('c1') });
    await until(() => parts(provider, 'caller').length === 2, 'both show the call');
    expect(alerts().filter((text) => text.includes('Incoming call'))).to.have.length(1);
    tell({ type: 'ended', callId: 'c1', outcome: 'declined' });
    await until(() => parts(provider, 'caller').length === 0, 'it is gone');
    tell({ type: 'ringing', call: callFrom('c2') });
    await until(() => parts(provider, 'caller').length === 2, 'the next one rings');
    expect(alerts().filter((text) => text.includes('Incoming call'))).to.have.length(1);
    tell({ type: 'started', call: 7 } as never);
    await until(() => parts(provider, 'notice').length === 2, 'both show what went wrong');
    expect(alerts().filter((text) => !text.includes('Incoming call'))).to.have.length(1);
  });
});
