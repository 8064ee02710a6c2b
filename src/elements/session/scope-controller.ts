import { ContextEvent } from '@lit/context';
import type { LitElement, ReactiveController } from 'lit';
import type { PhoneError } from '../../model/errors.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { phoneContext, type PhoneScope } from './context.js';
import { english, type Strings } from '../text/strings.js';

/** Callbacks of an element for what happens in its scope; they run before it is drawn again. */
interface ScopeListener {
  /** There is another scope or session, or the session has changed. */
  changed?(): void;
  /** Something went wrong that no promise of a method has rejected with. */
  failed?(error: PhoneError): void;
}

/** Elements without a provider: it may be defined later than they are. */
const waiting = new Set<ScopeController>();

/** Makes elements that were on the page before their provider ask again. */
export function askAgain(): void {
  for (const controller of waiting) controller.ask();
}

/** Finds the scope around an element, and updates the element with every change of its session. */
export class ScopeController implements ReactiveController {
  /** The scope of the nearest provider; absent where there is none. */
  scope: PhoneScope | undefined;
  readonly #host: LitElement;
  readonly #listener: ScopeListener;
  /** The element was placed, and has not looked for its scope yet. */
  #isPlaced = false;
  #release: (() => void) | undefined;
  #unsubscribe: readonly (() => void)[] = [];

  constructor(host: LitElement, listener: ScopeListener = {}) {
    this.#host = host;
    this.#listener = listener;
    host.addController(this);
  }

  get session(): AgentSession | undefined {
    return this.scope?.session;
  }

  get view(): AgentView | undefined {
    return this.session?.view;
  }

  get strings(): Strings {
    return this.scope?.strings ?? english;
  }

  hostConnected(): void {
    this.#isPlaced = true;
    this.#host.requestUpdate();
  }

  /** The scope is kept: an element that is only moved finds it again before it is drawn. */
  hostDisconnected(): void {
    this.#isPlaced = false;
    waiting.delete(this);
    this.#release?.();
    this.#release = undefined;
    this.#leave();
  }

  /**
   * Looks for the scope after the element was placed; the element calls it in `willUpdate`. Asking when connected would
   * take longer with every element inside a provider: each event makes the browser assign all of them to their slot again.
   */
  seek(): void {
    if (!this.#isPlaced) return;
    this.#isPlaced = false;
    waiting.add(this);
    this.ask();
    if (waiting.has(this)) this.#take(undefined);
  }

  ask(): void {
    this.#host.dispatchEvent(new ContextEvent(phoneContext, this.#host, this.#answer, true));
  }

  readonly #answer = (scope: PhoneScope, release?: () => void): void => {
    if (release !== this.#release) this.#release?.();
    this.#release = release;
    waiting.delete(this);
    this.#take(scope);
  };

  #take(scope: PhoneScope | undefined): void {
    this.#leave();
    this.scope = scope;
    const session = scope?.session;
    if (session) {
      const failed = (error: PhoneError): void => this.#listener.failed?.(error);
      this.#unsubscribe = [session.subscribe(this.#changed), session.watchErrors(failed)];
    }
    this.#changed();
  }

  #leave(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
  }

  readonly #changed = (): void => {
    this.#listener.changed?.();
    this.#host.requestUpdate();
  };
}
