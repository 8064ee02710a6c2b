import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import type { ScopeController } from '../session/scope-controller.js';
import { errorText } from '../text/strings.js';
import { nameOf } from './labels.js';

/** A status that was chosen, or what was pressed. */
export type Wish = Status | 'signIn' | 'withdraw';

interface Problem {
  readonly error: unknown;
  /** The wish that was refused, and the status that held then. */
  readonly wish?: { readonly what: Wish; readonly now: Status | undefined };
  /** Another element announces it. */
  readonly isAnnounced?: boolean;
}

/** The errors that a selector has announced: all selectors of a session get each of them. */
const announced = new WeakSet<PhoneError>();

/** What went wrong last, until the user dismisses it or tries something else. */
export class ProblemNotice {
  readonly #host: LitElement;
  readonly #scope: ScopeController;
  #problem: Problem | undefined;

  constructor(host: LitElement, scope: ScopeController) {
    this.#host = host;
    this.#scope = scope;
  }

  /** Shows an error of the session that no method of it has rejected with. */
  show(error: PhoneError): void {
    // Only the developer of a call source can do something about a call id that is used again.
    if (isPhoneError(error, 'outdated')) return;
    this.#set({ error, isAnnounced: announced.has(error) || !announced.add(error) });
  }

  /** Shows, and reports to the page, why a wish was refused. */
  async watch(what: Wish, done: Promise<void> | undefined): Promise<void> {
    this.#set(undefined);
    try {
      await done;
    } catch (error) {
      this.#set({ error, wish: { what, now: this.#scope.view?.status } });
      this.#scope.scope?.report(error);
    }
  }

  /** The notice; absent while its text is being loaded, and where the selector already says that the store is out of reach. */
  render(): TemplateResult | undefined {
    const { session, strings } = this.#scope;
    if (!this.#problem || !session) return undefined;
    const { error, wish, isAnnounced } = this.#problem;
    const { state, reason } = session.connection;
    if (state === 'offline' && !wish && isPhoneError(error, 'unavailable')) return undefined;
    const isKept = state !== 'online' || error !== reason;
    const why = isKept ? errorText(error, strings) : strings.notKept;
    if (!why) return undefined;
    return html`<div part="notice" class="notice error">
      <span class="text" role=${isAnnounced ? nothing : 'alert'} .textContent=${this.#textOf(wish, why)}></span>
      <button class="plain" aria-label=${strings.dismiss} @click=${this.#onDismiss}>✕</button>
    </div>`;
  }

  #textOf(wish: Problem['wish'], why: string): string {
    const { session, strings } = this.#scope;
    if (!wish) return why;
    const { what, now } = wish;
    if (typeof what === 'string') return strings.failed(strings[what], why);
    const name = (status: Status): string => nameOf(status, strings, session?.account);
    return strings.notSaved(name(what), why, now ? name(now) : strings.connecting);
  }

  #set(problem: Problem | undefined): void {
    this.#problem = problem;
    this.#host.requestUpdate();
  }

  readonly #onDismiss = (): void => this.#set(undefined);
}
