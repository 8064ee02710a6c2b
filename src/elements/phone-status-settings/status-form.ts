import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { accountNews, type AccountNews } from '../../model/account-diff.js';
import { addStatus, statusOf, updateStatus, type Account } from '../../model/account.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { DESCRIPTION_LENGTH, NAME_LENGTH, type StatusId } from '../../model/status.js';
import { isComposing } from '../typing.js';
import { text } from '../text/live-text.js';
import { EmojiField } from './emoji-field.js';
import { isAt } from './focus-restorer.js';
import type { SettingsPage, Wish } from './settings-page.js';
import {
  changeOf,
  draftFields,
  draftOf,
  fieldOf,
  newStatusOf,
  problemsOf,
  type DraftField,
  type StatusDraft,
} from './status-draft.js';

const inputs: Readonly<Record<DraftField, string>> = {
  emoji: 'emoji',
  name: 'name',
  description: 'description',
  takesCalls: 'takes-calls',
  allowance: 'allowance',
};

/** The form of a new status, or of one that is edited. It says what cannot be saved as it is typed. */
export class StatusForm implements ReactiveController {
  /** The status that is edited; undefined: a new one. */
  readonly id: StatusId | undefined;
  readonly #page: SettingsPage;
  readonly #close: (saved?: StatusId) => void;
  readonly #emoji: EmojiField;
  readonly #touched = new Set<DraftField>();
  #draft: StatusDraft;
  /** The status as this form last saw it. */
  #base: StatusDraft;
  #seen: Account;
  /** The account when the form was opened: the form says what others have changed since. */
  readonly #opened: Account;
  /** The problems of a draft, remembered: each field asks for them. */
  #checked: { account: Account; draft: StatusDraft; problems: ReturnType<typeof problemsOf> } | undefined;
  #meanwhile = '';
  #saving = false;
  /** The status that the form edits, or has added. */
  #saved: StatusId | undefined;
  /** It was cancelled, or replaced by another one. */
  #isRemoved = false;

  /** `close` is called when the form is left, with the status where it saved one. */
  constructor(page: SettingsPage, id: StatusId | undefined, close: (saved?: StatusId) => void) {
    this.id = this.#saved = id;
    this.#page = page;
    this.#close = close;
    this.#seen = this.#opened = page.account;
    this.#base = this.#draft = draftOf(id === undefined ? undefined : statusOf(this.#seen, id));
    this.#emoji = new EmojiField(page.host, () => ({
      value: this.#draft.emoji,
      problem: this.#problems().emoji,
      strings: page.strings,
      data: () => page.emojiData(),
      onChange: (emoji) => this.#set({ emoji }),
      onError: (error) => page.report(error),
    }));
    page.host.addController(this);
  }

  /** Takes over what others saved, where nothing else was typed. */
  hostUpdate(): void {
    const { account, newsOf, strings, say } = this.#page;
    // A change that arrives during a save may be the form's own; after a failed save it is looked at.
    if (!account || account === this.#seen || this.id === undefined || this.#saving) return;
    const isOfThis = (one: AccountNews): boolean => one.kind === 'changed' && one.status.id === this.id;
    const isChanged = accountNews(this.#seen, account).some(isOfThis);
    this.#seen = account;
    if (!isChanged) return;
    const changes = accountNews(this.#opened, account).filter(isOfThis);
    const present = draftOf(statusOf(account, this.id));
    const typed = draftFields.filter((field) => this.#draft[field] !== this.#base[field]);
    this.#draft = { ...present, ...Object.fromEntries(typed.map((field) => [field, this.#draft[field]])) };
    this.#base = present;
    this.#meanwhile = strings.meanwhile(newsOf(changes));
    say(this.#meanwhile);
  }

  /** Whether something was typed that is not saved. */
  get isDirty(): boolean {
    return draftFields.some((field) => this.#draft[field] !== this.#base[field]);
  }

  /** Whether a field, which is a live region, says why the save was refused. */
  announces(error: unknown): boolean {
    const field = this.#saving && isPhoneError(error) && fieldOf(error);
    return field !== false && field !== undefined && field in this.#problems();
  }

  /** Takes the form away from its host. */
  remove(): void {
    this.#isRemoved = true;
    this.#emoji.remove();
    this.#page.host.removeController(this);
  }

  /** `more`: further buttons beside those of the form. */
  render(more: unknown = nothing): TemplateResult {
    const { strings, nameOf, account } = this.#page;
    const status = this.id === undefined ? undefined : statusOf(account, this.id);
    const isDefault = status?.kind === 'default';
    return html`<form
      part="form"
      class="form"
      novalidate
      aria-label=${status ? strings.editOf(nameOf(status)) : strings.newStatus}
      @submit=${this.#onSubmit}
      @keydown=${this.#onKey}
    >
      ${isDefault ? html`<p class="hint wide">${text(strings.defaultHint)}</p>` : this.#renderOwn()}
      ${this.#renderAllowance()}
      ${this.#meanwhile ? html`<p part="meanwhile" class="notice warning wide">${text(this.#meanwhile)}</p>` : nothing}
      <div class="buttons wide flow">
        <button part="save" class="primary" type="submit" aria-disabled=${this.#saving ? 'true' : nothing}>
          ${text(this.#saving ? strings.saving : status ? strings.save : strings.add)}
        </button>
        <button part="cancel" type="button" @click=${this.#onCancel}>${text(strings.cancel)}</button>
        ${more}
      </div>
    </form>`;
  }

  #renderOwn(): TemplateResult {
    const { strings } = this.#page;
    const field = (name: DraftField, label: string, hint: string): TemplateResult => this.#field(name, label, hint);
    return html`${field('emoji', strings.emoji, strings.emojiHint)}
      ${field('name', strings.name, strings.nameHint(NAME_LENGTH))}
      ${field('description', strings.description, strings.descriptionHint(DESCRIPTION_LENGTH))}
      <div class="field flag">
        <label
          ><input
            id="takes-calls"
            part="takes-calls"
            type="checkbox"
            aria-describedby="takes-calls-hint"
            .checked=${live(this.#draft.takesCalls)}
            @change=${this.#onCheck}
          />${text(strings.takesCalls)}</label
        >
        <p id="takes-calls-hint" class="hint">${text(strings.takesCallsHint)}</p>
      </div>`;
  }

  #renderAllowance(): TemplateResult {
    const { strings } = this.#page;
    return this.#field('allowance', strings.allowance, strings.allowanceHint);
  }

  #field(name: DraftField, label: string, hint: string): TemplateResult {
    const id = inputs[name];
    const problem = this.#problems()[name];
    return html`<div class="field ${name === 'description' ? 'wide' : ''}">
      <label for=${id}>${text(label)}</label>
      ${name === 'emoji' ? this.#emoji.render() : this.#input(name, problem)}
      <p
        id="${id}-problem"
        part="problem"
        class="error problem"
        aria-live="polite"
        .textContent=${problem ? this.#reasonOf(name, problem) : ''}
      ></p>
      <p id="${id}-hint" class="hint">${text(hint)}</p>
    </div>`;
  }

  #reasonOf(name: DraftField, problem: PhoneError): string {
    const { strings, textOf } = this.#page;
    const missing = { name: strings.nameMissing, emoji: strings.emojiMissing }[name as string];
    return this.#draft[name] === '' && missing ? missing : textOf(problem);
  }

  #input(name: DraftField, problem: PhoneError | undefined): TemplateResult {
    const id = inputs[name];
    return html`<input
      id=${id}
      part=${id}
      autocomplete="off"
      inputmode=${name === 'allowance' ? 'numeric' : nothing}
      ?required=${name === 'name'}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby="${id}-hint ${id}-problem"
      data-field=${name}
      .value=${live(String(this.#draft[name]))}
      @input=${this.#onInput}
    />`;
  }

  /** The problems of what was typed, without those of fields that were not touched yet. */
  #problems(): Partial<Record<DraftField, PhoneError>> {
    const { account } = this.#page;
    if (this.#checked?.account !== account || this.#checked.draft !== this.#draft) {
      this.#checked = { account, draft: this.#draft, problems: problemsOf(account, this.#draft, this.id) };
    }
    const { problems } = this.#checked;
    return Object.fromEntries(Object.entries(problems).filter(([field]) => this.#touched.has(field as DraftField)));
  }

  #set(change: Partial<StatusDraft>): void {
    this.#draft = { ...this.#draft, ...change };
    for (const field of Object.keys(change)) this.#touched.add(field as DraftField);
    this.#page.host.requestUpdate();
  }

  readonly #onInput = ({ target }: Event): void => {
    const { value, dataset } = target as HTMLInputElement;
    this.#set({ [dataset['field'] as DraftField]: value });
  };

  readonly #onCheck = ({ target }: Event): void => this.#set({ takesCalls: (target as HTMLInputElement).checked });

  readonly #onCancel = (): void => this.#close();

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
    event.preventDefault();
    this.#close();
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!this.#saving) void this.#submit();
  };

  async #submit(): Promise<void> {
    for (const field of draftFields) this.#touched.add(field);
    const wrong = draftFields.find((field) => this.#problems()[field]);
    if (wrong) return this.#complain(wrong);
    this.#saving = true;
    this.#page.host.requestUpdate();
    const error = await this.#page.save(this.#wish());
    this.#saving = false;
    if (this.#isRemoved) return;
    const field = error && fieldOf(error);
    if (!error) this.#close(this.#saved);
    else if (field) this.#complain(field);
    this.#page.host.requestUpdate();
  }

  #complain(field: DraftField): void {
    const { host } = this.#page;
    host.requestUpdate();
    void host.updateComplete.then(() => {
      if (isAt(host, '.form')) host.renderRoot.querySelector<HTMLElement>(`#${inputs[field]}`)?.focus();
    });
  }

  #wish(): Wish {
    const { id } = this;
    const { strings, nameOf } = this.#page;
    const [draft, base] = [this.#draft, this.#base];
    if (id === undefined) {
      return {
        apply: (present) => addStatus(present, newStatusOf(draft)),
        done: (present) => {
          this.#saved = present.statuses.at(-1)?.id ?? '';
          return strings.added(nameOf(statusOf(present, this.#saved)));
        },
      };
    }
    const change = changeOf(draft, base);
    return {
      apply: (present) => updateStatus(present, id, change),
      // Fields that somebody else has changed since stay as they are.
      revert: (present) => {
        const now = draftOf(statusOf(present, id));
        const own = draftFields.filter((field) => now[field] === draft[field]);
        const back = { ...now, ...Object.fromEntries(own.map((field) => [field, base[field]])) };
        return updateStatus(present, id, changeOf(back, now));
      },
      done: (present) => strings.saved(nameOf(statusOf(present, id))),
    };
  }
}
