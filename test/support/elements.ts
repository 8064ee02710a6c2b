import { waitUntil } from '@open-wc/testing';
import {
  defaultAccount,
  memoryStore,
  newAgentRecord,
  recordEvent,
  type Account,
  type AgentEvent,
  type AgentRecord,
  type Call,
  type PhoneError,
  type PhoneStatusSelect,
  type PhoneWidget,
  type StatusStore,
} from 'phone-widget';
import 'phone-widget/define';

let places = 0;

/** A place that no other test knows. */
export function newPlace(): string {
  return `place-${(places += 1)}`;
}

/** A store whose clock runs ahead of this machine's, in milliseconds, as far as it is told. */
export function storeAhead(clock: { readonly ahead: number }): StatusStore {
  const store = memoryStore({ account: newPlace() });
  const now = store.now.bind(store);
  return Object.assign(store, { now: () => now() + clock.ahead });
}

/** The first element of that part in a tree, shadow roots included. */
export function part(root: ParentNode, name: string): HTMLElement | undefined {
  return parts(root, name)[0];
}

/** All elements of that part in a tree, shadow roots included. */
export function parts(root: ParentNode, name: string): HTMLElement[] {
  return find(root, `[part~="${name}"]`);
}

/** All elements in a tree, shadow roots included, that match. */
export function find(root: ParentNode, selector: string): HTMLElement[] {
  const inside = root instanceof Element && root.shadowRoot ? find(root.shadowRoot, selector) : [];
  const own = [...root.querySelectorAll<HTMLElement>(selector)];
  const deeper = [...root.querySelectorAll<HTMLElement>('*')].flatMap(({ shadowRoot }) =>
    shadowRoot ? find(shadowRoot, selector) : [],
  );
  return [...inside, ...own, ...deeper];
}

/** An element of that part, once it is there. */
export async function shown(root: ParentNode, name: string): Promise<HTMLElement> {
  await until(() => part(root, name), `the part ${name} is shown`);
  return part(root, name)!;
}

/** Waits for something that comes to be true by itself. */
export async function until(condition: () => unknown, what: string): Promise<void> {
  await waitUntil(condition, what, { interval: 5, timeout: 4000 });
}

/** What a part says, with white space as it is seen. */
export function textOf(element: Element | undefined): string {
  return element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

/** A widget that is on the page and ready. */
export async function openWidget(set: Partial<PhoneWidget> = {}): Promise<PhoneWidget> {
  const widget = document.createElement('phone-widget');
  Object.assign(widget, { agentId: 'ana', store: memoryStore({ account: newPlace() }), ...set });
  return append(widget);
}

/** Puts a widget on the page, and waits until it is ready. */
export async function append(widget: PhoneWidget): Promise<PhoneWidget> {
  opened.push(widget);
  document.body.append(widget);
  await until(() => widget.view?.present, 'the widget is ready');
  const { store, agentId, page } = widget.session!;
  await until(async () => page in ((await store.readAgent(agentId))?.value.leases ?? {}), 'the sign-in is saved');
  await settled(widget);
  return widget;
}

const opened: Element[] = [];

/** Removes what the tests put on the page: call it after each. */
export function clearPage(): void {
  for (const element of opened.splice(0)) element.remove();
}

/** Marks an element as put on the page by a test. */
export function keepTrack<T extends Element>(element: T): T {
  opened.push(element);
  return element;
}

/** The selector inside a widget or provider. */
export function selectIn(root: ParentNode): PhoneStatusSelect {
  return find(root, 'phone-status-select')[0] as PhoneStatusSelect;
}

/** Waits until everything in an element is drawn. */
export async function settled(root: HTMLElement & { updateComplete?: Promise<unknown> }): Promise<void> {
  await root.updateComplete;
  for (const inner of find(root, 'phone-status-select, phone-conversation')) {
    await (inner as PhoneStatusSelect).updateComplete;
  }
}

/** The ids of the statuses in an open list. */
export function listed(root: ParentNode): string[] {
  return parts(root, 'status').map((option) => option.dataset['status'] ?? '');
}

/** Which option the keyboard points at. */
export function activeOption(root: ParentNode): string {
  const pointer = find(root, '[aria-activedescendant]')[0];
  const id = pointer?.getAttribute('aria-activedescendant') ?? 'none';
  return find(root, `#${id}`)[0]?.dataset['status'] ?? '';
}

/** Collects events of an element. */
export function listen<K extends keyof HTMLElementEventMap>(element: EventTarget, type: K): HTMLElementEventMap[K][] {
  const heard: HTMLElementEventMap[K][] = [];
  element.addEventListener(type, (event) => heard.push(event as HTMLElementEventMap[K]));
  return heard;
}

/** The live region of an element: the only one in all of it. */
export function liveRegion(element: Element): HTMLElement {
  const regions = find(element, '[role="status"], [aria-live]');
  if (regions.length !== 1) throw new Error(`<${element.localName}> has ${String(regions.length)} live regions.`);
  return regions[0]!;
}

/** Collects what the live region of an element says, from now on. */
export function announcements(element: Element): { readonly said: string[]; stop(): void } {
  const region = liveRegion(element);
  const said: string[] = [];
  const observer = new MutationObserver(() => {
    const text = textOf(region);
    if (text) said.push(text);
  });
  observer.observe(region, { childList: true, characterData: true, subtree: true });
  return { said, stop: () => observer.disconnect() };
}

/** Events and the minutes ago at which they happened. */
export type Past = readonly (readonly [minutesAgo: number, event: AgentEvent])[];

const STEP_MS = 100_000;

/** Writes an agent's past into a store, with another page of the agent open all the time. */
export async function writePast(store: StatusStore, past: Past, agentId = 'ana'): Promise<AgentRecord> {
  const now = store.now();
  const account = (await store.readAccount())?.value ?? defaultAccount;
  let record = newAgentRecord(agentId);
  let at = now - (past[0]?.[0] ?? 0) * 60_000;
  const keep = (until: number): void => {
    for (; at < until; at += STEP_MS) record = recordEvent(account, record, { type: 'renew', page: 'another' }, at);
    at = until;
  };
  for (const [minutesAgo, event] of past) {
    keep(now - minutesAgo * 60_000);
    record = recordEvent(account, record, { type: 'renew', page: 'another' }, at);
    record = recordEvent(account, record, event, at);
  }
  keep(now);
  const present = await store.readAgent(agentId);
  await store.saveAgent(record, present?.revision ?? null, past[0]?.[1] ?? { type: 'renew', page: 'another' });
  return record;
}

/** A memory store whose account is changed first. */
export async function storeWith(change: (account: Account) => Account, account = newPlace()): Promise<StatusStore> {
  const store = memoryStore({ account });
  await store.saveAccount(change(defaultAccount), null);
  return store;
}

/** A store that refuses some events, and keeps its other promises. */
export function refusing(store: StatusStore, refusal: (event: AgentEvent) => PhoneError | undefined): StatusStore {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== 'saveAgent') return value.bind(target) as unknown;
      return async (record: AgentRecord, basedOn: number | null, event: AgentEvent) => {
        const error = refusal(event);
        if (error) throw error;
        return target.saveAgent(record, basedOn, event);
      };
    },
  });
}

/** Counts what is saved. */
export function counting(store: StatusStore): { readonly store: StatusStore; readonly saved: AgentEvent[] } {
  const saved: AgentEvent[] = [];
  const counted = refusing(store, (event) => {
    saved.push(event);
    return undefined;
  });
  return { store: counted, saved };
}

/** A call for a test. */
export function callFrom(id: string, name = 'Kim Doe'): Call {
  return { id, direction: 'inbound', party: { name, number: '+442079460000' } };
}
