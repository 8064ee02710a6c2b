import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Account } from '../../model/account.js';
import type { StatusId } from '../../model/status.js';
import type { AccountSession } from '../../session/account-session.js';
import type { StatusStore } from '../../stores/status-store.js';
import { Announcer } from '../controllers/announcer.js';
import { PhoneElement } from '../phone-element.js';
import { popup } from '../styles/popup.js';
import { controls, notices, tokens } from '../styles/tokens.js';
import { text } from '../text/live-text.js';
import { AccountController } from './account-controller.js';
import { AccountSettingsSection } from './account-settings.js';
import { cardStyles } from './cards.styles.js';
import { FocusRestorer, isAt } from './focus-restorer.js';
import { formStyles } from './form.styles.js';
import { warningOf } from './labels.js';
import { styles } from './phone-status-settings.styles.js';
import { SettingsPage } from './settings-page.js';
import type { SettingsStrings } from './settings-strings.js';
import { StatusForm } from './status-form.js';
import { StatusTable } from './status-table.js';
import { tableStyles } from './table.styles.js';
import { WarningAnnouncer } from './warning-announcer.js';

const FIRST_FIELD = '.form input';

/**
 * The page *Agent Statuses* of an admin: adds, edits, orders, enables and disables the account's statuses, and changes its
 * settings. It uses its own `store`, else that of the `phone-provider` around it, else this browser's.
 *
 * @slot contact - How to ask for Forward to Phone, shown beside "Enabled on request".
 * @fires {PhoneErrorEvent} phone-error - Something went wrong: a change was refused, or the account cannot be followed.
 * @csspart new - Opens the form of a new status.
 * @csspart form - The form of a new status, or of the one that is edited.
 * @csspart emoji - The field for the emoji.
 * @csspart choose-emoji - Opens the emoji picker.
 * @csspart picker - The box around the emoji picker, in the top layer.
 * @csspart name - The field for the name.
 * @csspart description - The field for the description.
 * @csspart takes-calls - The checkbox whether agents in the status take calls.
 * @csspart allowance - The field for the allowance.
 * @csspart problem - Why the value of a field cannot be saved.
 * @csspart meanwhile - What somebody else has changed in the status that is being edited.
 * @csspart save - Saves the form.
 * @csspart cancel - Leaves the form without saving.
 * @csspart filter - The field that filters a long table.
 * @csspart table - The table of the statuses.
 * @csspart status - One status in the table; `data-status` is its id.
 * @csspart move - The handle that moves a status.
 * @csspart move-button - Moves the status that is being edited up or down.
 * @csspart switch - Enables or disables a custom status.
 * @csspart edit - Opens the form of a status.
 * @csspart notice - What was saved or refused, or that the connection is lost.
 * @csspart undo - Undoes the last change.
 * @csspart repair - Saves over a damaged account.
 * @csspart settings - The account's settings.
 */
export class PhoneStatusSettings extends PhoneElement {
  static override styles = [tokens, controls, notices, popup, styles, tableStyles, cardStyles, formStyles];

  /** Where the account is stored. Default: the store of the provider around it, else this browser. */
  @property({ attribute: false }) store?: StatusStore | undefined;
  /** Strings that replace those of the page's language; the others stay. */
  @property({ attribute: false }) strings?: Partial<SettingsStrings> | undefined;
  /** The address of the emoji to choose from, such as those of another language. Default: this package's English ones. */
  @property({ attribute: 'emoji-data' }) emojiData = '';

  readonly #account = new AccountController(
    this,
    (error) => this.#page.report(error),
    () => this.#reset(),
  );
  readonly #page = new SettingsPage(this, this.#account);
  readonly #focus = new FocusRestorer(this, () => this.#page.strings.title);
  readonly #table = new StatusTable(
    this.#page,
    () => this.#form,
    (id) => this.#open(id),
  );
  #settings = new AccountSettingsSection(() => this.#page);
  #form: StatusForm | undefined;

  constructor() {
    super();
    new Announcer(this, () => this);
    new WarningAnnouncer(this.#page);
    this.#page.isAnnounced = (error) => this.#form?.announces(error) === true;
  }

  /** What follows the account and saves its changes; absent before the first update. */
  get session(): AccountSession | undefined {
    return this.#account.session;
  }

  protected override render(): TemplateResult {
    const { account } = this.session ?? {};
    const { strings } = this.#page;
    return html`<header class="flow">
        <h2 id="title">${text(strings.title)}</h2>
        ${this.session?.saving ? html`<span class="saving">${text(strings.saving)}</span>` : nothing}
        ${account && !this.session?.forbidden ? this.#renderNew() : nothing}
      </header>
      ${this.#renderState(account)} ${account ? this.#renderAccount() : nothing} ${this.#renderNotice()}`;
  }

  #renderNew(): TemplateResult {
    return html`<button id="new" part="new" class="primary" type="button" @click=${this.#onNew}>
      ${text(this.#page.strings.newStatus)}
    </button>`;
  }

  #renderAccount(): TemplateResult {
    const isNew = this.#form && this.#form.id === undefined;
    return html`<fieldset class="whole" ?disabled=${this.session?.forbidden !== undefined}>
      ${isNew ? this.#form?.render() : nothing} ${this.#table.render()} ${this.#settings.render()}
    </fieldset>`;
  }

  /** What is out of the ordinary with the account, or that it is being loaded. */
  #renderState(account: Account | undefined): unknown {
    const { session } = this;
    if (session?.damage) return this.#renderDamage();
    if (session?.failure)
      return html`<p part="notice" class="notice error" role="alert">${text(this.#page.textOf(session.failure))}</p>`;
    const warning = warningOf(session, this.#page.strings);
    if (warning) return html`<p part="notice" class="notice warning">${text(warning)}</p>`;
    return account
      ? nothing
      : html`<p class="loading" role="status" aria-busy="true">${text(this.#page.strings.loading)}</p>`;
  }

  #renderDamage(): TemplateResult {
    const { damaged, repair } = this.#page.strings;
    return html`<div part="notice" class="notice error">
      <p class="text" role="alert">${text(damaged)}</p>
      <button part="repair" type="button" @click=${this.#onRepair}>${text(repair)}</button>
    </div>`;
  }

  #renderNotice(): unknown {
    const { notice } = this.#page;
    if (!notice) return nothing;
    const { undo, dismiss } = this.#page.strings;
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

  #open(id: StatusId | undefined): void {
    const page = this.#page;
    if (this.#form?.isDirty) {
      page.show(page.strings.unsaved, true);
      return this.#focus.move(FIRST_FIELD);
    }
    this.#form?.remove();
    if (page.notice?.isError) page.hideNotice();
    this.#form = new StatusForm(page, id, (saved) => this.#close(saved));
    this.#focus.move(FIRST_FIELD);
  }

  #close(saved?: StatusId): void {
    const id = this.#form?.id;
    this.#form?.remove();
    this.#form = undefined;
    const heir = id === undefined ? '#new' : `[data-status="${CSS.escape(id)}"] [part="edit"]`;
    if (isAt(this, '.form')) this.#focus.move(heir);
    this.requestUpdate();
    if (saved !== undefined) void this.#table.show(saved, id === undefined ? 'center' : 'nearest');
  }

  /** Another account is shown: what was begun on the one before is dropped. */
  #reset(): void {
    this.#form?.remove();
    this.#form = undefined;
    this.#page.hideNotice();
    this.#settings.remove();
    this.#settings = new AccountSettingsSection(() => this.#page);
  }

  readonly #onNew = (): void => {
    if (this.#form && this.#form.id === undefined) this.#focus.move(FIRST_FIELD);
    else this.#open(undefined);
  };

  readonly #onUndo = (): void => {
    this.#page.undo();
    this.#focus.move('[part="dismiss"]');
  };

  readonly #onDismiss = (): void => {
    this.#page.hideNotice();
    this.#focus.move('#new');
  };

  readonly #onRepair = (): void => {
    this.#focus.moveOnRemoval('#new');
    void this.#page.repair();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'phone-status-settings': PhoneStatusSettings;
  }
}
