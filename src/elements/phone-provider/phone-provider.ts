import { css, html, type TemplateResult } from 'lit';
import { askAgain } from '../session/scope-controller.js';
import { SessionElement } from '../session/session-element.js';

/**
 * Hands one session to all phone elements inside it: a store, a call source, an agent.
 *
 * @slot - Any content; phone elements anywhere in it, shadow roots included, share the session.
 * @fires {PhoneReadyEvent} phone-ready - The session has its first view; once a session.
 * @fires {PhoneStatusRequestEvent} phone-status-request - The user asks for a status; cancelable.
 * @fires {PhoneStatusChangeEvent} phone-status-change - The status shown has changed.
 * @fires {PhoneNextChangeEvent} phone-next-change - The waiting choice was set, replaced, withdrawn, or came into force.
 * @fires {PhoneCallChangeEvent} phone-call-change - The state of a call has changed.
 * @fires {PhoneConversationOpenEvent} phone-conversation-open - A call has started.
 * @fires {PhoneConversationCloseEvent} phone-conversation-close - A conversation is being closed, or was closed elsewhere.
 * @fires {PhoneErrorEvent} phone-error - Something went wrong.
 */
export class PhoneProvider extends SessionElement {
  static override styles = css`
    :host {
      display: contents;
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    askAgain();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-provider': PhoneProvider;
  }
}
