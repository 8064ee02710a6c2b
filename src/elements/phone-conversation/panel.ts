import { render } from 'lit';
import type { Control } from '../../calls/call-source.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../context.js';
import { claimOf, readDraft, writeDraft, type Draft } from '../controllers/drafts.js';
import { errorText, type Strings } from '../strings.js';
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

/** One conversation on the screen: what the agent is doing in it, and what went wrong. */
export class Panel {
  readonly element = document.createElement('section');
  draft: Draft | undefined;
  drawer: Drawer | undefined;
  /** The digits sent since the keypad was opened. */
  digits = '';
  /** What went wrong last: with the call, or with what stands below it. */
  failure: { readonly at: 'call' | 'foot'; readonly text: string } | undefined;
  /** The conversation is closed: what a field says on its way out is no news. */
  isGone = false;
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
  }

  get strings(): Strings {
    return this.host.strings;
  }

  /** In the store's clock. */
  get now(): number {
    return this.session.store.now();
  }

  /** Whether this page is closing the conversation: what was handed on cannot be changed any more. */
  get isClosing(): boolean {
    const claim = claimOf(this.session, this.conversation.id);
    return this.isDoing('close') || (claim !== undefined && !('error' in claim));
  }

  remove(): void {
    this.isGone = true;
    this.element.remove();
  }

  draw(conversation: Conversation): void {
    this.conversation = conversation;
    this.draft = readDraft(this.session, conversation.id);
    this.element.dataset['state'] = conversation.state;
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
      // What the telephony said of it is what the agent can act on.
      const reason = (at === 'call' && (error as Error).cause) || error;
      this.#fail(at, errorText(reason, this.strings), error);
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
    const text = this.strings.draftNotKept;
    const hasFailed = this.failure?.text === text;
    try {
      writeDraft(this.session, this.conversation, change);
      if (hasFailed) this.failure = undefined;
    } catch (error) {
      if (!hasFailed) this.#fail('foot', text, error);
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

  #fail(at: 'call' | 'foot', text: string, error: unknown): void {
    this.failure = { at, text };
    this.host.scope?.report(error);
    this.host.requestUpdate();
  }
}
