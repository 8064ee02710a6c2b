import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { FocusKeeper } from '../controllers/focus-keeper.js';
import { createAlarm } from '../../platform/time.js';
import { ScopeController } from '../session/scope-controller.js';
import { formatTime, midnightAfter } from '../text/format.js';
import { SessionElement } from '../session/session-element.js';
import { callerOf } from '../phone-status-select/labels.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { DialBox } from './dial-box.js';
import { MissedCalls, type MissedCall } from './missed-calls.js';
import { styles } from './phone-widget.styles.js';

const SELECT_PARTS = 'selector, time, why, next, withdraw, sign-in, popup, filter, list, status, notice';
const CONVERSATION_PARTS = 'conversation, caller, duration, notes, tags, close, extend, call-over';

/**
 * All that an agent needs: the status with the time in it, calls that ring, conversations with notes and tags, and a
 * field to dial where the call source can. Inside a `phone-provider`, and without an `agent-id` of its own, it shows the
 * provider's session; else it owns one. The parts of `phone-status-select` and `phone-conversation` can be reached through
 * it, and their custom properties hold for it.
 *
 * @fires {PhoneReadyEvent} phone-ready - The session has its first view; once a session.
 * @fires {PhoneStatusRequestEvent} phone-status-request - The user asks for a status; cancelable.
 * @fires {PhoneStatusChangeEvent} phone-status-change - The status shown has changed.
 * @fires {PhoneNextChangeEvent} phone-next-change - The waiting choice was set, replaced, withdrawn, or came into force.
 * @fires {PhoneCallChangeEvent} phone-call-change - The state of a call has changed.
 * @fires {PhoneConversationOpenEvent} phone-conversation-open - A call has started.
 * @fires {PhoneConversationCloseEvent} phone-conversation-close - A conversation is being closed, or was closed elsewhere.
 * @fires {PhoneErrorEvent} phone-error - Something went wrong.
 *
 * @csspart base - The box around all.
 * @csspart dial - The field to dial, with its button.
 * @csspart dial-problem - Why a number was not dialled, with a button that helps: `become-available`,
 *   `close-and-become-available`, `close-and-dial` or `sign-in`.
 * @csspart missed - The calls that were missed.
 * @cssprop --phone-max-width - How wide it gets; 26em by default.
 */
export class PhoneWidget extends SessionElement {
  static override styles = [tokens, controls, notices, styles];

  /** Two letters: the country of a number without country code; the browser's region where it is left out. */
  @property() country = '';

  readonly #around = new ScopeController(this);
  readonly #missed = new MissedCalls();
  readonly #midnight = createAlarm(() => this.requestUpdate());
  readonly #dial = new DialBox(this, () => this.controller.scope);

  constructor() {
    super();
    new Announcer(this, () => this.session);
    new FocusKeeper(this, () => this.controller.scope.strings.widget);
    // Whoever could hear of it would ask all its elements to look for their provider anew; what is inside finds this one.
    this.addEventListener('context-provider', (event) => event.stopPropagation());
  }

  protected override willUpdate(): void {
    this.#around.seek();
    this.controller.outer = this.agentId ? undefined : this.#around.scope;
    const { session } = this;
    for (const missed of this.#missed.compare(session)) announce(session, this.#lineOf(missed), missed.call);
    const now = session?.store.now() ?? 0;
    // Then a call of today is one of yesterday.
    this.#midnight.set(this.#missed.list.length && this.isConnected ? midnightAfter(now) - now : undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#midnight.set(undefined);
  }

  protected override render(): TemplateResult {
    const { strings } = this.controller.scope;
    const showsCalls = this.view?.conversations.length || this.renderRoot.querySelector('phone-conversation')?.keeps;
    return html`<div part="base" class="base" role="group" tabindex="-1" aria-label=${strings.widget}>
      <phone-status-select embedded .country=${this.country} exportparts=${SELECT_PARTS}></phone-status-select>
      ${this.#missed.list.length ? this.#renderMissed() : nothing} ${showsCalls ? this.#renderConversations() : nothing}
      ${this.#dial.render()}
    </div>`;
  }

  #renderConversations(): TemplateResult {
    return html`<phone-conversation
      exportparts=${CONVERSATION_PARTS}
      @keep=${() => this.requestUpdate()}
    ></phone-conversation>`;
  }

  #renderMissed(): TemplateResult {
    const { strings } = this.controller.scope;
    const { list } = this.#missed;
    return html`<div part="missed" class="notice">
      <div class="text">${list.map((missed) => html`<p .textContent=${this.#lineOf(missed)}></p>`)}</div>
      <button class="plain" aria-label=${strings.dismiss} @click=${this.#onDismiss}>✕</button>
    </div>`;
  }

  #lineOf({ call, at }: MissedCall): string {
    const { strings } = this.controller.scope;
    const now = this.session?.store.now() ?? at;
    return strings.missed(callerOf(call, strings), formatTime(at, strings.lang, now));
  }

  readonly #onDismiss = (): void => {
    this.#missed.clear();
    this.requestUpdate();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-widget': PhoneWidget;
  }
}
