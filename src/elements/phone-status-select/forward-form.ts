import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { readLocal, writeLocal } from '../../platform/storage.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { ScopeController } from '../session/scope-controller.js';
import { hasExtension } from '../text/error-words.js';
import { text } from '../text/live-text.js';
import { isComposing } from '../typing.js';
import { forwardKey, readNumber } from './forward-number.js';
import { isFixed, type SelectorHost } from './selector-host.js';

/** Asks for the number of Forward to Phone; the agent's last one in this browser is filled in. */
export class ForwardForm implements ReactiveController {
  readonly #host: SelectorHost;
  readonly #scope: ScopeController;
  readonly #onForward: (number: string) => void;
  #isOpen = false;
  #problem: unknown;

  constructor(host: SelectorHost, scope: ScopeController, onForward: (number: string) => void) {
    this.#host = host;
    this.#scope = scope;
    this.#onForward = onForward;
    host.addController(this);
  }

  hostUpdate(): void {
    if (this.#isOpen && isFixed(this.#host, this.#scope)) this.#set(false);
  }

  async open(): Promise<void> {
    this.#set(true);
    await this.#host.updateComplete;
    const field = this.#field;
    field?.focus();
    field?.select();
  }

  close(): void {
    const hadFocus = this.#hasFocus;
    if (this.#isOpen) this.#set(false);
    if (hadFocus) this.#host.focus();
  }

  render(): TemplateResult | undefined {
    if (!this.#isOpen) return undefined;
    const { strings, session } = this.#scope;
    const last = session && (session.record?.choice?.forwardTo ?? readLocal(forwardKey(session)));
    const problem = this.#problem;
    const wrong = problem && (hasExtension(problem) ? strings.extension : strings.badNumber);
    return html`<form class="forward flow" novalidate @submit=${this.#onSubmit} @keydown=${this.#onKeydown}>
      <label for="number" .textContent=${strings.forwardNumber}></label>
      <input
        id="number"
        type="tel"
        dir="ltr"
        autocomplete="tel"
        .value=${last ?? ''}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby=${wrong ? 'wrong' : nothing}
      />
      ${wrong ? html`<p id="wrong" class="error" role="alert" .textContent=${wrong}></p>` : nothing}
      <button class="primary">${text(strings.forward)}</button>
      <button type="button" @click=${() => this.close()}>${text(strings.cancel)}</button>
    </form>`;
  }

  get #field(): HTMLInputElement | null {
    return this.#host.renderRoot.querySelector('#number');
  }

  get #hasFocus(): boolean {
    return !!this.#host.shadowRoot?.activeElement?.closest('form');
  }

  #set(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#problem = undefined;
    this.#host.requestUpdate();
  }

  readonly #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { session } = this.#scope;
    try {
      const number = await readNumber(this.#field?.value ?? '', this.#host.country);
      if (!this.#isOpen || !session) return;
      keep(session, number);
      this.close();
      this.#onForward(number);
    } catch (problem) {
      this.#problem = problem;
      this.#host.requestUpdate();
      if (this.#hasFocus) this.#field?.focus();
    }
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    this.close();
  };
}

function keep(session: AgentSession, number: string): void {
  try {
    writeLocal(forwardKey(session), number);
  } catch {
    // Storage is full: the form asks for the number again next time.
    return;
  }
}
