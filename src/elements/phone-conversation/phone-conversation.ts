import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallId } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { PhoneScope } from '../context.js';
import { ClockController } from '../controllers/clock-controller.js';
import { claimOf, DraftsController, isOwn, readDraft } from '../controllers/drafts.js';
import { ScopeController } from '../controllers/scope-controller.js';
import { formatClock } from '../format.js';
import { controls, tokens } from '../styles/tokens.js';
import { conversationPanel } from './conversation-panel.js';
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
 */
export class PhoneConversation extends LitElement implements PanelHost {
  static override styles = [tokens, controls, conversationStyles, tagFieldStyles];

  @state() private announcement = '';

  readonly #source = new ScopeController(this);
  readonly #clock = new ClockController(this);
  readonly #panels = new Map<CallId, Panel>();
  #session: AgentSession | undefined;
  #conversations: readonly Conversation[] = [];
  /** What had the focus before the drawing. */
  #focus: { readonly element: HTMLElement; readonly panel: HTMLElement; readonly index: number } | undefined;

  constructor() {
    super();
    new DraftsController(this);
  }

  get scope(): PhoneScope | undefined {
    return this.#source.scope;
  }

  announce(text: string): void {
    this.announcement = text;
  }

  override willUpdate(): void {
    const { session, view } = this.#source;
    if (session !== this.#session) this.#panels.clear();
    this.#session = session;
    this.#conversations = [...(view?.conversations ?? [])].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
    this.#clock.runs = this.#conversations.some(({ state, closesAt }) => ORDER[state] === 1 || closesAt !== undefined);
    this.#matchPanels();
    this.#rememberFocus();
  }

  override updated(): void {
    this.#restoreFocus();
  }

  override render(): TemplateResult {
    return html`${repeat(this.#conversations, idOf, (conversation) => this.#renderOne(conversation))}
      <div class="sr" role="status">${this.announcement}</div>`;
  }

  #renderOne(conversation: Conversation): TemplateResult | typeof nothing {
    const session = this.#session;
    const panel = this.#panels.get(conversation.id);
    if (!session || !panel) return nothing;
    const claim = claimOf(session, conversation.id);
    return conversationPanel({
      panel,
      conversation,
      session,
      strings: this.#source.strings,
      now: session.store.now(),
      isOwn: isOwn(session),
      draft: readDraft(session, conversation.id),
      claim,
    });
  }

  /** A panel lasts as long as its conversation; the limit is told once for each instant that it has. */
  #matchPanels(): void {
    const ids = new Set(this.#conversations.map(idOf));
    for (const id of this.#panels.keys()) if (!ids.has(id)) this.#panels.delete(id);
    const { strings } = this.#source;
    for (const { id, closesAt } of this.#conversations) {
      const panel = this.#panels.get(id) ?? new Panel(this);
      this.#panels.set(id, panel);
      const left = (closesAt ?? Infinity) - (this.#session?.store.now() ?? 0);
      if (left > WARNING_MS || closesAt === panel.warnedOf) continue;
      panel.warnedOf = closesAt;
      this.announcement = strings.closesIn(formatClock(left, strings.lang));
    }
  }

  #rememberFocus(): void {
    const element = this.shadowRoot?.activeElement as HTMLElement | null | undefined;
    const panel = element?.closest<HTMLElement>('.panel');
    this.#focus = element && panel ? { element, panel, index: this.#sections().indexOf(panel) } : undefined;
  }

  /** What had the focus may be gone, or moved: then it goes to the nearest thing that is there. */
  #restoreFocus(): void {
    if (!this.#focus || this.shadowRoot?.activeElement) return;
    const { element, panel, index } = this.#focus;
    const sections = this.#sections();
    const nearest = [element, panel].find((one) => one.isConnected) ?? sections[index] ?? sections.at(-1);
    const root = this.getRootNode() as ParentNode;
    (nearest ?? root.querySelector<HTMLElement>('phone-status-select'))?.focus();
  }

  #sections(): readonly HTMLElement[] {
    return [...(this.shadowRoot?.querySelectorAll<HTMLElement>('.panel') ?? [])];
  }
}

const idOf = ({ id }: Conversation): CallId => id;

declare global {
  interface HTMLElementTagNameMap {
    'phone-conversation': PhoneConversation;
  }
}
