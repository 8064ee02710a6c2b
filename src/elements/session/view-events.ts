import type { Instant } from '../../model/agent.js';
import type { AgentView, Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { nextKey } from '../phone-status-select/labels.js';
import {
  callOf,
  PhoneCallChangeEvent,
  PhoneConversationOpenEvent,
  PhoneNextChangeEvent,
  PhoneReadyEvent,
  PhoneStatusChangeEvent,
} from '../events.js';

/** Tolerance between two clocks, which are never read at the same moment. */
const CLOCKS_APART_MS = 1000;

/** Fires the events of what changed between one view of a session and the next, each change once. */
export class ViewEvents {
  readonly #target: EventTarget;
  readonly #session: AgentSession;
  readonly #knownBefore: Instant;
  #before: AgentView | undefined;

  /** Conversations that are older than `age`, in milliseconds, when the session is made fire no events. */
  constructor(target: EventTarget, session: AgentSession, age: number) {
    this.#target = target;
    this.#session = session;
    this.#knownBefore = session.store.now() - age - CLOCKS_APART_MS;
  }

  compare(): void {
    const { view } = this.#session;
    const before = this.#before;
    if (!view || view === before) return;
    this.#before = view;
    if (before) this.#compareStatus(before, view);
    /** @internal */
    else this.#target.dispatchEvent(new PhoneReadyEvent({ view }));
    this.#compareCalls(
      before?.conversations ?? view.conversations.filter((one) => this.#isOld(one)),
      view.conversations,
    );
  }

  #isOld({ startedAt }: Conversation): boolean {
    return startedAt !== undefined && startedAt < this.#knownBefore;
  }

  #compareStatus(before: AgentView, view: AgentView): void {
    const { agentId, status, cause, by, since, takesCalls, route, next } = view;
    if (shownOf(view) !== shownOf(before)) {
      const saved = !this.#session.saving;
      const previous = before.status;
      const detail = { agentId, status, previous, cause, by, since, takesCalls, route, saved };
      /** @internal */
      this.#target.dispatchEvent(new PhoneStatusChangeEvent(detail));
    }
    if (nextKey(next) !== nextKey(before.next)) {
      /** @internal */
      this.#target.dispatchEvent(new PhoneNextChangeEvent({ next, previous: before.next }));
    }
  }

  #compareCalls(before: readonly Conversation[], now: readonly Conversation[]): void {
    for (const one of now) {
      const earlier = before.find(({ id }) => id === one.id);
      if (earlier?.state !== one.state) this.#tell(one, one.state);
      if (one.state !== 'ringing' && (!earlier || earlier.state === 'ringing')) {
        /** @internal */
        this.#target.dispatchEvent(new PhoneConversationOpenEvent({ call: callOf(one) }));
      }
    }
    for (const one of before) {
      if (one.state !== 'ended' && !now.some(({ id }) => id === one.id)) this.#tell(one, 'ended');
    }
  }

  #tell(one: Conversation, state: Conversation['state']): void {
    /** @internal */
    this.#target.dispatchEvent(new PhoneCallChangeEvent({ call: callOf(one), state }));
  }
}

/** Equal for views without a change of status. The instant is left out: the store's clock may move it by a moment. */
function shownOf({ status, cause, by, takesCalls, route }: AgentView): string {
  const forwardTo = route?.to === 'phone' && route.number;
  return JSON.stringify([status.id, status.name, status.emoji, cause, by?.role, by?.id, takesCalls, forwardTo]);
}
