import type { Instant } from '../../model/agent.js';
import type { AgentView, Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';

/** A call that nobody answered. */
export interface MissedCall {
  readonly call: Conversation;
  readonly at: Instant;
}

/** As many as fit into a notice. */
const SHOWN = 5;

/** Notices which calls were missed while the page was open. */
export class MissedCalls {
  #list: readonly MissedCall[] = [];
  #session: AgentSession | undefined;
  #view: AgentView | undefined;
  #count = 0;

  /** Latest first. */
  get list(): readonly MissedCall[] {
    return this.#list;
  }

  clear(): void {
    this.#list = [];
  }

  /**
   * Compares the session with how it was, and returns what was missed since. A call that was declined, cancelled or
   * answered elsewhere is not counted as missed.
   */
  compare(session: AgentSession | undefined): readonly MissedCall[] {
    let news: readonly MissedCall[] = [];
    const view = session?.view;
    const count = session?.record?.missedCalls ?? 0;
    const before = this.#view;
    if (session !== this.#session || session?.isErased) this.clear();
    else if (session && view && before) {
      const ruled = view.cause === 'missed-calls' && before.cause !== 'missed-calls';
      const gone = before.conversations.filter(
        ({ id, state, direction }) =>
          state === 'ringing' && direction === 'inbound' && !view.conversations.some((one) => one.id === id),
      );
      const missed = count > this.#count || ruled ? gone : [];
      news = missed.map((call) => ({ call, at: session.store.now() }));
      this.#list = [...news, ...this.#list].slice(0, SHOWN);
    }
    this.#session = session;
    this.#view = view;
    this.#count = count;
    return news;
  }
}
