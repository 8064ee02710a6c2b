import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { isPhoneError } from '../../model/errors.js';
import type { PhoneScope } from '../context.js';
import { errorText, messageOf } from '../strings.js';

/** A field for a number to call, where the source can dial. */
export class DialBox {
  readonly #host: LitElement;
  readonly #scope: () => PhoneScope;
  #isBusy = false;
  #problem: unknown;

  constructor(host: LitElement, scope: () => PhoneScope) {
    this.#host = host;
    this.#scope = scope;
  }

  render(): TemplateResult | typeof nothing {
    const { session, strings } = this.#scope();
    if (!session?.view || !session.can('dial')) return nothing;
    return html`<form part="dial" class="dial" @submit=${this.#onSubmit}>
        <input
          id="number"
          type="tel"
          dir="ltr"
          autocomplete="off"
          aria-label=${strings.dialNumber}
          placeholder=${strings.dialNumber}
          aria-describedby=${this.#problem ? 'problem' : nothing}
        />
        <button aria-disabled=${this.#isBusy ? 'true' : nothing} aria-busy=${this.#isBusy ? 'true' : nothing}>
          ${strings.dial}
        </button>
      </form>
      ${this.#problem ? this.#renderProblem() : nothing}`;
  }

  #renderProblem(): TemplateResult {
    const { session, strings } = this.#scope();
    const closes =
      isPhoneError(this.#problem, 'not-taking-calls') &&
      session?.view?.conversations.some(({ state }) => state === 'ended');
    return html`<div class="notice">
      <span id="problem" class="text" role="alert" title=${messageOf(this.#problem)}
        >${errorText(this.#problem, strings)}</span
      >
      ${closes ? html`<button part="close-and-dial" @click=${this.#onCloseAndDial}>${strings.closeAndDial}</button>` : nothing}
    </div>`;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    void this.#dial(async () => {});
  };

  readonly #onCloseAndDial = (): void => {
    void this.#dial(async ({ session, closeConversation }) => {
      const ended = session?.view?.conversations.filter(({ state }) => state === 'ended') ?? [];
      for (const { id } of ended) await closeConversation(id);
    });
  };

  async #dial(first: (scope: PhoneScope) => Promise<void>): Promise<void> {
    const scope = this.#scope();
    const field = this.#host.renderRoot.querySelector<HTMLInputElement>('#number');
    const number = field?.value.trim();
    if (!field || !number || this.#isBusy) return field?.focus();
    this.#show(true);
    try {
      await first(scope);
      await scope.session?.dial(number);
      field.value = '';
      this.#show(false);
    } catch (error) {
      scope.report(error);
      this.#show(false, error);
    }
  }

  #show(isBusy: boolean, problem?: unknown): void {
    this.#isBusy = isBusy;
    this.#problem = problem;
    this.#host.requestUpdate();
  }
}
