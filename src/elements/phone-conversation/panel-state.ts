import type { ReactiveControllerHost } from 'lit';
import type { Control } from '../../calls/call-source.js';
import type { CallId, Closing } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { claimOf, writeDraft, type Draft } from '../notes/drafts.js';
import type { PhoneScope } from '../session/context.js';
import type { Strings } from '../text/strings.js';
import { refusalText, type PanelAction, type PanelFacts } from './labels.js';

/** What a panel needs of its element. */
export interface PanelHost extends ReactiveControllerHost {
  readonly shadowRoot: ShadowRoot | null;
  readonly scope: PhoneScope | undefined;
  readonly strings: Strings;
  /** Says a sentence to screen readers, politely; an `occurrence` is said once, whichever elements announce it. */
  announce(text: string, occurrence?: unknown): void;
}

/** A part of the panel that is shown on demand. */
type Drawer = 'keypad' | 'transfer' | 'callOver';

/** What went wrong, where it is shown, and its text, which may still be loading. */
export interface Failure {
  readonly at: 'call' | 'foot';
  readonly error: unknown;
  text(strings: Strings): string;
}

/** The panel that announces that a call rings, by call: of several on a page, the first. */
const announcers = new WeakMap<AgentSession, Map<CallId, PanelState>>();

/** The panel of a conversation: what the agent is doing in it, and what went wrong. */
export class PanelState implements PanelFacts {
  /** The section that the panel is drawn into. */
  readonly element = document.createElement('section');
  draft: Draft | undefined;
  drawer: Drawer | undefined;
  /** The digits sent since the keypad was opened. */
  digits = '';
  /** What went wrong last: with the call, or with what stands below it. */
  failure: Failure | undefined;
  /** How the conversation was closed while the agent was writing: the panel stays until the field is left. */
  closing: Closing | undefined;
  /** The panel is taken away: what its fields fire on the way out does not count. */
  isRemoved = false;
  readonly #running = new Set<PanelAction>();
  #sending = Promise.resolve();

  constructor(
    readonly host: PanelHost,
    readonly session: AgentSession,
    public conversation: Conversation,
  ) {
    const known = announcers.get(session) ?? new Map<CallId, PanelState>();
    announcers.set(session, known);
    if (!known.get(conversation.id)?.element.isConnected) known.set(conversation.id, this);
  }

  get strings(): Strings {
    return this.host.strings;
  }

  /** In the store's clock. */
  get now(): number {
    return this.session.store.now();
  }

  get isMuted(): boolean {
    return this.session.isMuted(this.conversation.id);
  }

  /** Whether it is this panel that announces that the call rings. */
  get announces(): boolean {
    return announcers.get(this.session)?.get(this.conversation.id) === this;
  }

  /** Whether this page is closing the conversation: the draft was handed over, and cannot be changed any more. */
  get isClosing(): boolean {
    const claim = claimOf(this.session, this.conversation.id);
    return this.isRunning('close') || (claim !== undefined && !('error' in claim));
  }

  /** Whether the agent can do that to the call from this page. */
  offers(control: Control): boolean {
    return this.session.can(control) && !!(this.conversation.here || this.session.calls?.carries === 'elsewhere');
  }

  isRunning(action: PanelAction): boolean {
    return this.#running.has(action);
  }

  /** Runs something that takes a while, once at a time; where it fails the panel says why. */
  async run(action: PanelAction, work: () => Promise<void> | undefined, at: Failure['at'] = 'foot'): Promise<void> {
    if (this.isRunning(action)) return;
    this.#running.add(action);
    this.failure = undefined;
    this.host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.#fail({ at, error, text: (strings) => refusalText(action, error, strings) });
    }
    this.#running.delete(action);
    this.host.requestUpdate();
  }

  /** Runs a control of the call. */
  control(control: Exclude<Control, 'dial'>, argument?: string): Promise<void> {
    return this.run(control, () => this.session.control(control, this.conversation.id, argument), 'call');
  }

  /** Sends a digit after those that are still being sent. */
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

  /** Opens a drawer, or closes it where it is open; the focus moves to its first field. */
  toggle(drawer: Drawer): void {
    this.drawer = this.drawer === drawer ? undefined : drawer;
    this.digits = '';
    this.host.requestUpdate();
    void this.#focusFirst('.drawer :is(input, button)');
  }

  /** Takes the panel away. */
  remove(): void {
    this.isRemoved = true;
    if (this.announces) announcers.get(this.session)?.delete(this.conversation.id);
    this.element.remove();
  }

  async #focusFirst(selector: string): Promise<void> {
    await this.host.updateComplete;
    this.element.querySelector<HTMLElement>(selector)?.focus();
  }

  #fail(failure: Failure): void {
    this.failure = failure;
    this.host.scope?.report(failure.error);
    this.host.requestUpdate();
  }
}
