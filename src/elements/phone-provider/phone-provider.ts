import { css, html, type TemplateResult } from 'lit';
import { askAgain } from '../session/scope-controller.js';
import { SessionElement } from '../session/session-element.js';

/**
 * Provides one session, with its store and call source, to all phone elements inside it.
 *
 * @slot - Any content; phone elements anywhere in it, shadow roots included, share the session.
 * @fires {PhoneReadyEvent} phone-ready - The session has its first view. Fired once per session.
 * @fires {PhoneStatusRequestEvent} phone-status-request - The user asks for a status. Cancelable.
 * @fires {PhoneStatusChangeEvent} phone-status-change - The status shown has changed.
 * @fires {PhoneNextChangeEvent} phone-next-change - The next status was set, replaced or withdrawn, or came into force.
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
