import { render, type ReactiveController, type TemplateResult } from 'lit';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { DraftHold } from '../notes/draft-hold.js';
import { holdOf, isOwn, readDraft } from '../notes/drafts.js';
import { panelLabel } from './labels.js';
import { PanelState, type PanelHost } from './panel-state.js';
import { panelTemplate } from './panel-template.js';

/** The fields in which the draft is edited. */
const DRAFT_FIELDS = 'textarea, .tags *';

/**
 * Draws one conversation, into a section of its own: one that stays in place while others are moved keeps focus, caret
 * and scroll position.
 */
export class ConversationPanel extends PanelState implements ReactiveController {
  readonly #hold: DraftHold;

  constructor(host: PanelHost, session: AgentSession, conversation: Conversation) {
    super(host, session, conversation);
    const { element } = this;
    element.className = 'panel';
    element.tabIndex = -1;
    element.setAttribute('part', 'conversation');
    this.#hold = holdOf(session, conversation.id, () => host.requestUpdate());
    host.addController(this);
    if (!isOwn(session)) return;
    // Before the event does what may take the field away.
    for (const type of ['focusin', 'keydown', 'input']) element.addEventListener(type, this.#onField, true);
    element.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.#isField(relatedTarget)) this.#hold.leave();
    });
  }

  /** Whether it is to be shown: the conversation is open, or was closed while the agent is still writing. */
  get isShown(): boolean {
    return this.#present !== undefined || this.closing !== undefined;
  }

  /** A field that is out of the page has been left. One that is only moved is back by then, with its focus. */
  hostDisconnected(): void {
    queueMicrotask(() => this.#leaveIfGone());
  }

  /** Keeps a closed conversation while the agent is still writing, unless this page closes it. */
  hostUpdate(): void {
    this.#leaveIfGone();
    const { id } = this.conversation;
    const isKept = !this.#present && this.#hold.isHeld && !this.isClosing;
    const wasOpen = !this.closing;
    this.closing = isKept ? this.session.record?.closings.find((one) => one.id === id) : undefined;
    if (this.closing && wasOpen) this.host.announce(panelLabel(this), `${id} closed ${this.closing.at}`);
  }

  hostUpdated(): void {
    const { closing, element } = this;
    const present = this.#present ?? this.conversation;
    const { endedAt = closing?.at } = present;
    this.conversation = closing && endedAt !== undefined ? { ...present, state: 'ended', endedAt } : present;
    this.draft = readDraft(this.session, present.id);
    element.dataset['state'] = closing ? 'closed' : present.state;
    element.setAttribute('aria-label', panelLabel(this));
    render(this.render(), element);
    this.#fill('textarea', this.draft?.notes);
    this.#fill('.tags input', this.draft?.entry);
  }

  render(): TemplateResult {
    return panelTemplate(this);
  }

  override remove(): void {
    super.remove();
    this.#hold.leave();
    this.host.removeController(this);
  }

  /** The conversation while it is open. */
  get #present(): Conversation | undefined {
    return this.session.view?.conversations.find(({ id }) => id === this.conversation.id);
  }

  /** Sets the text of a field only where it differs: that moves the caret. */
  #fill(selector: string, text = ''): void {
    const field = this.element.querySelector<HTMLInputElement>(selector);
    if (field && field.value !== text) field.value = text;
  }

  #leaveIfGone(): void {
    if (!this.element.contains(this.host.shadowRoot?.activeElement ?? null)) this.#hold.leave();
  }

  readonly #onField = ({ target }: Event): void => {
    if (this.#isField(target)) this.#hold.keep();
    else this.#hold.leave();
  };

  #isField(target: EventTarget | null): boolean {
    return target instanceof Element && target.matches(DRAFT_FIELDS) && this.element.contains(target);
  }
}
