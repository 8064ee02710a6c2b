import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { readLocal, writeLocal } from '../../platform/storage.js';
import type { AgentSession } from '../../session/agent-session.js';
import { hasExtension } from '../text/error-words.js';
import type { Strings } from '../text/strings.js';
import { text } from '../text/text.js';
import { isComposing } from '../typing.js';
import { forwardKey, readNumber } from './forward-number.js';

/** What the form works for. */
export interface ForwardTarget {
  readonly session: AgentSession | undefined;
  readonly strings: Strings;
  /** Two letters, or empty for the browser's region. */
  readonly country: string;
  forward(number: string): void;
}

/** Asks for the number of Forward to Phone; the last one, of this agent in this browser, is filled in. */
export class ForwardForm {
  readonly #host: LitElement;
  readonly #target: () => ForwardTarget;
  #isOpen = false;
  #problem: unknown;

  constructor(host: LitElement, target: () => ForwardTarget) {
    this.#host = host;
    this.#target = target;
  }

  async open(): Promise<void> {
    this.#set(true);
    await this.#host.updateComplete;
    const field = this.#field;
    field?.focus();
    field?.select();
  }

  /** Closes the form by itself: the focus goes to nothing that takes keys. */
  drop(): void {
    if (this.#isOpen) this.#set(false);
  }

  close(): void {
    const hadFocus = this.#hasFocus;
    this.drop();
    if (hadFocus) this.#host.focus();
  }

  render(): TemplateResult | undefined {
    if (!this.#isOpen) return undefined;
    const { strings, session } = this.#target();
    const last = session && (session.record?.choice?.forwardTo ?? readLocal(forwardKey(session)));
    const problem = this.#problem;
    const wrong = problem && (hasExtension(problem) ? strings.extension : strings.badNumber);
    return html`<form class="forward" novalidate @submit=${this.#onSubmit} @keydown=${this.#onKey}>
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

  #set(open: boolean): void {
    this.#isOpen = open;
    this.#problem = undefined;
    this.#host.requestUpdate();
  }

  readonly #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { session, country, forward } = this.#target();
    try {
      const number = await readNumber(this.#field?.value ?? '', country);
      if (!this.#isOpen || !session) return;
      keep(session, number);
      this.close();
      forward(number);
    } catch (problem) {
      this.#problem = problem;
      this.#host.requestUpdate();
      if (this.#hasFocus) this.#field?.focus();
    }
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    this.close();
  };
}

function keep(session: AgentSession, number: string): void {
  try {
    writeLocal(forwardKey(session), number);
  } catch {
    // Without room it is asked for again next time.
    return;
  }
}
