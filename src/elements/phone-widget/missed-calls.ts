import { html, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import type { Instant } from '../../model/agent.js';
import type { Conversation } from '../../model/view.js';
import { createAlarm } from '../../platform/time.js';
import type { AgentSession } from '../../session/agent-session.js';
import { announce } from '../controllers/announcer.js';
import { callerOf } from '../phone-status-select/labels.js';
import type { PhoneScope } from '../session/context.js';
import { formatTime, midnightAfter } from '../text/format.js';
import { missedBetween, type MissedFacts } from './missed-between.js';

interface MissedCall {
  readonly call: Conversation;
  readonly at: Instant;
}

/** How many calls fit into the notice. */
const SHOWN = 5;

/** The calls that were missed while the page was open, until the user dismisses them; the latest first. */
export class MissedCalls implements ReactiveController {
  readonly #host: LitElement;
  readonly #scope: () => PhoneScope;
  /** At midnight a call of today becomes one of yesterday. */
  readonly #midnight = createAlarm(() => this.#host.requestUpdate());
  #list: readonly MissedCall[] = [];
  #session: AgentSession | undefined;
  #before: MissedFacts = { view: undefined, count: 0 };

  constructor(host: LitElement, scope: () => PhoneScope) {
    this.#host = host;
    this.#scope = scope;
    host.addController(this);
  }

  hostUpdate(): void {
    const { session } = this.#scope();
    const now = session?.store.now() ?? 0;
    const facts = { view: session?.view, count: session?.record?.missedCalls ?? 0 };
    if (session !== this.#session || session?.isErased) this.#list = [];
    else {
      const missed = missedBetween(this.#before, facts).map((call) => ({ call, at: now }));
      this.#list = [...missed, ...this.#list].slice(0, SHOWN);
      for (const one of missed) announce(session, this.#lineOf(one), one.call);
    }
    this.#session = session;
    this.#before = facts;
    this.#midnight.set(this.#list.length && this.#host.isConnected ? midnightAfter(now) - now : undefined);
  }

  hostDisconnected(): void {
    this.#midnight.set(undefined);
  }

  render(): TemplateResult | undefined {
    if (!this.#list.length) return undefined;
    const lines = this.#list.map((missed) => html`<p .textContent=${this.#lineOf(missed)}></p>`);
    return html`<div part="missed" class="notice">
      <div class="text">${lines}</div>
      <button class="plain" aria-label=${this.#scope().strings.dismiss} @click=${this.#onDismiss}>✕</button>
    </div>`;
  }

  #lineOf({ call, at }: MissedCall): string {
    const { strings, session } = this.#scope();
    const now = session?.store.now() ?? at;
    return strings.missed(callerOf(call, strings), formatTime(at, strings.lang, now));
  }

  readonly #onDismiss = (): void => {
    this.#list = [];
    this.#host.requestUpdate();
  };
}
