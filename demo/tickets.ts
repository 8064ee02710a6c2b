import type { PhoneConversationCloseEvent, PhoneWidget } from 'phone-widget';
import { element, messageOf, part } from './page-parts.js';

/** What the helpdesk keeps of a call: the agent's notes, in the ticket. */
interface CallNote {
  readonly callId: string;
  readonly ticket: string;
  readonly who: string;
  readonly text: string;
  readonly tags: readonly string[];
}

const STORAGE_KEY = 'helpdesk-call-notes';
const KEPT = 50;
/** How long the helpdesk takes to keep a note, so that the widget's busy state can be seen. */
const SAVING_MS = 600;

const customers = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.customer')];
const digitsOf = (number: string | undefined): string => (number ?? '').replace(/\D/g, '');

/** The number's owner, where the helpdesk knows it. */
export function customerNamed(number: string): string | undefined {
  return customerOf(number)?.dataset['name'];
}

/** Lets the helpdesk's own page work: tickets, replies, calls by a click, and notes of calls in the ticket. */
export function showTickets(widget: PhoneWidget, notesAreRefused: () => boolean): void {
  addEventListener('hashchange', openTicket);
  addEventListener('popstate', openTicket);
  openTicket();
  addEventListener('storage', ({ key }) => {
    if (key === STORAGE_KEY) drawNotes();
  });
  drawNotes();
  part('composer').addEventListener('submit', sendReply);
  part('composer').addEventListener('keydown', submitByKey);
  document.querySelector('.customers')?.addEventListener('click', (event) => void callCustomer(widget, event));
  widget.addEventListener('phone-conversation-open', ({ detail: { call } }) => {
    const ticket = customerOf(call.party.number)?.dataset['ticket'];
    if (!ticket) return;
    // Following a link to the ticket would take the focus out of the widget.
    history.pushState(null, '', `#ticket-${ticket}`);
    openTicket();
  });
  widget.addEventListener('phone-conversation-close', (event) => {
    event.detail.waitUntil(keepNote(event.detail, notesAreRefused));
  });
}

function customerOf(number: string | undefined): HTMLElement | undefined {
  const digits = digitsOf(number);
  return digits ? customers().find((one) => digitsOf(one.dataset['number']) === digits) : undefined;
}

function shownTicket(): HTMLElement {
  const named = /^#ticket-\d+$/.test(location.hash) ? document.querySelector<HTMLElement>(location.hash) : null;
  return named ?? document.querySelector<HTMLElement>('.ticket')!;
}

function openTicket(): void {
  const shown = shownTicket();
  for (const ticket of document.querySelectorAll<HTMLElement>('.ticket')) ticket.hidden = ticket !== shown;
  for (const one of customers()) one.hidden = `ticket-${one.dataset['ticket'] ?? ''}` !== shown.id;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.list a')) {
    if (link.hash === `#${shown.id}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  part('refusal').textContent = '';
}

function sendReply(event: SubmitEvent): void {
  event.preventDefault();
  const field = part('reply') as HTMLTextAreaElement;
  const text = field.value.trim();
  if (text) append(shownTicket(), newMessage('Support', 'Just now', text), 'reply');
  field.value = '';
}

function submitByKey(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
    (event.currentTarget as HTMLFormElement).requestSubmit();
}

async function callCustomer(widget: PhoneWidget, { target }: Event): Promise<void> {
  if (!(target instanceof HTMLElement) || !target.matches('.call')) return;
  const number = target.closest<HTMLElement>('.customer')?.dataset['number'] ?? '';
  const refusal = part('refusal');
  refusal.textContent = '';
  try {
    await widget.dial(number);
  } catch (error) {
    refusal.textContent = messageOf(error);
  }
}

async function keepNote(detail: PhoneConversationCloseEvent['detail'], notesAreRefused: () => boolean): Promise<void> {
  const { call, notes, tags } = detail;
  await new Promise((resolve) => setTimeout(resolve, SAVING_MS));
  if (notesAreRefused()) throw new Error('The helpdesk could not save the notes. Try again.');
  const ticket = customerOf(call.party.number)?.dataset['ticket'] ?? shownTicket().id.replace('ticket-', '');
  const who = call.party.name || call.party.number || 'an unknown number';
  const kept = keptNotes().filter(({ callId }) => callId !== call.id);
  localStorage.setItem(
    STORAGE_KEY,
    JSON.stringify([...kept, { callId: call.id, ticket, who, text: notes, tags }].slice(-KEPT)),
  );
  drawNotes();
}

function keptNotes(): readonly CallNote[] {
  return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]') as readonly CallNote[];
}

function drawNotes(): void {
  for (const old of document.querySelectorAll('.message.note')) old.remove();
  for (const { ticket, who, text, tags } of keptNotes()) {
    const article = document.getElementById(`ticket-${ticket}`);
    const message = newMessage(`Call with ${who}`, 'Call note', text || 'No notes.');
    if (tags.length > 0) {
      const line = element('p', '', 'tags');
      line.append(...tags.map((tag) => element('span', tag, 'tag')));
      message.append(line);
    }
    if (article) append(article, message, 'note');
  }
}

function newMessage(who: string, when: string, text: string): HTMLElement {
  const message = element('li', '', 'message');
  const head = element('p', '', 'who');
  head.append(element('strong', who), ' ', element('time', when));
  message.append(head, ...text.split(/\n+/).map((line) => element('p', line)));
  return message;
}

function append(ticket: HTMLElement, message: HTMLElement, kind: 'reply' | 'note'): void {
  message.classList.add(kind);
  ticket.querySelector('.messages')?.append(message);
  if (!ticket.hidden) message.scrollIntoView({ block: 'nearest' });
}
