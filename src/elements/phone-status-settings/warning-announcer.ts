import type { AccountSession } from '../../session/account-session.js';
import type { Strings } from '../text/strings.js';
import { warningOf } from './labels.js';
import type { SettingsStrings } from './settings-strings.js';

/** Tells what keeps changes from being saved or kept when that changes, and that the connection is back for good. */
export class WarningAnnouncer {
  readonly #say: (text: string) => void;
  #session: AccountSession | undefined;
  #told = '';

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  tell(session: AccountSession | undefined, words: SettingsStrings, { reconnected }: Strings): void {
    const before = session === this.#session ? this.#told : '';
    const warning = warningOf(session, words);
    if (!warning && before && session?.connection.state !== 'online') return;
    this.#session = session;
    this.#told = warning;
    if (warning !== before) this.#say(!warning && before === words.offline ? reconnected : warning);
  }
}
