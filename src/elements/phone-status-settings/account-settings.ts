import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { accountNews } from '../../model/account-diff.js';
import { isNameable, statusOf, updateSettings, type Account } from '../../model/account.js';
import { PhoneError } from '../../model/errors.js';
import { SETTINGS } from '../../model/schema/account.js';
import { settingError, type AccountSettings } from '../../model/settings.js';
import type { StatusId } from '../../model/status.js';
import { text } from '../text/live-text.js';
import type { SettingsPage } from './settings-page.js';
import type { AdminSetting } from './settings-strings.js';
import { ordered } from './status-order.js';

/** In the order of the model's table. */
const names = (Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]).filter(
  (name): name is AdminSetting => !('isVendors' in SETTINGS[name]),
);

/** The account's settings, each with its meaning: saved as they are changed. */
export class AccountSettingsSection implements ReactiveController {
  readonly #page: () => SettingsPage;
  /** What was typed and is not saved. */
  readonly #typed = new Map<AdminSetting, string>();
  #seen: Account | undefined;
  readonly #saving = new Set<string>();
  /** What somebody else saved of a setting that is being typed. */
  readonly #meanwhile = new Map<AdminSetting, string>();

  constructor(page: () => SettingsPage) {
    this.#page = page;
    page().host.addController(this);
  }

  /** Takes the section away from its host. */
  remove(): void {
    this.#page().host.removeController(this);
  }

  /** Says what others saved of a setting that is being typed. */
  hostUpdate(): void {
    const { account, newsOf, strings, say } = this.#page();
    if (!account) return;
    const before = this.#seen;
    this.#seen = account;
    if (!before || before === account) return;
    for (const one of accountNews(before, account)) {
      if (one.kind !== 'setting' || !this.#typed.has(one.name as AdminSetting) || this.#saving.has(one.name)) continue;
      const text = strings.meanwhile(newsOf([one]));
      this.#meanwhile.set(one.name as AdminSetting, text);
      say(text);
    }
  }

  render(): TemplateResult {
    const { strings } = this.#page();
    return html`<section part="settings" class="settings" aria-labelledby="settings-title">
      <h3 id="settings-title">${text(strings.settings)}</h3>
      <p class="hint">${text(strings.settingsHint)}</p>
      <div class="fields" @input=${this.#onInput} @change=${this.#onChange}>
        ${names.map((name) => this.#renderSetting(name))}
      </div>
    </section>`;
  }

  #renderSetting(name: AdminSetting): TemplateResult {
    const { account, strings } = this.#page();
    const [label, meaning] = strings.settingWords[name];
    const value = account.settings[name];
    const problem = this.#problemOf(name);
    const meanwhile = this.#meanwhile.get(name);
    const hint = html`<p id="${name}-hint" class="hint">${text(meaning)}</p>`;
    if (typeof value === 'boolean') {
      return html`<div class="field flag">
        <label
          ><input
            type="checkbox"
            name=${name}
            aria-describedby="${name}-hint"
            .checked=${live(value)}
          />${text(label)}</label
        >
        ${hint}
      </div>`;
    }
    return html`<div class="field">
      <label for=${name}>${text(label)}</label>
      ${this.#renderInput(name, problem)}
      <p id="${name}-problem" part="problem" class="error problem" aria-live="polite" .textContent=${problem ?? ''}></p>
      ${meanwhile ? html`<p part="meanwhile" class="notice warning">${text(meanwhile)}</p>` : nothing} ${hint}
    </div>`;
  }

  #renderInput(name: AdminSetting, problem: string | undefined): TemplateResult {
    const { account } = this.#page();
    const value = account.settings[name];
    const text = this.#typed.get(name) ?? (Array.isArray(value) ? value.join('\n') : String(value));
    const invalid = problem ? 'true' : nothing;
    const about = `${name}-hint ${name}-problem`;
    if (isStatusName(name)) return this.#renderChoice(name, about);
    if (Array.isArray(value)) {
      return html`<textarea
        id=${name}
        name=${name}
        rows="3"
        aria-invalid=${invalid}
        aria-describedby=${about}
        .value=${live(text)}
      ></textarea>`;
    }
    return html`<input
      id=${name}
      name=${name}
      inputmode="numeric"
      autocomplete="off"
      aria-invalid=${invalid}
      aria-describedby=${about}
      .value=${live(text)}
    />`;
  }

  #renderChoice(name: AdminSetting, about: string): TemplateResult {
    const { account, nameOf } = this.#page();
    const chosen = account.settings[name];
    const known = ordered(account).filter(({ id }) => id === chosen || isNameable(account, id));
    const isKnown = known.some(({ id }) => id === chosen);
    const offered = isKnown ? known : [statusOf(account, chosen as StatusId), ...known];
    return html`<select id=${name} name=${name} aria-describedby=${about}>
      ${offered.map(
        (status) =>
          html`<option
            .value=${status.id}
            .selected=${live(status.id === chosen)}
            .textContent=${nameOf(status)}
          ></option>`,
      )}
    </select>`;
  }

  /** Why what was typed cannot be saved. */
  #problemOf(name: AdminSetting): string | undefined {
    const text = this.#typed.get(name);
    if (text === undefined) return undefined;
    const { account, textOf } = this.#page();
    const want = settingError(name, valueOf(name, text), (id) => isNameable(account, id));
    return want && textOf(new PhoneError('invalid-setting', want));
  }

  readonly #onInput = ({ target }: Event): void => {
    const { value, type } = target as HTMLInputElement;
    const name = (target as HTMLInputElement).name as AdminSetting;
    if (!this.#page().account || type === 'checkbox' || isStatusName(name)) return;
    this.#typed.set(name, value);
    this.#page().host.requestUpdate();
  };

  readonly #onChange = ({ target }: Event): void => {
    const field = target as HTMLInputElement;
    const name = field.name as AdminSetting;
    // A field that is taken away with its account says its last word.
    if (!this.#page().account || this.#problemOf(name)) return;
    void this.#save(name, field.type === 'checkbox' ? field.checked : valueOf(name, field.value));
  };

  async #save(name: AdminSetting, value: unknown): Promise<void> {
    const { account, strings, save, host } = this.#page();
    const before = account.settings[name];
    const set =
      (next: unknown) =>
      (present: Account): Account =>
        updateSettings(present, { [name]: next } as Partial<AccountSettings>);
    const typed = this.#typed.get(name);
    this.#saving.add(name);
    await save({
      apply: set(value),
      revert: set(before),
      done: () => strings.settingSaved(strings.settingWords[name][0]),
    });
    this.#saving.delete(name);
    this.#meanwhile.delete(name);
    // What was typed while it was saved is not saved yet; what was refused gives way to what is stored.
    if (this.#typed.get(name) === typed) this.#typed.delete(name);
    host.requestUpdate();
  }
}

function isStatusName(name: AdminSetting): boolean {
  return SETTINGS[name].is === 'status';
}

/** What the text of a field stands for; what is no number stays a text, which the model refuses. */
function valueOf(name: AdminSetting, text: string): unknown {
  if (isStatusName(name)) return text;
  if (SETTINGS[name].is === 'numbers') {
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  }
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : text;
}
