import type { LitElement, ReactiveController } from 'lit';
import type { PhoneError } from '../../model/errors.js';
import { AccountSession } from '../../session/account-session.js';
import { createAlarm } from '../../platform/time.js';
import type { StatusStore } from '../../stores/status-store.js';
import { ScopeController } from '../session/scope-controller.js';
import { StoreHints } from '../session/store-hints.js';
import { defaultStore } from '../session/defaults.js';

/** An element that is only moved in the document is back long before this. */
const LEAVE_AFTER_MS = 1000;

/** An element that shows an account. */
export interface AccountHost extends LitElement {
  readonly store?: StatusStore | undefined;
}

interface Running {
  readonly session: AccountSession;
  /** What the page gave; undefined: the element's own store. */
  readonly given: StatusStore | undefined;
  readonly ownStore: StatusStore | undefined;
  readonly unsubscribe: readonly (() => void)[];
}

/** Follows the account of the element's store: its own property, else that of the provider around it, else this browser's. */
export class AccountController implements ReactiveController {
  readonly #host: AccountHost;
  readonly #scope: ScopeController;
  readonly #failed: (error: PhoneError) => void;
  readonly #turned: () => void;
  readonly #departure = createAlarm(() => this.#leave());
  #running: Running | undefined;

  /** `failed` is told what went wrong where no change is under way; `turned` that another account is followed. */
  constructor(host: AccountHost, failed: (error: PhoneError) => void, turned: () => void) {
    this.#host = host;
    this.#failed = failed;
    this.#turned = turned;
    this.#scope = new ScopeController(host);
    host.addController(this);
    new StoreHints(host);
  }

  /** The session; absent before the element was first on the page. */
  get session(): AccountSession | undefined {
    return this.#running?.session;
  }

  hostConnected(): void {
    this.#departure.set(undefined);
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#departure.set(LEAVE_AFTER_MS);
  }

  /** Before the element is drawn: properties that were set at once, and a provider around it, are all there. */
  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    this.#scope.seek();
    const { scope } = this.#scope;
    const given = this.#host.store ?? scope?.session?.store ?? scope?.store;
    if (this.#running && this.#running.given === given) return;
    if (this.#running) this.#turned();
    this.#leave();
    const ownStore = given ? undefined : defaultStore();
    const session = new AccountSession({ store: given ?? (ownStore as StatusStore) });
    const changed = (): void => this.#host.requestUpdate();
    const unsubscribe = [session.subscribe(changed), session.watchErrors(this.#failed)];
    this.#running = { session, given, ownStore, unsubscribe };
  }

  /** What starting changes is drawn by an update of its own. */
  hostUpdated(): void {
    void this.#host.updateComplete.then(() => this.#running?.session.start());
  }

  #leave(): void {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    for (const unsubscribe of running.unsubscribe) unsubscribe();
    running.session.stop();
    void running.ownStore?.close();
  }
}
