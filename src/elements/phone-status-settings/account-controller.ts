import type { LitElement, ReactiveController } from 'lit';
import type { PhoneError } from '../../model/errors.js';
import { AccountSession } from '../../session/account-session.js';
import { createAlarm } from '../../platform/time.js';
import type { StatusStore } from '../../stores/status-store.js';
import { ScopeController } from '../session/scope-controller.js';
import { StoreHints } from '../session/store-hints.js';
import { defaultStore } from '../session/defaults.js';

/** How long a removed element keeps its session, in milliseconds; one that is only moved is back long before. */
const LEAVE_AFTER_MS = 1000;

/** An element that shows an account. */
interface AccountHost extends LitElement {
  readonly store?: StatusStore | undefined;
}

interface Running {
  readonly session: AccountSession;
  /** The store that the page set; undefined: the default store. */
  readonly given: StatusStore | undefined;
  readonly ownStore: StatusStore | undefined;
  readonly unsubscribe: readonly (() => void)[];
}

/** Follows the account of a store: the element's own, else that of the provider around it, else this browser's. */
export class AccountController implements ReactiveController {
  readonly #host: AccountHost;
  readonly #scope: ScopeController;
  readonly #failed: (error: PhoneError) => void;
  readonly #switched: () => void;
  readonly #stopTimer = createAlarm(() => this.#stop());
  #running: Running | undefined;

  /** `failed` is called with errors that no change rejects with; `switched` before another account is followed. */
  constructor(host: AccountHost, failed: (error: PhoneError) => void, switched: () => void) {
    this.#host = host;
    this.#failed = failed;
    this.#switched = switched;
    this.#scope = new ScopeController(host);
    host.addController(this);
    new StoreHints(host);
  }

  /** The session; absent before the element was first on the page. */
  get session(): AccountSession | undefined {
    return this.#running?.session;
  }

  hostConnected(): void {
    this.#stopTimer.set(undefined);
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#stopTimer.set(LEAVE_AFTER_MS);
  }

  /** By the update, properties that were set together and a provider around the element are all there. */
  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    this.#scope.seek();
    const { scope } = this.#scope;
    const given = this.#host.store ?? scope?.session?.store ?? scope?.store;
    if (this.#running && this.#running.given === given) return;
    if (this.#running) this.#switched();
    this.#stop();
    const ownStore = given ? undefined : defaultStore();
    const session = new AccountSession({ store: given ?? (ownStore as StatusStore) });
    const changed = (): void => this.#host.requestUpdate();
    const unsubscribe = [session.subscribe(changed), session.watchErrors(this.#failed)];
    this.#running = { session, given, ownStore, unsubscribe };
  }

  /** Starts after the update: what that changes gets an update of its own. */
  hostUpdated(): void {
    void this.#host.updateComplete.then(() => this.#running?.session.start());
  }

  #stop(): void {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    for (const unsubscribe of running.unsubscribe) unsubscribe();
    running.session.stop();
    void running.ownStore?.close();
  }
}
