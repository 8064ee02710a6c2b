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
 * Closes the conversations of a session in agreement with the page, and hands on the drafts of those that were closed
 * elsewhere or by a rule: once a browser, and never before the page is done with them.
 */
export class ConversationClosing {
  readonly #target: EventTarget;
  readonly #session: AgentSession;
  readonly #report: (error: unknown) => void;
  readonly #underWay = new Map<CallId, Promise<void>>();
  /** What is being handed on, and what could not be: that is for the next page. */
  readonly #handedOn = new Set<CallId>();
  readonly #ending = new AbortController();
  /** Ends the wait for fields to be left; absent in a page that is left itself. */
  #waiting: AbortController | undefined = new AbortController();
  #closings: readonly Closing[] | undefined;

  constructor(target: EventTarget, session: AgentSession, report: (error: unknown) => void) {
    this.#target = target;
    this.#session = session;
    this.#report = report;
    const { signal } = this.#ending;
    signal.addEventListener(
      'abort',
      watchLeaving(() => this.#lookAgain()),
    );
    addEventListener('pagehide', () => this.#pause(), { signal });
    addEventListener('pageshow', () => this.#resume(), { signal });
  }

  /** The session is left: what waits is handed on by another page, or by the next one. */
  stop(): void {
    this.#pause();
    this.#ending.abort();
  }

  /** Asks the page, waits for what it has to do, closes, and forgets the draft. Twice at once is once. */
  close(callId: CallId): Promise<void> {
    let closing = this.#underWay.get(callId);
    if (!closing) {
      closing = this.#close(callId).finally(() => this.#underWay.delete(callId));
      this.#underWay.set(callId, closing);
    }
    return closing;
  }

  /** Looks for drafts whose conversation is closed. */
  handOn(): void {
    // Nothing is kept of an agent who was erased.
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
      if (!cause || this.#isOpen(callId) || this.#handedOn.has(callId)) continue;
      this.#handedOn.add(callId);
      whenLeft(keyOf(this.#session, callId), () => this.#handOnOne(callId, cause), signal)
        .then(() => {
          this.#handedOn.delete(callId);
          this.#lookAgain();
        })
        .catch((error: unknown) => (signal.aborted ? this.#handedOn.delete(callId) : this.#report(error)));
    }
  }

  #lookAgain(): void {
    this.#closings = undefined;
    this.handOn();
  }

  /** A page that waits while it is kept for the way back would keep all others waiting. */
  #pause(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  #resume(): void {
    this.#waiting ??= new AbortController();
    this.#lookAgain();
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
      const mayClose = await this.#tell({ call: conversation, ...draft }, 'agent', { cancelable: true });
      if (!mayClose) return;
      await session.closeConversation(callId);
      dropDraft(session, callId, draft);
    });
  }

  #handOnOne(callId: CallId, cause: CloseCause): Promise<void> {
    return claimDraft(this.#session, callId, async (draft) => {
      if (!draft || this.#isOpen(callId)) return;
      // A page that could not keep the notes gets them again after the next load.
      await this.#tell(draft, cause);
      dropDraft(this.#session, callId, draft);
    });
  }

  /** Fires the event, and waits for what the page has to do; false where the page forbids the closing. */
  async #tell(
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
      // One that is waited for may bring another.
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
