import { html, type TemplateResult } from 'lit';
import type { CallId, Instant } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../context.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { ClockController } from '../controllers/clock-controller.js';
import { DraftsController } from '../controllers/drafts.js';
import { ScopeController } from '../controllers/scope-controller.js';
import { formatClock } from '../format.js';
import { PhoneElement } from '../phone-element.js';
import type { Strings } from '../strings.js';
import { controls, tokens } from '../styles/tokens.js';
import { Panel, type PanelHost } from './panel.js';
import { conversationStyles } from './phone-conversation.styles.js';
import { tagFieldStyles } from './tag-field.styles.js';

/** Ringing calls first, then those that go on, then those that are over. */
const ORDER = { ringing: 0, live: 1, held: 1, ended: 2 };
/** How long before the limit on After Call Work the agent is told. */
const WARNING_MS = 30_000;

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
  static override styles = [tokens, controls, conversationStyles, tagFieldStyles];

  readonly #source = new ScopeController(this, {
    // Drawn at once where the focus is inside: an element around may take this one away as soon as it is empty.
    changed: () => {
      if (!this.shadowRoot?.activeElement) return;
      this.requestUpdate();
      this.performUpdate();
    },
  });
  readonly #clock = new ClockController(this);
  readonly #panels = new Map<CallId, Panel>();
  readonly #warnedOf = new Set<Instant>();

  constructor() {
    super();
    new Announcer(this, () => this.#source.session);
    new DraftsController(this);
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
    const { view, session } = this.#source;
    const conversations = view?.conversations ?? [];
    this.#clock.runs = conversations.some(({ state, closesAt }) => ORDER[state] === 1 || closesAt !== undefined);
    for (const { closesAt } of conversations) {
      const left = closesAt !== undefined && session ? closesAt - session.store.now() : Infinity;
      if (left > WARNING_MS || this.#warnedOf.has(closesAt as Instant)) continue;
      this.#warnedOf.add(closesAt as Instant);
      this.announce(this.strings.closesIn(formatClock(left, this.strings.lang)));
    }
  }

  override render(): TemplateResult {
    return html`<div id="list"></div>`;
  }

  /** The panels are kept in place by hand: one that stays is not moved, and keeps focus, caret and scroll position. */
  override updated(): void {
    const { session, view } = this.#source;
    const root = this.renderRoot as ShadowRoot;
    const focused = root.activeElement as HTMLElement | null;
    const before = [...root.querySelectorAll<HTMLElement>('.panel')];
    const index = before.findIndex((panel) => panel.contains(focused));
    const conversations = [...(view?.conversations ?? [])].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
    for (const [id, panel] of this.#panels) {
      if (panel.session === session && conversations.some((one) => one.id === id)) continue;
      panel.remove();
      this.#panels.delete(id);
    }
    if (session) conversations.forEach((conversation, place) => this.#draw(conversation, session, place));
    if (focused && index >= 0 && !root.activeElement) this.#refocus([focused, before[index]], index);
  }

  #draw(conversation: Conversation, session: AgentSession, place: number): void {
    const panel = this.#panels.get(conversation.id) ?? new Panel(this, session, conversation);
    this.#panels.set(conversation.id, panel);
    const list = this.renderRoot.querySelector('#list') as HTMLElement;
    const there = list.children[place];
    if (there !== panel.element) list.insertBefore(panel.element, there ?? null);
    panel.draw(conversation);
  }

  /** What had the focus was moved, or is gone: the focus goes to the nearest thing that is there. */
  #refocus(wanted: readonly (HTMLElement | undefined)[], index: number): void {
    const panels = this.renderRoot.querySelectorAll<HTMLElement>('.panel');
    const root = this.getRootNode() as ParentNode;
    const near = [...wanted, panels[index], panels[index - 1], root.querySelector<HTMLElement>('phone-status-select')];
    near.find((element) => element?.isConnected)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-conversation': PhoneConversation;
  }
}
