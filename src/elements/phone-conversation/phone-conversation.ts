import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { CallId } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import { announceChanges } from '../controllers/announcements.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { ClockController } from '../controllers/clock-controller.js';
import { focusGroup } from '../controllers/focus-keeper.js';
import { DraftsController } from '../notes/drafts.js';
import { PhoneElement } from '../phone-element.js';
import type { PhoneScope } from '../session/context.js';
import { ScopeController } from '../session/scope-controller.js';
import { spinner } from '../styles/spinner.js';
import { controls, tokens } from '../styles/tokens.js';
import { formatSpan } from '../text/format.js';
import type { Strings } from '../text/strings.js';
import { closingStyles } from './closing.styles.js';
import { ConversationPanel } from './conversation-panel.js';
import { hasRunningTime, inOrder, warningTime } from './conversation-state.js';
import type { PanelHost } from './panel-state.js';
import { conversationStyles } from './phone-conversation.styles.js';
import { tagFieldStyles } from './tag-field.styles.js';

const nowhere = { focused: null, panel: undefined, index: -1 };

/**
 * The in-conversation widget: the agent's calls with their controls, notes and tags, until each conversation is closed.
 * It shows the session of the `<phone-provider>` or `<phone-widget>` around it.
 *
 * @csspart conversation - One conversation, from the first ring until it is closed; `data-state` is its state.
 * @csspart caller - Name and number of the other side.
 * @csspart duration - The duration of the call.
 * @csspart notes - The field for notes.
 * @csspart tags - The tags, and the field for the next one.
 * @csspart close - Closes the conversation.
 * @csspart extend - Extends After Call Work.
 * @csspart call-over - Ends a call whose hang-up was lost.
 * @cssprop --phone-color-success - A ringing call, and the button that answers it.
 */
export class PhoneConversation extends PhoneElement implements PanelHost {
  static override styles = [tokens, controls, spinner, conversationStyles, closingStyles, tagFieldStyles];

  /** Whether it shows a closed conversation because the agent is still writing. @internal */
  keeps = false;

  readonly #scope = new ScopeController(this, {
    // Drawn at once where the focus is inside: an element around may take this one away as soon as it is empty.
    changed: () => {
      const { session, strings } = this.#scope;
      if (session) announceChanges(session, strings);
      if (!this.shadowRoot?.activeElement) return;
      this.requestUpdate();
      this.performUpdate();
    },
  });
  readonly #clock = new ClockController(this);
  readonly #panels = new Map<CallId, ConversationPanel>();

  /** What had the focus before the panels were drawn, and where. */
  #focus: { readonly focused: HTMLElement | null; readonly panel: HTMLElement | undefined; readonly index: number } =
    nowhere;

  constructor() {
    super();
    new Announcer(this, () => this.#scope.session);
    new DraftsController(this);
  }

  /** @internal */
  get scope(): PhoneScope | undefined {
    return this.#scope.scope;
  }

  /** @internal */
  get strings(): Strings {
    return this.#scope.strings;
  }

  /** @internal */
  announce(text: string, occurrence?: unknown): void {
    announce(this.#scope.session, text, occurrence);
  }

  protected override willUpdate(): void {
    this.#scope.seek();
    this.#clock.runs = this.#conversations.some(hasRunningTime);
    const focused = this.shadowRoot?.activeElement as HTMLElement | null;
    const panels = this.#sections;
    const index = panels.findIndex((panel) => panel.contains(focused));
    this.#focus = { focused, panel: panels[index], index };
    this.#warn();
  }

  /** The sections of the panels are put in place by hand: one that stays is not moved. */
  protected override update(changed: PropertyValues<this>): void {
    const { session } = this.#scope;
    for (const [id, panel] of this.#panels) {
      if (panel.session === session && panel.isShown) continue;
      panel.remove();
      this.#panels.delete(id);
    }
    super.update(changed);
    if (!session) return;
    const list = this.renderRoot.querySelector('#list') as HTMLElement;
    this.#conversations.forEach((conversation, index) => {
      const { id } = conversation;
      const panel = this.#panels.get(id) ?? new ConversationPanel(this, session, conversation);
      this.#panels.set(id, panel);
      const there = list.children[index];
      if (there !== panel.element) list.insertBefore(panel.element, there ?? null);
    });
  }

  protected override updated(): void {
    this.#keep([...this.#panels.values()].some(({ closing }) => closing));
    this.#refocus();
  }

  protected override render(): TemplateResult {
    return html`<div id="list"></div>`;
  }

  get #conversations(): readonly Conversation[] {
    return inOrder(this.#scope.view?.conversations ?? []);
  }

  get #sections(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.panel')];
  }

  /** Announces, once, that After Call Work is about to close by itself. */
  #warn(): void {
    const now = this.#scope.session?.store.now() ?? 0;
    for (const conversation of this.#conversations) {
      const left = warningTime(conversation, now);
      if (left === undefined) continue;
      const { closesAt, extensionsLeft } = conversation;
      const { closesIn, canExtend, sentence, lang } = this.strings;
      const offer = extensionsLeft ? [canExtend(extensionsLeft)] : [];
      this.announce(sentence([closesIn(formatSpan(left, lang)), ...offer]), `limit ${closesAt}`);
    }
  }

  /** The element around may take this one away as soon as it has nothing to show. */
  #keep(keeps: boolean): void {
    if (this.keeps === keeps) return;
    this.keeps = keeps;
    /** @internal */
    this.dispatchEvent(new Event('keep'));
  }

  /** Where what had the focus was moved or is gone, focuses the nearest thing that is there and takes no keys. */
  #refocus(): void {
    const { focused, panel, index } = this.#focus;
    if (!focused || index < 0 || (this.renderRoot as ShadowRoot).activeElement) return;
    const panels = this.#sections;
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
