import type { ReactiveController } from 'lit';
import type { AccountSession } from '../../session/account-session.js';
import { warningOf } from './labels.js';
import type { SettingsPage } from './settings-page.js';

/** Announces a new warning that changes cannot be saved or will not last, and that the connection is back for good. */
export class WarningAnnouncer implements ReactiveController {
  readonly #page: SettingsPage;
  #session: AccountSession | undefined;
  #announced = '';

  constructor(page: SettingsPage) {
    this.#page = page;
    page.host.addController(this);
  }

  hostUpdated(): void {
    const { session, strings, agentStrings, say } = this.#page;
    const before = session === this.#session ? this.#announced : '';
    const warning = warningOf(session, strings);
    if (!warning && before && session?.connection.state !== 'online') return;
    this.#session = session;
    this.#announced = warning;
    if (warning !== before) say(!warning && before === strings.offline ? agentStrings.reconnected : warning);
  }
}
