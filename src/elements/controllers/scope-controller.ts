import { ContextEvent } from '@lit/context';
import type { LitElement, ReactiveController } from 'lit';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { phoneContext, type PhoneScope } from '../context.js';
import { english, type Strings } from '../strings.js';

/** Those that found no provider: it may be defined later than they are. */
const waiting = new Set<ScopeController>();

/** Lets elements that were on the page before their provider ask once more. */
export function askAgain(): void {
  for (const controller of waiting) controller.ask();
}

/** Finds the scope around an element and redraws the element with every change of its session. */
export class ScopeController implements ReactiveController {
  /** The scope of the nearest provider; absent where there is none. */
  scope: PhoneScope | undefined;
  readonly #host: LitElement;
  readonly #onChange: (() => void) | undefined;
  #release: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  /** `onChange` is called after every change of scope or session, before the element is drawn. */
  constructor(host: LitElement, onChange?: () => void) {
    this.#host = host;
    this.#onChange = onChange;
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
    waiting.add(this);
    this.ask();
    if (waiting.has(this)) this.#take(undefined);
  }

  /** The scope is kept: an element that is only moved finds it again before it is drawn. */
  hostDisconnected(): void {
    waiting.delete(this);
    this.#release?.();
    this.#release = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
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
    this.#unsubscribe?.();
    this.scope = scope;
    this.#unsubscribe = scope?.session?.subscribe(this.#changed);
    this.#changed();
  }

  readonly #changed = (): void => {
    this.#onChange?.();
    this.#host.requestUpdate();
  };
}
