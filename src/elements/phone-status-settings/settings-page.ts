import type { LitElement } from 'lit';
import type { Account } from '../../model/account.js';
import type { AccountNews } from '../../model/account-diff.js';
import type { PhoneError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import type { AccountChange } from '../../session/account-session.js';
import type { SettingsStrings } from './settings-strings.js';

/** A change with what is said when it is saved, and what undoes it. */
export interface Wish {
  readonly apply: AccountChange;
  readonly revert?: AccountChange;
  /** Made of the account as it then stands. */
  readonly done: (account: Account) => string;
}

/** What the parts of the page know of it, and ask of it. */
export interface SettingsPage {
  readonly host: LitElement;
  readonly account: Account;
  readonly strings: SettingsStrings;
  /** Saves a change, and tells what became of it; resolves with the error where it was refused. */
  save(wish: Wish): Promise<PhoneError | undefined>;
  /** A status as it is called on this page, fit for a sentence or a label. */
  nameOf(status: Status): string;
  /** The same as it was written, for a cell of its own. */
  fullNameOf(status: Status): string;
  /** What a status means, in the page's language. */
  descriptionOf(status: Status): string;
  /** What the admin reads of an error. */
  textOf(error: unknown): string;
  /** What others did, in words. */
  newsOf(news: readonly AccountNews[]): string;
  /** Tells the page of something that went wrong. */
  failed(error: unknown): void;
  /** Says something to those who do not see it. */
  say(text: string): void;
  /** Where the emoji picker finds its emoji. */
  emojiData(): string;
}

/** What became of the last change. */
export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}
