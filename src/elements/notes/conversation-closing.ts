import type { CallId, CloseCause, Closing } from '../../model/agent.js';
import { callKey } from '../../model/conversation.js';
import { PhoneError } from '../../model/errors.js';
import type { AgentSession } from '../../session/agent-session.js';
import { removeLocal } from '../../platform/storage.js';
import { callOf, PhoneConversationCloseEvent, type PhoneConversationCloseDetail } from '../events.js';
import { forwardKey } from '../phone-status-select/forward-number.js';
import { whenLeft } from './draft-hold.js';
import { claimDraft, draftedCallIds, dropDraft, dropDrafts, keyOf, watchLeaving, type Draft } from './drafts.js';

/**
 * Closes the conversations of a session with the consent of the page, and hands over the drafts of those that were closed
 * elsewhere or by a rule: once per browser. A draft is dropped only when the page is done with it.
 */
export class ConversationClosing {
  readonly #target: EventTarget;
  readonly #session: AgentSession;
  readonly #report: (error: unknown) => void;
  readonly #underWay = new Map<CallId, Promise<void>>();
  /** Drafts that are being handed over, or could not be: those are left to the next page. */
  readonly #handedOver = new Set<CallId>();
  readonly #ending = new AbortController();
  /** Ends the wait for fields to be left; absent on a page that is hidden for good. */
  #waiting: AbortController | undefined = new AbortController();
  #closings: readonly Closing[] | undefined;

  constructor(target: EventTarget, session: AgentSession, report: (error: unknown) => void) {
    this.#target = target;
    this.#session = session;
    this.#report = report;
    const { signal } = this.#ending;
    signal.addEventListener(
      'abort',
      watchLeaving(() => this.#retry()),
    );
    addEventListener('pagehide', () => this.#pause(), { signal });
    addEventListener('pageshow', () => this.#resume(), { signal });
  }

  /** Stops with the session: another page, or the next one, hands over what waits. */
  stop(): void {
    this.#pause();
    this.#ending.abort();
  }

  /** Asks the page, waits for what it has to do, closes, and drops the draft. A second call joins the first. */
  close(callId: CallId): Promise<void> {
    let closing = this.#underWay.get(callId);
    if (!closing) {
      closing = this.#close(callId).finally(() => this.#underWay.delete(callId));
      this.#underWay.set(callId, closing);
    }
    return closing;
  }

  /** Hands over drafts whose conversation is closed. */
  handOver(): void {
    // Nothing of an erased agent is kept.
    if (this.#session.isErased) {
      removeLocal(forwardKey(this.#session));
      return dropDrafts(this.#session);
    }
    const closings = this.#session.record?.closings;
    if (!closings?.length || closings === this.#closings || !this.#waiting) return;
    this.#closings = closings;
    const { signal } = this.#waiting;
    for (const callId of draftedCallIds(this.#session)) {
      const cause = closings.find(({ id }) => id === callKey(callId))?.cause;
      if (!cause || this.#isOpen(callId) || this.#handedOver.has(callId)) continue;
      this.#handedOver.add(callId);
      whenLeft(keyOf(this.#session, callId), () => this.#handOverOne(callId, cause), signal)
        .then(() => {
          this.#handedOver.delete(callId);
          this.#retry();
        })
        .catch((error: unknown) => (signal.aborted ? this.#handedOver.delete(callId) : this.#report(error)));
    }
  }

  #retry(): void {
    this.#closings = undefined;
    this.handOver();
  }

  /** A page in the back/forward cache would keep all others waiting. */
  #pause(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  #resume(): void {
    this.#waiting ??= new AbortController();
    this.#retry();
  }

  #isOpen(callId: CallId): boolean {
    return this.#session.view?.conversations.some(({ id }) => id === callKey(callId)) ?? false;
  }

  async #close(callId: CallId): Promise<void> {
    const session = this.#session;
    const conversation = session.view?.conversations.find(({ id }) => id === callKey(callId));
    if (conversation?.state !== 'ended') return session.closeConversation(callId);
    await claimDraft(session, callId, async (draft) => {
      if (!this.#isOpen(callId)) return;
      const mayClose = await this.#fire({ call: conversation, ...draft }, 'agent', { cancelable: true });
      if (!mayClose) return;
      await session.closeConversation(callId);
      dropDraft(session, callId, draft);
    });
  }

  #handOverOne(callId: CallId, cause: CloseCause): Promise<void> {
    return claimDraft(this.#session, callId, async (draft) => {
      if (!draft || this.#isOpen(callId)) return;
      // If the page could not store the notes, it gets them again after the next load.
      await this.#fire(draft, cause);
      dropDraft(this.#session, callId, draft);
    });
  }

  /** Fires the event, and waits for what the page has to do; false if the page prevents the closing. */
  async #fire(
    { call, notes = '', tags = [] }: Partial<Draft> & Pick<Draft, 'call'>,
    cause: CloseCause,
    options?: { readonly cancelable: boolean },
  ): Promise<boolean> {
    const promises: PromiseLike<unknown>[] = [];
    let isOver = false;
    const waitUntil = (promise: PromiseLike<unknown>): void => {
      if (isOver) this.#report(tooLate());
      else promises.push(promise);
    };
    const detail: PhoneConversationCloseDetail = { call: callOf(call), notes, tags, cause, waitUntil };
    /** @internal */
    const mayClose = this.#target.dispatchEvent(new PhoneConversationCloseEvent(detail, options));
    try {
      // A promise may add another while it is awaited.
      for (let waited = 0; mayClose && waited < promises.length;) {
        waited = promises.length;
        await Promise.all(promises);
      }
    } catch (reason) {
      throw (reason instanceof Error ? reason.message : reason) ? reason : unfinished(reason);
    } finally {
      isOver = true;
    }
    return mayClose;
  }
}

function unfinished(cause: unknown): PhoneError {
  return new PhoneError(
    'unavailable',
    'phone-conversation-close: the page could not finish its work and gave no reason. Try again.',
    { cause },
  );
}

function tooLate(): PhoneError {
  return new PhoneError(
    'not-supported',
    'phone-conversation-close: waitUntil was called too late. Call it at once, before any await.',
  );
}
