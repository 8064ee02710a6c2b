import type { LitElement, ReactiveController } from 'lit';
import type { AccountNews } from '../../model/account-diff.js';
import type { Account } from '../../model/account.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import type { AccountChange, AccountSession, SavedChange } from '../../session/account-session.js';
import { announce } from '../controllers/announcer.js';
import { PhoneErrorEvent } from '../events.js';
import { descriptionOf } from '../phone-status-select/labels.js';
import { messageOf } from '../text/error-words.js';
import { languageOf } from '../text/language.js';
import { watchStrings } from '../text/string-registry.js';
import { stringsFor, type Strings } from '../text/strings.js';
import type { AccountController } from './account-controller.js';
import { emojiDataUrl } from './emoji-data.js';
import { adminText, changesText, plain, statusName } from './labels.js';
import { settingsStringsFor, type SettingsStrings } from './settings-strings.js';

/** The element of the page. */
interface SettingsHost extends LitElement {
  readonly strings?: Partial<SettingsStrings> | undefined;
  readonly emojiData: string;
}

/** A change with the text that confirms it, and what undoes it. */
export interface Wish {
  readonly apply: AccountChange;
  readonly revert?: AccountChange;
  /** Made of the account as it then is. */
  readonly done: (account: Account) => string;
}

/** The result of the last change. */
interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

/** What the parts of the page share: the account, its language, saving a change, and the notice of what became of it. */
export class SettingsPage implements ReactiveController {
  strings = settingsStringsFor('');
  /** The strings of the elements for agents: the names of the default statuses are theirs. */
  agentStrings: Strings = stringsFor('');
  notice: Notice | undefined;
  /** Whether a field, which is a live region, already says why a save was refused. */
  isAnnounced: (error: unknown) => boolean = () => false;
  readonly host: SettingsHost;
  readonly #account: AccountController;
  #given: SettingsHost['strings'];
  #unwatch = (): void => undefined;

  constructor(host: SettingsHost, account: AccountController) {
    this.host = host;
    this.#account = account;
    host.addController(this);
  }

  get session(): AccountSession | undefined {
    return this.#account.session;
  }

  /** Only parts that are drawn once there is an account ask for it. */
  get account(): Account {
    return this.session?.account as Account;
  }

  /** The place where the element is put decides on the language. */
  hostConnected(): void {
    this.#translate();
    this.#unwatch = watchStrings(() => this.#translate());
  }

  hostDisconnected(): void {
    this.#unwatch();
  }

  hostUpdate(): void {
    if (this.host.strings !== this.#given) this.#translate();
  }

  /** Where the emoji picker finds its emoji; throws where the attribute is no address. */
  emojiData(): string {
    const { emojiData, baseURI } = this.host;
    return emojiData ? new URL(emojiData, baseURI).href : emojiDataUrl();
  }

  /** The name of a status on this page, fit for a sentence or a label. */
  readonly nameOf = (status: Status): string => plain(this.fullNameOf(status));

  /** The name of a status as it was written, for a cell of its own. */
  fullNameOf(status: Status): string {
    return statusName(status, this.agentStrings, this.session?.account);
  }

  /** The description of a status, in the page's language. */
  descriptionOf(status: Status): string {
    return descriptionOf(status, this.agentStrings);
  }

  /** What the admin reads of an error. */
  readonly textOf = (error: unknown): string => adminText(error, this.strings);

  /** What others have changed, as one text. */
  readonly newsOf = (changes: readonly AccountNews[]): string => changesText(changes, this);

  /** Says a text to screen readers. */
  readonly say = (text: string): void => announce(this.host, text);

  /** Reports an error to the host page. */
  report(error: unknown): void {
    const code = isPhoneError(error) ? error.code : 'unavailable';
    /** @internal */
    this.host.dispatchEvent(new PhoneErrorEvent({ code, message: messageOf(error) }));
  }

  /** Shows and announces a notice. */
  show(text: string, isError = false): void {
    this.#set({ text, isError });
    this.say(text);
  }

  hideNotice(): void {
    this.#set(undefined);
  }

  /** Saves a change, and shows what became of it; resolves with the error where it was refused. */
  readonly save = ({ apply, revert, done }: Wish): Promise<PhoneError | undefined> =>
    this.#attempt(
      () => this.session?.change(apply, revert),
      ({ account }) => done(account),
    );

  undo(): void {
    void this.#attempt(
      () => this.session?.undo(),
      () => this.strings.undone,
    );
  }

  /** Saves over a damaged account. */
  async repair(): Promise<void> {
    try {
      await this.session?.repair();
      this.show(this.strings.repaired);
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #attempt(
    run: () => Promise<SavedChange | undefined> | undefined,
    done: (saved: SavedChange) => string,
  ): Promise<PhoneError | undefined> {
    try {
      const saved = await run();
      if (!saved) return undefined;
      const { others } = saved;
      const more = others.length > 0 ? [this.strings.others(this.newsOf(others))] : [];
      this.show([done(saved), ...more].join(' '));
      return undefined;
    } catch (error) {
      this.#refuse(error);
      return error as PhoneError;
    }
  }

  /** Reports what went wrong to the host page, and shows it to the admin. */
  #refuse(error: unknown): void {
    this.report(error);
    const text = this.textOf(error);
    this.#set({ text, isError: true });
    if (!this.isAnnounced(error)) this.say(text);
  }

  #set(notice: Notice | undefined): void {
    this.notice = notice;
    this.host.requestUpdate();
  }

  #translate(): void {
    const { host } = this;
    const lang = languageOf(host);
    this.#given = host.strings;
    this.strings = settingsStringsFor(lang, host.strings);
    this.agentStrings = stringsFor(lang);
    host.requestUpdate();
  }
}
