import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import { statusOf } from '../../model/account.js';
import { isPhoneError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { DialRefusal } from '../../session/dialling.js';
import type { PhoneScope } from '../session/context.js';
import { nameOf } from '../phone-status-select/labels.js';
import { errorText } from '../text/strings.js';
import { text } from '../text/live-text.js';

const AVAILABLE = 'available';

/** What went wrong, and in which step. */
interface Problem {
  readonly error: unknown;
  readonly step: 'choose' | 'dial' | undefined;
}

/** A field for a number to call, where the call source can dial. */
export class DialBox implements ReactiveController {
  readonly #host: LitElement;
  readonly #scope: () => PhoneScope;
  #isBusy = false;
  #step: Problem['step'];
  #problem: Problem | undefined;
  /** What the problem was based on when it arose. */
  #basis: string | undefined;

  constructor(host: LitElement, scope: () => PhoneScope) {
    this.#host = host;
    this.#scope = scope;
    host.addController(this);
  }

  /** Drops a problem once its reason may be gone. One that is being solved goes with the attempt. */
  hostUpdate(): void {
    const { session } = this.#scope();
    if (!this.#isBusy && this.#basis !== basisOf(session)) this.#problem = undefined;
  }

  render(): TemplateResult | typeof nothing {
    const { session, strings } = this.#scope();
    if (!session?.view || !session.can('dial')) return nothing;
    return html`<form part="dial" class="dial flow" @submit=${this.#onSubmit}>
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
    const { strings } = this.#scope();
    const { offer } = refusalIn(this.#problem) ?? {};
    const reason = this.#reason;
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

  get #reason(): string | undefined {
    const { session, strings } = this.#scope();
    const { error, step } = this.#problem ?? {};
    const { account, view } = session ?? {};
    const name = (one: Status): string => nameOf(one, strings, account);
    const { status } = refusalIn(this.#problem) ?? {};
    if (status) return strings.callsNotAllowed(name(status));
    // The message of a call source is for developers.
    if (step === 'dial' && isPhoneError(error, 'unavailable')) return strings.errors['call-failed'];
    const why = errorText(error, strings);
    if (!why || step !== 'choose' || !account || !view) return why;
    return strings.notSaved(name(statusOf(account, AVAILABLE)), why, name(view.status));
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    void this.#run((dial) => dial());
  };

  /** Does what the refusal asks for, and dials; stops without a word where the page prevents a step. */
  async #accept(offer: NonNullable<DialRefusal['offer']>): Promise<void> {
    const { session, closeConversation, request, signIn } = this.#scope();
    if (!session) return;
    await this.#run(async (dial) => {
      if (offer === 'sign-in') return signIn();
      for (const id of openIn(session.view)) await closeConversation(id);
      if (openIn(session.view).length > 0) return;
      if (offer !== 'close-and-dial') {
        if (!request({ agentId: session.agentId, statusId: AVAILABLE })) return;
        this.#step = 'choose';
        await session.choose(AVAILABLE);
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
    this.#step = undefined;
    this.#show(true, problem);
    try {
      await act(async () => {
        this.#step = 'dial';
        await session?.dial(number);
        isDialled = true;
      });
      if (isDialled) field.value = '';
      this.#show(false, isDialled ? undefined : problem);
    } catch (error) {
      report(error);
      this.#basis = basisOf(session);
      this.#show(false, { error, step: this.#step });
    }
    await this.#host.updateComplete;
  }

  #show(isBusy: boolean, problem?: Problem): void {
    this.#isBusy = isBusy;
    this.#problem = problem;
    this.#host.requestUpdate();
  }
}

function refusalIn({ error }: Partial<Problem> = {}): DialRefusal | undefined {
  return isPhoneError(error, 'not-taking-calls') ? (error.data as DialRefusal | undefined) : undefined;
}

/** The conversations that can be closed. */
function openIn(view: AgentView | undefined): readonly string[] {
  return view?.conversations.filter(({ state }) => state === 'ended').map(({ id }) => id) ?? [];
}

/** What a refusal is based on, as far as view and settings show it. */
function basisOf({ view, account }: Partial<AgentSession> = {}): string {
  return JSON.stringify([view?.status.id, view?.present, view?.takesCalls, view?.next?.status.id, account?.settings]);
}
