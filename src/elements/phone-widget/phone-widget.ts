import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Announcer } from '../controllers/announcer.js';
import { FocusKeeper } from '../controllers/focus-keeper.js';
import { ScopeController } from '../session/scope-controller.js';
import { SessionElement } from '../session/session-element.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { DialBox } from './dial-box.js';
import { MissedCalls } from './missed-calls.js';
import { styles } from './phone-widget.styles.js';

const SELECT_PARTS = 'selector, time, why, next, withdraw, sign-in, popup, filter, list, status, notice';
const CONVERSATION_PARTS = 'conversation, caller, duration, notes, tags, close, extend, call-over';

/**
 * All that an agent needs: the status with the time in it, ringing calls, conversations with notes and tags, and a field
 * to dial where the call source can. Inside a `phone-provider`, and without an `agent-id` of its own, it shows the
 * provider's session; otherwise it has its own. It exports the parts of `phone-status-select` and `phone-conversation`,
 * and takes their custom properties.
 *
 * @fires {PhoneReadyEvent} phone-ready - The session has its first view. Fired once per session.
 * @fires {PhoneStatusRequestEvent} phone-status-request - The user asks for a status. Cancelable.
 * @fires {PhoneStatusChangeEvent} phone-status-change - The status shown has changed.
 * @fires {PhoneNextChangeEvent} phone-next-change - The next status was set, replaced or withdrawn, or came into force.
 * @fires {PhoneCallChangeEvent} phone-call-change - The state of a call has changed.
 * @fires {PhoneConversationOpenEvent} phone-conversation-open - A call has started.
 * @fires {PhoneConversationCloseEvent} phone-conversation-close - A conversation is being closed, or was closed elsewhere.
 * @fires {PhoneErrorEvent} phone-error - Something went wrong.
 *
 * @csspart base - The box around everything.
 * @csspart dial - The field for a number to call, with its button.
 * @csspart dial-problem - Why a number was not dialled, with a button that solves it: `become-available`,
 *   `close-and-become-available`, `close-and-dial` or `sign-in`.
 * @csspart missed - The missed calls.
 * @cssprop --phone-max-width - The maximum width; 26em by default.
 */
export class PhoneWidget extends SessionElement {
  static override styles = [tokens, controls, notices, styles];

  /** The country (two letters) of numbers without a country code. Default: the browser's region. */
  @property() country = '';

  readonly #around = new ScopeController(this);
  readonly #missed = new MissedCalls(this, () => this.controller.scope);
  readonly #dial = new DialBox(this, () => this.controller.scope);

  constructor() {
    super();
    new Announcer(this, () => this.session);
    new FocusKeeper(this, () => this.controller.scope.strings.widget);
    // A listener outside would make all its elements look for their provider again; those inside find this one.
    this.addEventListener('context-provider', (event) => event.stopPropagation());
  }

  protected override willUpdate(): void {
    this.#around.seek();
    this.controller.outer = this.agentId ? undefined : this.#around.scope;
  }

  protected override render(): TemplateResult {
    const { strings } = this.controller.scope;
    const showsCalls = this.view?.conversations.length || this.renderRoot.querySelector('phone-conversation')?.keeps;
    return html`<div part="base" class="base" role="group" tabindex="-1" aria-label=${strings.widget}>
      <phone-status-select embedded .country=${this.country} exportparts=${SELECT_PARTS}></phone-status-select>
      ${this.#missed.render()} ${showsCalls ? this.#renderConversations() : nothing} ${this.#dial.render()}
    </div>`;
  }

  #renderConversations(): TemplateResult {
    return html`<phone-conversation
      exportparts=${CONVERSATION_PARTS}
      @keep=${() => this.requestUpdate()}
    ></phone-conversation>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-widget': PhoneWidget;
  }
}
