import { html, type TemplateResult } from 'lit';
import type { CallId } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../session/context.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { ClockController } from '../controllers/clock-controller.js';
import { DraftsController } from '../notes/drafts.js';
import { focusGroup } from '../controllers/focus-keeper.js';
import { ScopeController } from '../session/scope-controller.js';
import { announceChanges } from '../controllers/announcements.js';
import { formatSpan } from '../text/format.js';
import { PhoneElement } from '../phone-element.js';
import type { Strings } from '../text/strings.js';
import { controls, tokens } from '../styles/tokens.js';
import { closingStyles } from './closing.styles.js';
import { panelName } from './conversation-panel.js';
import { Panel, type PanelHost } from './panel.js';
import { conversationStyles } from './phone-conversation.styles.js';
import { tagFieldStyles } from './tag-field.styles.js';

/** Ringing calls first, then those that go on, then those that are over. */
const ORDER = { ringing: 0, live: 1, held: 1, ended: 2 };
/** How long before the limit on After Call Work the agent is told. */
const WARNING_MS = 30_000;

const nowhere = { focused: null, panel: undefined, index: -1 };

/**
 * The in-conversation widget: the agent's calls with what can be done to them, notes and tags, until each is closed.
 * It shows the session of the `<phone-provider>` or `<phone-widget>` around it.
 *
 * @csspart conversation - One conversation, from the first ring until it is closed; `data-state` says how it stands.
 * @csspart caller - Name and number of the other side.
 * @csspart duration - How long the call goes on, or went on.
 * @csspart notes - The field for notes.
 * @csspart tags - The tags and the field for the next one.
 * @csspart close - Closes the conversation.
 * @csspart extend - Asks for more time.
 * @csspart call-over - Says that the call is over, where the hang-up was lost.
 * @cssprop --phone-color-success - A call that rings, and the button that answers it.
 */
export class PhoneConversation extends PhoneElement implements PanelHost {
  static override styles = [tokens, controls, conversationStyles, closingStyles, tagFieldStyles];

  /** Whether it shows a conversation that is closed: the agent is still at its draft. @internal */
  keeps = false;

  readonly #source = new ScopeController(this, {
    // Drawn at once where the focus is inside: an element around may take this one away as soon as it is empty.
    changed: () => {
      const { session, strings } = this.#source;
      if (session) announceChanges(session, strings);
      if (!this.shadowRoot?.activeElement) return;
      this.requestUpdate();
      this.performUpdate();
    },
  });
  readonly #clock = new ClockController(this);
  readonly #panels = new Map<CallId, Panel>();

  /** What had the focus before the panels were drawn, and where. */
  #focus: { readonly focused: HTMLElement | null; readonly panel: HTMLElement | undefined; readonly index: number } =
    nowhere;

  constructor() {
    super();
    new Announcer(this, () => this.#source.session);
    new DraftsController(this);
    // One that is only moved is back by then, with the focus where the browser keeps it.
    this.addController({ hostDisconnected: () => queueMicrotask(() => this.#leaveFields()) });
  }

  /** @internal */
  get scope(): PhoneScope | undefined {
    return this.#source.scope;
  }

  /** @internal */
  get strings(): Strings {
    return this.#source.strings;
  }

  /** @internal */
  announce(text: string, occurrence?: unknown): void {
    announce(this.#source.session, text, occurrence);
  }

  override willUpdate(): void {
    this.#source.seek();
    this.#sortOut();
    const { view, session } = this.#source;
    const conversations = view?.conversations ?? [];
    this.#clock.runs = conversations.some(({ state, closesAt }) => ORDER[state] === 1 || closesAt !== undefined);
    for (const { closesAt, extensionsLeft } of conversations) {
      const left = closesAt !== undefined && session ? closesAt - session.store.now() : Infinity;
      if (left <= 0 || left > WARNING_MS) continue;
      const { closesIn, canExtend, sentence, lang } = this.strings;
      const offer = extensionsLeft ? [canExtend(extensionsLeft)] : [];
      this.announce(sentence([closesIn(formatSpan(left, lang)), ...offer]), `limit ${String(closesAt)}`);
    }
  }

  override render(): TemplateResult {
    return html`<div id="list"></div>`;
  }

  /** The panels are kept in place by hand: one that stays is not moved, and keeps focus, caret and scroll position. */
  override updated(): void {
    const { session, view } = this.#source;
    const conversations = [...(view?.conversations ?? [])].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
    if (session) conversations.forEach((conversation, place) => this.#draw(conversation, session, place));
    const kept = [...this.#panels.values()].filter(({ closing }) => closing);
    for (const panel of kept) panel.draw(panel.conversation);
    this.#keep(kept.length > 0);
    this.#refocus();
  }

  /** Takes away the panels of conversations that are closed, except where the agent is still at the draft. */
  #sortOut(): void {
    const { session, view } = this.#source;
    const focused = this.shadowRoot?.activeElement as HTMLElement | null;
    const panels = [...this.renderRoot.querySelectorAll<HTMLElement>('.panel')];
    const index = panels.findIndex((panel) => panel.contains(focused));
    this.#focus = { focused, panel: panels[index], index };
    this.#leaveFields();
    for (const [id, panel] of this.#panels) {
      const isOwn = panel.session === session;
      const isOpen = isOwn && view?.conversations.some((one) => one.id === id);
      const isKept = isOwn && !isOpen && panel.isHeld;
      const wasOpen = !panel.closing;
      panel.closing = isKept ? session.record?.closings.find((one) => one.id === id) : undefined;
      if (panel.closing && wasOpen) this.announce(panelName(panel), `${id} closed ${String(panel.closing.at)}`);
      if (isOpen || panel.closing) continue;
      panel.remove();
      this.#panels.delete(id);
    }
  }

  #leaveFields(): void {
    const focused = this.shadowRoot?.activeElement ?? null;
    for (const panel of this.#panels.values()) panel.leaveIfGone(focused);
  }

  /** The element around may take this one away as soon as it has nothing to show. */
  #keep(keeps: boolean): void {
    if (this.keeps === keeps) return;
    this.keeps = keeps;
    /** @internal */
    this.dispatchEvent(new Event('keep'));
  }

  #draw(conversation: Conversation, session: AgentSession, place: number): void {
    const panel = this.#panels.get(conversation.id) ?? new Panel(this, session, conversation);
    this.#panels.set(conversation.id, panel);
    const list = this.renderRoot.querySelector('#list') as HTMLElement;
    const there = list.children[place];
    if (there !== panel.element) list.insertBefore(panel.element, there ?? null);
    panel.draw(conversation);
  }

  /** What had the focus was moved, or is gone: the focus goes to the nearest thing that is there and takes no keys. */
  #refocus(): void {
    const { focused, panel, index } = this.#focus;
    if (!focused || index < 0 || (this.renderRoot as ShadowRoot).activeElement) return;
    const panels = this.renderRoot.querySelectorAll<HTMLElement>('.panel');
    const near = [focused, panel, panels[index], panels[index - 1]].find((element) => element?.isConnected);
    if (near) near.focus();
    else focusGroup(this, this.strings.widget);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-conversation': PhoneConversation;
  }
}
