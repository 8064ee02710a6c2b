import 'phone-widget/define';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { createCallFeed, defaultAccount, memoryStore, updateSettings } from 'phone-widget';
import type {
  AccountSettings,
  Call,
  CallFeed,
  FeedControls,
  PhoneConversation,
  PhoneProvider,
  StatusStore,
} from 'phone-widget';

let places = 0;

/** What a helpdesk page with the in-conversation widget can be asked to be. */
export interface PageOptions {
  readonly agentId?: string;
  readonly store?: StatusStore;
  readonly settings?: Partial<AccountSettings>;
  readonly controls?: (feed: () => CallFeed) => FeedControls;
  readonly carries?: 'page' | 'elsewhere';
  readonly dir?: 'ltr' | 'rtl';
}

/** A page with one agent signed in. */
export interface HelpdeskPage {
  readonly provider: PhoneProvider;
  readonly element: PhoneConversation;
  readonly feed: CallFeed;
  readonly store: StatusStore;
}

/** A place that no other test knows. */
export function newPlace(): string {
  places += 1;
  return `place-${String(places)}-${Math.random().toString(36).slice(2)}`;
}

/** A phone that does what it is told, and says so. */
export const obedient = (feed: () => CallFeed): FeedControls => ({
  answer: (id: string) => feed().started({ ...anna, id }),
  decline: (id: string) => feed().ended(id, 'declined'),
  hangUp: (id: string) => feed().ended(id),
  hold: (id: string) => feed().held(id),
  resume: (id: string) => feed().resumed(id),
  mute: (id: string) => feed().muted(id),
  unmute: (id: string) => feed().unmuted(id),
  sendDigits: () => undefined,
  transfer: (id: string) => feed().ended(id),
});

export const anna: Call = {
  id: 'anna',
  direction: 'inbound',
  party: { name: 'Anna Nowak', number: '+48 22 398 07 11' },
};
export const ben: Call = { id: 'ben', direction: 'outbound', party: { number: '+49 30 901820' } };

/** Opens such a page, and waits until its session is ready. */
export async function openPage(options: PageOptions = {}): Promise<HelpdeskPage> {
  const { agentId = 'ana', settings, controls, carries = 'page', dir = 'ltr' } = options;
  const store = options.store ?? memoryStore({ account: newPlace() });
  if (settings) await store.saveAccount(updateSettings(defaultAccount, settings), null);
  const feed: CallFeed = createCallFeed({ carries, ...(controls && { controls: controls(() => feed) }) });
  const provider = await fixture<PhoneProvider>(
    html`<phone-provider dir=${dir} agent-id=${agentId} .store=${store} .calls=${feed}
      ><phone-conversation></phone-conversation
    ></phone-provider>`,
  );
  await waitUntil(() => provider.view, 'the session gets ready');
  return { provider, element: provider.querySelector('phone-conversation')!, feed, store };
}

/** The parts of that name, one for each conversation. */
export function parts<T extends HTMLElement = HTMLElement>(
  { element }: Pick<HelpdeskPage, 'element'>,
  name: string,
): T[] {
  return [...element.shadowRoot!.querySelectorAll<T>(`[part~="${name}"]`)];
}

/** The part of that name, once it is there. */
export async function part<T extends HTMLElement = HTMLElement>(
  page: Pick<HelpdeskPage, 'element'>,
  name: string,
): Promise<T> {
  await waitUntil(() => parts(page, name).length > 0, `the part ${name} is there`);
  return parts<T>(page, name)[0]!;
}

/** The notes, once a conversation is open. */
export function notesOf(page: Pick<HelpdeskPage, 'element'>): Promise<HTMLTextAreaElement> {
  return part<HTMLTextAreaElement>(page, 'notes');
}

/** The field in which a tag is typed. */
export async function tagFieldOf(page: Pick<HelpdeskPage, 'element'>): Promise<HTMLInputElement> {
  return (await part(page, 'tags')).querySelector('input')!;
}

/** The tags as they are read. */
export function tagsOf(page: Pick<HelpdeskPage, 'element'>): string[] {
  return parts(page, 'tags').flatMap((tags) => [...tags.querySelectorAll('bdi')].map((tag) => tag.textContent!.trim()));
}

/** The button of that name, once it is there. */
export async function button({ element }: Pick<HelpdeskPage, 'element'>, name: string): Promise<HTMLButtonElement> {
  const named = (): HTMLButtonElement | undefined =>
    [...element.shadowRoot!.querySelectorAll('button')].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent!.trim()) === name,
    );
  await waitUntil(named, `the button ${name} is there`);
  return named()!;
}

/** Waits until so many conversations are shown, in these states. */
export async function expectStates(page: HelpdeskPage, ...states: readonly string[]): Promise<void> {
  const shown = (): string[] => parts(page, 'conversation').map((panel) => panel.dataset['state']!);
  await waitUntil(() => shown().join() === states.join(), `the conversations are ${states.join()}`).catch(() => {
    expect(shown()).to.deep.equal(states);
  });
}

/** Opens a page with a call that has ended: After Call Work. */
export async function openAfterCallWork(options: PageOptions = {}): Promise<HelpdeskPage> {
  const page = await openPage(options);
  page.feed.started(anna);
  page.feed.ended(anna.id);
  await expectStates(page, 'ended');
  return page;
}

/** Types text into a field as a paste does: at once, as the user's own edit. */
export function paste(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.focus();
  field.setRangeText(text, field.value.length, field.value.length, 'end');
  field.dispatchEvent(
    new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertFromPaste', data: text }),
  );
}

/** Types with real keys. A character comes once in each turn: one driver takes a repeated key for a key that is held. */
export async function type(text: string): Promise<void> {
  for (const turn of turnsOf(text)) await sendKeys({ type: turn });
}

function turnsOf(text: string): string[] {
  const turns: string[] = [];
  for (const character of text) {
    const last = turns.at(-1);
    if (last === undefined || last.includes(character)) turns.push(character);
    else turns[turns.length - 1] = last + character;
  }
  return turns;
}
