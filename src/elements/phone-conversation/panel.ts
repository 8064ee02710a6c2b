import { render } from 'lit';
import type { CallId, Closing } from '../../model/agent.js';
import type { Control } from '../../calls/call-source.js';
import { isPhoneError } from '../../model/errors.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../session/context.js';
import type { DraftHold } from '../notes/draft-hold.js';
import { claimOf, holdOf, isOwn, readDraft, writeDraft, type Draft } from '../notes/drafts.js';
import { messageOf } from '../text/error-words.js';
import { errorText, type Strings } from '../text/strings.js';
import { conversationPanel, panelName } from './conversation-panel.js';

/** What a panel needs of the element that it is in. */
export interface PanelHost {
  readonly scope: PhoneScope | undefined;
  readonly strings: Strings;
  readonly updateComplete: Promise<boolean>;
  requestUpdate(): void;
  /** Says a sentence to screen readers, politely; an `occurrence` once, whoever else tells of it. */
  announce(text: string, occurrence?: unknown): void;
}

/** What a panel shows when it is asked to. */
export type Drawer = 'keypad' | 'transfer' | 'callOver';

/** What takes a while: controls of the call, and the panel's own. */
export type Deed = Control | 'callOver' | 'close' | 'extend';

/** What belongs to the draft. */
const DRAFT_FIELDS = 'textarea, .tags *';

/** What went wrong, where it is shown, and in which words; they may come later. */
export interface Failure {
  readonly at: 'call' | 'foot';
  readonly error: unknown;
  text(strings: Strings): string;
}

/** Of each call the panel that says that it rings: of several on a page, the first. */
const tellers = new WeakMap<AgentSession, Map<CallId, Panel>>();

/** One conversation on the screen: what the agent is doing in it, and what went wrong. */
export class Panel {
  readonly element = document.createElement('section');
  draft: Draft | undefined;
  drawer: Drawer | undefined;
  /** The digits sent since the keypad was opened. */
  digits = '';
  /** What went wrong last: with the call, or with what stands below it. */
  failure: Failure | undefined;
  /** How the conversation was closed while the agent was at its draft: the panel stays until that is left. */
  closing: Closing | undefined;
  /** What a field says on its way out is no news. */
  isGone = false;
  readonly #hold: DraftHold;
  readonly #deeds = new Set<Deed>();
  #sending = Promise.resolve();

  constructor(
    readonly host: PanelHost,
    readonly session: AgentSession,
    public conversation: Conversation,
  ) {
    this.element.className = 'panel';
    this.element.tabIndex = -1;
    this.element.setAttribute('part', 'conversation');
    this.#hold = holdOf(session, conversation.id, () => host.requestUpdate());
    const told = tellers.get(session) ?? new Map<CallId, Panel>();
    tellers.set(session, told);
    if (!told.get(conversation.id)?.element.isConnected) told.set(conversation.id, this);
    if (!isOwn(session)) return;
    // Before what it does, which may take the field away.
    for (const type of ['focusin', 'keydown', 'input']) this.element.addEventListener(type, this.#onField, true);
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.#isField(relatedTarget)) this.#hold.leave();
    });
  }

  get strings(): Strings {
    return this.host.strings;
  }

  /** In the store's clock. */
  get now(): number {
    return this.session.store.now();
  }

  /** Whether it is this panel that says that the call rings. */
  get tells(): boolean {
    return tellers.get(this.session)?.get(this.conversation.id) === this;
  }

  /** Whether this page is closing the conversation: what was handed on cannot be changed any more. */
  get isClosing(): boolean {
    const claim = claimOf(this.session, this.conversation.id);
    return this.isDoing('close') || (claim !== undefined && !('error' in claim));
  }

  /** Whether the agent is at the draft of a conversation that this page does not close. */
  get isHeld(): boolean {
    return this.#hold.isHeld && !this.isClosing;
  }

  remove(): void {
    this.isGone = true;
    if (this.tells) tellers.get(this.session)?.delete(this.conversation.id);
    this.#hold.leave();
    this.element.remove();
  }

  /** A field that was taken out of the page, as one that is moved, is left. */
  leaveIfGone(focused: Element | null): void {
    if (!this.element.contains(focused)) this.#hold.leave();
  }

  draw(conversation: Conversation): void {
    const { closing } = this;
    const { endedAt = closing?.at } = conversation;
    this.conversation = closing && endedAt !== undefined ? { ...conversation, state: 'ended', endedAt } : conversation;
    this.draft = readDraft(this.session, conversation.id);
    this.element.dataset['state'] = closing ? 'closed' : conversation.state;
    this.element.setAttribute('aria-label', panelName(this));
    render(conversationPanel(this), this.element);
    // Only where they differ: setting a field's text moves the caret.
    const { notes = '', entry = '' } = this.draft ?? {};
    for (const [field, text] of [
      ['textarea', notes],
      ['.tags input', entry],
    ] as const) {
      const shown = this.element.querySelector<HTMLInputElement>(field);
      if (shown && shown.value !== text) shown.value = text;
    }
  }

  /** Whether the agent can do that to the call from this page. */
  offers(control: Control): boolean {
    return this.session.can(control) && !!(this.conversation.here || this.session.calls?.carries === 'elsewhere');
  }

  isDoing(deed: Deed): boolean {
    return this.#deeds.has(deed);
  }

  /** Does something that takes a while, once at a time; where it fails the panel says why. */
  async do(deed: Deed, work: () => Promise<void> | undefined, at: 'call' | 'foot' = 'foot'): Promise<void> {
    if (this.isDoing(deed)) return;
    this.#deeds.add(deed);
    this.failure = undefined;
    this.host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.#fail({ at, error, text: (strings) => refusalText(deed, error, strings) });
    }
    this.#deeds.delete(deed);
    this.host.requestUpdate();
  }

  /** Does something to the call. */
  control(control: Exclude<Control, 'dial'>, argument?: string): Promise<void> {
    return this.do(control, () => this.session.control(control, this.conversation.id, argument), 'call');
  }

  /** Sends a digit after those that are on their way. */
  send(digit: string): void {
    this.digits += digit;
    this.host.requestUpdate();
    this.#sending = this.#sending.then(() => this.control('sendDigits', digit));
  }

  /** Keeps what the agent typed. */
  write(change: Partial<Pick<Draft, 'notes' | 'tags' | 'entry'>>): void {
    const text = ({ draftNotKept }: Strings): string => draftNotKept;
    const hasFailed = this.failure?.text(this.strings) === this.strings.draftNotKept;
    try {
      writeDraft(this.session, this.conversation, change);
      if (hasFailed) this.failure = undefined;
    } catch (error) {
      if (!hasFailed) this.#fail({ at: 'foot', error, text });
    }
  }

  /** Opens one drawer, or closes it where it is open; with an opened one goes the focus, where it has a field. */
  toggle(drawer: Drawer): void {
    this.drawer = this.drawer === drawer ? undefined : drawer;
    this.digits = '';
    this.host.requestUpdate();
    void this.focus('.drawer :is(input, button)');
  }

  /** Focuses what matches once the panel is drawn. */
  async focus(selector: string): Promise<void> {
    await this.host.updateComplete;
    this.element.querySelector<HTMLElement>(selector)?.focus();
  }

  readonly #onField = ({ target }: Event): void => {
    if (this.#isField(target)) this.#hold.keep();
    else this.#hold.leave();
  };

  #isField(target: EventTarget | null): boolean {
    return target instanceof Element && target.matches(DRAFT_FIELDS) && this.element.contains(target);
  }

  #fail(failure: Failure): void {
    this.failure = failure;
    this.host.scope?.report(failure.error);
    this.host.requestUpdate();
  }
}

/** What was refused, and why. A page that has to do something before a closing says by itself why it could not. */
export function refusalText(deed: Deed, error: unknown, strings: Strings): string {
  if (deed === 'close' && !isPhoneError(error)) return messageOf(error);
  // What the telephony says of itself is for developers.
  const hasSource = deed !== 'extend' && deed !== 'close' && deed !== 'callOver';
  const isItsOwn = hasSource && isPhoneError(error, 'unavailable');
  const why = isItsOwn ? (strings.errors['call-failed'] ?? strings.unknownError) : errorText(error, strings);
  return why && strings.failed(strings[deed === 'sendDigits' ? 'keypad' : deed], why);
}
