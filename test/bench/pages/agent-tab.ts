import {
  browserStore,
  createCallFeed,
  memoryStore,
  type AgentEvent,
  type AgentRecord,
  type Call,
  type PhoneWidget,
  type StatusStore,
  type Versioned,
} from 'phone-widget';
import { nextPaint, nextTask } from './harness.js';
import { openPlainTab } from './plain-tab.js';

/** Our widget, or the least that shows the same in several tabs. */
export type Way = 'ours' | 'plain';

/** A tab of Ana as the benchmark drives it. `?store=memory` for a page of its own, `?elsewhere` for a desk phone. */
export interface AgentTab {
  readonly widget: PhoneWidget;
  /** What the store took from this tab, leases apart. */
  readonly writes: AgentEvent['type'][];
  choose(statusId: string): Promise<void>;
  /** Sets the status by its name; answers when that began, in milliseconds by the computer's clock. */
  set(way: Way, name: string): Promise<number>;
  /** When that name was painted, by the same clock: asked before it is set. */
  painted(way: Way, name: string): Promise<number>;
  /** From now on the store answers nothing. */
  freeze(): void;
  /** Reports a call that starts; answers after how many frames, and milliseconds, Busy is painted. */
  startCall(id: string): Promise<{ readonly frames: number; readonly ms: number }>;
  endCall(id: string): void;
  /** What the telephony says, to each tab alike. */
  hear(what: 'ringing' | 'started' | 'ended', id: string): void;
  close(id: string): Promise<void>;
  /** What the session shows: the status, the state of each call, and whether something is on its way to the store. */
  state(): { readonly status: string; readonly calls: Readonly<Record<string, string>>; readonly saving: boolean };
}

declare global {
  var tab: AgentTab;
}

const LEASES: readonly AgentEvent['type'][] = ['sign-in', 'renew', 'leave', 'page-died'];

/** The store itself, with an account of what it took, that can be frozen. */
function watched(store: StatusStore, writes: AgentEvent['type'][]): { store: StatusStore; freeze(): void } {
  let isFrozen = false;
  const never = new Promise<never>(() => undefined);
  const save = async (
    record: AgentRecord,
    basedOn: number | null,
    event: AgentEvent,
  ): Promise<Versioned<AgentRecord>> => {
    const saved = await store.saveAgent(record, basedOn, event);
    if (!LEASES.includes(event.type)) writes.push(event.type);
    return saved;
  };
  const proxy = new Proxy(store, {
    get(target, key) {
      const value: unknown = key === 'saveAgent' ? save : Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      const isAsked = key === 'saveAgent' || key === 'readAgent' || key === 'readAccount';
      return (...args: readonly unknown[]): unknown => (isFrozen && isAsked ? never : value.apply(target, args));
    },
  });
  return {
    store: proxy,
    freeze: () => {
      isFrozen = true;
    },
  };
}

const query = new URLSearchParams(location.search);
const writes: AgentEvent['type'][] = [];
const { store, freeze } = watched(query.get('store') === 'memory' ? memoryStore() : browserStore(), writes);
const feed = createCallFeed({ carries: query.has('elsewhere') ? 'elsewhere' : 'page' });
const widget = document.createElement('phone-widget');
Object.assign(widget, { agentId: 'ana', store, calls: feed });
document.body.append(widget);

const clock = (): number => performance.timeOrigin + performance.now();
const nameShown = (): string =>
  widget.shadowRoot?.querySelector('phone-status-select')?.shadowRoot?.querySelector('.name')?.textContent ?? '';
const callOf = (id: string): Call => ({ id, direction: 'inbound', party: { name: 'Grace', number: '+49 30 901820' } });

const plain = await openPlainTab();

globalThis.tab = {
  widget,
  writes,
  choose: (statusId) => widget.choose(statusId),
  async set(way, name) {
    const start = clock();
    await (way === 'ours' ? widget.choose(name.toLowerCase()) : plain.set(name));
    return start;
  },
  async painted(way, name) {
    while ((way === 'ours' ? nameShown() : plain.element.textContent) !== name) {
      await new Promise(requestAnimationFrame);
    }
    await nextTask();
    return clock();
  },
  freeze,
  async startCall(id) {
    await nextPaint();
    const start = performance.now();
    feed.started(callOf(id));
    for (let frames = 1; frames < 120; frames++) {
      await new Promise(requestAnimationFrame);
      if (nameShown() !== 'Busy') continue;
      await new Promise((resolve) => setTimeout(resolve));
      return { frames, ms: performance.now() - start };
    }
    throw new Error(`Busy is not shown 120 frames after the call, but ${nameShown()}.`);
  },
  endCall: (id) => feed.ended(id),
  hear(what, id) {
    if (what === 'ended') feed.ended(id);
    else feed[what](callOf(id));
  },
  close: (id) => widget.closeConversation(id),
  state() {
    const { view, session } = widget;
    const calls = Object.fromEntries((view?.conversations ?? []).map(({ id, state }) => [id, state]));
    return { status: view?.status.id ?? '', calls, saving: session?.saving ?? true };
  },
};
