import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { isPhoneError } from '../../model/errors.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { DialRefusal } from '../../session/dialling.js';
import type { PhoneScope } from '../context.js';
import { nameOf } from '../phone-status-select/status-words.js';
import { errorText } from '../strings.js';
import { text } from '../text.js';

/** A field for a number to call, where the source can dial. */
export class DialBox {
  readonly #host: LitElement;
  readonly #scope: () => PhoneScope;
  #isBusy = false;
  #problem: unknown;
  /** What held when the problem arose. */
  #basis: string | undefined;

  constructor(host: LitElement, scope: () => PhoneScope) {
    this.#host = host;
    this.#scope = scope;
  }

  render(): TemplateResult | typeof nothing {
    const { session, strings } = this.#scope();
    if (!session?.view || !session.can('dial')) return nothing;
    // The reason has gone with what it was judged on; what is under way tells how it ends.
    if (!this.#isBusy && this.#basis !== basisOf(session)) this.#problem = undefined;
    return html`<form part="dial" class="dial" @submit=${this.#onSubmit}>
        <input
          id="number"
          type="tel"
          dir="ltr"
          autocomplete="off"
          aria-label=${strings.dialNumber}
          placeholder=${strings.dialNumber}
          aria-describedby=${this.#problem ? 'problem' : nothing}
          @input=${() => this.#show(this.#isBusy)}
        />
        <button aria-disabled=${this.#isBusy ? 'true' : nothing} aria-busy=${this.#isBusy ? 'true' : nothing}>
          ${text(strings.dial)}
        </button>
      </form>
      ${this.#problem ? this.#renderProblem() : nothing}`;
  }

  #renderProblem(): TemplateResult | typeof nothing {
    const { session, strings } = this.#scope();
    const { status, offer } = refusalIn(this.#problem) ?? {};
    // What the telephony says of itself is for developers.
    const isItsOwn = isPhoneError(this.#problem, 'unavailable');
    const why = isItsOwn ? strings.errors['call-failed'] : errorText(this.#problem, strings);
    const reason = status ? strings.callsNotAllowed(nameOf(status, strings, session?.account)) : why;
    if (!reason) return nothing;
    return html`<div part="dial-problem" class="notice">
      <span id="problem" class="text" role="alert" .textContent=${reason}></span>
      ${
        offer
          ? html`<button
              part=${offer}
              aria-disabled=${this.#isBusy ? 'true' : nothing}
              @click=${() => void this.#accept(offer)}
            >
              ${text(strings.dialOffers[offer])}
            </button>`
          : nothing
      }
    </div>`;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    void this.#run((dial) => dial());
  };

  /** Does what the refusal asks for, and dials; ends quietly where the page forbids a part of it. */
  async #accept(offer: NonNullable<DialRefusal['offer']>): Promise<void> {
    const { session, closeConversation, request, signIn } = this.#scope();
    if (!session) return;
    await this.#run(async (dial) => {
      if (offer === 'sign-in') return signIn();
      for (const id of openIn(session.view)) await closeConversation(id);
      if (openIn(session.view).length > 0) return;
      if (offer !== 'close-and-dial') {
        const statusId = 'available';
        if (!request({ agentId: session.agentId, statusId })) return;
        await session.choose(statusId);
      }
      await dial();
    });
  }

  async #run(act: (dial: () => Promise<void>) => Promise<void>): Promise<void> {
    const { session, report } = this.#scope();
    const field = this.#host.renderRoot.querySelector<HTMLInputElement>('#number');
    const number = field?.value.trim();
    if (!field || !number || this.#isBusy) return field?.focus();
    const problem = this.#problem;
    let isDialled = false;
    this.#show(true, problem);
    try {
      await act(async () => {
        await session?.dial(number);
        isDialled = true;
      });
      if (isDialled) field.value = '';
      this.#show(false, isDialled ? undefined : problem);
    } catch (error) {
      report(error);
      this.#basis = basisOf(session);
      this.#show(false, error);
    }
    await this.#host.updateComplete;
  }

  #show(isBusy: boolean, problem?: unknown): void {
    this.#isBusy = isBusy;
    this.#problem = problem;
    this.#host.requestUpdate();
  }
}

function refusalIn(problem: unknown): DialRefusal | undefined {
  return isPhoneError(problem, 'not-taking-calls') ? (problem.data as DialRefusal | undefined) : undefined;
}

/** The conversations that can be closed. */
function openIn(view: AgentView | undefined): readonly string[] {
  return view?.conversations.filter(({ state }) => state === 'ended').map(({ id }) => id) ?? [];
}

/** What a refusal is judged on, as far as view and settings tell. */
function basisOf({ view, account }: Partial<AgentSession> = {}): string {
  return JSON.stringify([view?.status.id, view?.present, view?.takesCalls, view?.next?.status.id, account?.settings]);
}
