import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Account } from '../../model/account.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { StatusId } from '../../model/status.js';
import type { AccountSession, SavedChange } from '../../session/account-session.js';
import type { StatusStore } from '../../stores/status-store.js';
import { PhoneErrorEvent } from '../events.js';
import { PhoneElement } from '../phone-element.js';
import { languageOf } from '../text/language.js';
import { messageOf } from '../text/error-words.js';
import { stringsFor, watchStrings, type Strings } from '../text/strings.js';
import { descriptionOf } from '../phone-status-select/labels.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { announce, Announcer } from '../controllers/announcer.js';
import { text } from '../text/text.js';
import { AccountController } from './account-controller.js';
import { AccountSettingsSection } from './account-settings.js';
import { cardStyles } from './cards.styles.js';
import { emojiDataUrl } from './emoji-data.js';
import { FocusRestorer, isAt } from './focus-restorer.js';
import { formStyles } from './form.styles.js';
import { adminText, newsInWords, plain, statusName, warningOf } from './labels.js';
import { styles } from './phone-status-settings.styles.js';
import type { Notice, SettingsPage, Wish } from './settings-page.js';
import { settingsStringsFor, type SettingsStrings } from './settings-strings.js';
import { StatusForm } from './status-form.js';
import { StatusTable } from './status-table.js';
import { tableStyles } from './table.styles.js';
import { WarningAnnouncer } from './warning-announcer.js';

const FIRST_FIELD = '.form input';

/**
 * The page *Agent Statuses* of an admin: adds, edits, orders, enables and disables the account's statuses, and changes its
 * settings. It works on the store of the `phone-provider` around it, on one of its own, else on this browser's.
 *
 * @slot contact - How to ask for Forward to Phone, beside "Enabled on request".
 * @fires {PhoneErrorEvent} phone-error - Something went wrong: a change was refused, or the account cannot be followed.
 * @csspart new - Opens the form of a new status.
 * @csspart form - The form of a new status, or of the one that is edited.
 * @csspart emoji - The field for the emoji.
 * @csspart choose-emoji - Opens the emoji picker.
 * @csspart picker - The box in the top layer around the emoji picker.
 * @csspart name - The field for the name.
 * @csspart description - The field for the description.
 * @csspart takes-calls - Whether agents in the status are available to take calls.
 * @csspart allowance - The field for the allowance.
 * @csspart problem - Why what stands in a field cannot be saved.
 * @csspart meanwhile - What somebody else changed of the status that is edited.
 * @csspart save - Saves the form.
 * @csspart cancel - Leaves the form.
 * @csspart filter - The field that filters a long table.
 * @csspart table - The table of the statuses.
 * @csspart status - One status in it; `data-status` is its id.
 * @csspart move - The handle that moves a status.
 * @csspart move-button - Moves the status that is edited, by a press.
 * @csspart switch - Enables or disables a custom status.
 * @csspart edit - Opens the form of a status.
 * @csspart notice - What was saved, what was refused, or that the connection is lost.
 * @csspart undo - Undoes the last change.
 * @csspart repair - Saves over a damaged account.
 * @csspart settings - The account's settings.
 */
export class PhoneStatusSettings extends PhoneElement {
  static override styles = [tokens, controls, notices, styles, tableStyles, cardStyles, formStyles];

  /** Where the account is kept; without one, where the provider around it keeps its state, else in this browser. */
  @property({ attribute: false }) store?: StatusStore | undefined;
  /** Words that replace those of the page's language; the others stay. */
  @property({ attribute: false }) strings?: Partial<SettingsStrings> | undefined;
  /** The address of the emoji to choose from, such as those of another language; the English ones of this package if left out. */
  @property({ attribute: 'emoji-data' }) emojiData = '';

  readonly #account = new AccountController(
    this,
    (error) => this.#failed(error),
    () => this.#startAnew(),
  );
  readonly #focus = new FocusRestorer(this, () => this.#words.title);
  readonly #table = new StatusTable(() => ({ ...this.#page(), form: this.#form, edit: (id) => this.#open(id) }));
  readonly #warnings = new WarningAnnouncer((text) => announce(this, text));
  #settings = new AccountSettingsSection(() => this.#page());
  #form: StatusForm | undefined;
  #words: SettingsStrings = settingsStringsFor('');
  #agentWords: Strings = stringsFor('');
  #notice: Notice | undefined;

  /** What follows the account and saves its changes; absent before the first update. */
  get session(): AccountSession | undefined {
    return this.#account.session;
  }

  constructor() {
    super();
    new Announcer(this, () => this);
    // The place where it is put decides on the language.
    let unwatch = (): void => undefined;
    this.addController({
      hostConnected: () => {
        this.#translate();
        unwatch = watchStrings(() => this.#translate());
      },
      hostDisconnected: () => unwatch(),
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('strings')) this.#translate();
    this.#focus.keep();
    if (!this.session?.account) return;
    this.#form?.willUpdate();
    this.#settings.willUpdate();
  }

  protected override updated(): void {
    this.#form?.updated();
    this.#focus.restore();
    this.#warnings.tell(this.session, this.#words, this.#agentWords);
  }

  protected override render(): TemplateResult {
    const { account } = this.session ?? {};
    const words = this.#words;
    return html`<header>
        <h2 id="title">${text(words.title)}</h2>
        ${this.session?.saving ? html`<span class="saving">${text(words.saving)}</span>` : nothing}
        ${account && !this.session?.forbidden ? this.#renderNew() : nothing}
      </header>
      ${this.#renderState(account)} ${account ? this.#renderAccount() : nothing} ${this.#renderNotice()}`;
  }

  #renderNew(): TemplateResult {
    return html`<button id="new" part="new" class="primary" type="button" @click=${this.#onNew}>
      ${text(this.#words.newStatus)}
    </button>`;
  }

  #renderAccount(): TemplateResult {
    const isNew = this.#form && this.#form.id === undefined;
    return html`<fieldset class="whole" ?disabled=${this.session?.forbidden !== undefined}>
      ${isNew ? this.#form?.render() : nothing} ${this.#table.render()} ${this.#settings.render()}
    </fieldset>`;
  }

  /** How the account stands, where that is not as usual. */
  #renderState(account: Account | undefined): unknown {
    const { session } = this;
    if (session?.damage) return this.#renderDamage();
    if (session?.failure)
      return html`<p part="notice" class="notice error" role="alert">${text(this.#textOf(session.failure))}</p>`;
    const warning = warningOf(session, this.#words);
    if (warning) return html`<p part="notice" class="notice warning">${text(warning)}</p>`;
    return account ? nothing : html`<p class="loading" role="status" aria-busy="true">${text(this.#words.loading)}</p>`;
  }

  #renderDamage(): TemplateResult {
    const { damaged, repair } = this.#words;
    return html`<div part="notice" class="notice error">
      <p class="text" role="alert">${text(damaged)}</p>
      <button part="repair" type="button" @click=${() => void this.#repair()}>${text(repair)}</button>
    </div>`;
  }

  #renderNotice(): unknown {
    const notice = this.#notice;
    if (!notice) return nothing;
    const { undo, dismiss } = this.#words;
    return html`<div part="notice" class="notice last ${notice.isError ? 'error' : ''}">
      <p class="text">${text(notice.text)}</p>
      ${
        !notice.isError && this.session?.canUndo
          ? html`<button part="undo" type="button" @click=${this.#onUndo}>${text(undo)}</button>`
          : nothing
      }
      <button part="dismiss" class="plain" type="button" @click=${this.#onDismiss}>${text(dismiss)}</button>
    </div>`;
  }

  #page(): SettingsPage {
    const strings = this.#words;
    return {
      host: this,
      account: this.session?.account as Account,
      strings,
      emojiData: () => (this.emojiData ? new URL(this.emojiData, this.baseURI).href : emojiDataUrl()),
      save: (wish) => this.#save(wish),
      nameOf: this.#nameOf,
      fullNameOf: (status) => statusName(status, this.#agentWords, this.session?.account),
      descriptionOf: (status) => descriptionOf(status, this.#agentWords),
      textOf: (error) => this.#textOf(error),
      newsOf: (news) => newsInWords(news, { account: this.session?.account as Account, strings, nameOf: this.#nameOf }),
      failed: (error) => this.#failed(error),
      say: (text) => announce(this, text),
    };
  }

  readonly #nameOf: SettingsPage['nameOf'] = (status) =>
    plain(statusName(status, this.#agentWords, this.session?.account));

  #translate(): void {
    const lang = languageOf(this);
    this.#words = settingsStringsFor(lang, this.strings);
    this.#agentWords = stringsFor(lang);
    this.requestUpdate();
  }

  #textOf(error: unknown): string {
    return adminText(error, this.#words);
  }

  #tell(text: string, isError = false): void {
    this.#notice = { text, isError };
    announce(this, text);
    this.requestUpdate();
  }

  #failed(error: unknown): void {
    const code = isPhoneError(error) ? error.code : 'unavailable';
    /** @internal */
    this.dispatchEvent(new PhoneErrorEvent({ code, message: messageOf(error) }));
  }

  /** What went wrong is told to the page, and to the admin. */
  #refused(error: unknown): void {
    this.#failed(error);
    this.#notice = { text: this.#textOf(error), isError: true };
    if (!this.#form?.tells(error)) announce(this, this.#notice.text);
    this.requestUpdate();
  }

  #save({ apply, revert, done }: Wish): Promise<PhoneError | undefined> {
    return this.#attempt(
      () => this.session?.change(apply, revert),
      ({ account }) => done(account),
    );
  }

  async #attempt(
    run: () => Promise<SavedChange | undefined> | undefined,
    done: (saved: SavedChange) => string,
  ): Promise<PhoneError | undefined> {
    try {
      const saved = await run();
      if (!saved) return undefined;
      const { others } = saved;
      const news = others.length > 0 ? [this.#words.others(this.#page().newsOf(others))] : [];
      this.#tell([done(saved), ...news].join(' '));
      return undefined;
    } catch (error) {
      this.#refused(error);
      return error as PhoneError;
    }
  }

  #open(id: StatusId | undefined): void {
    if (this.#form?.isDirty) {
      this.#tell(this.#words.unsaved, true);
      return this.#focus.move(FIRST_FIELD);
    }
    this.#form?.dispose();
    if (this.#notice?.isError) this.#notice = undefined;
    this.#form = new StatusForm(
      () => this.#page(),
      id,
      (saved) => this.#close(saved),
    );
    this.#focus.move(FIRST_FIELD);
  }

  /** What was begun on another account stays with that one. */
  #startAnew(): void {
    this.#form?.dispose();
    this.#form = this.#notice = undefined;
    this.#settings = new AccountSettingsSection(() => this.#page());
  }

  #close(saved?: StatusId): void {
    const id = this.#form?.id;
    this.#form?.dispose();
    this.#form = undefined;
    const heir = id === undefined ? '#new' : `[data-status="${CSS.escape(id)}"] [part="edit"]`;
    if (isAt(this, '.form')) this.#focus.move(heir);
    this.requestUpdate();
    if (saved !== undefined) void this.#table.show(saved, id === undefined ? 'center' : 'nearest');
  }

  readonly #onNew = (): void => {
    if (this.#form && this.#form.id === undefined) this.#focus.move(FIRST_FIELD);
    else this.#open(undefined);
  };

  readonly #onUndo = (): void => {
    void this.#attempt(
      () => this.session?.undo(),
      () => this.#words.undone,
    );
    this.#focus.move('[part="dismiss"]');
  };

  readonly #onDismiss = (): void => {
    this.#notice = undefined;
    this.#focus.move('#new');
  };

  async #repair(): Promise<void> {
    this.#focus.bequeath('#new');
    try {
      await this.session?.repair();
      this.#tell(this.#words.repaired);
    } catch (error) {
      this.#refused(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-status-settings': PhoneStatusSettings;
  }
}
