import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PhoneError } from '../../model/errors.js';
import { PopupController } from '../controllers/popup-controller.js';
import { isComposing } from '../typing.js';
import { windowOf } from '../geometry.js';
import { text } from '../text/live-text.js';
import type { SettingsStrings } from './settings-strings.js';

/** The preferred width of the picker, in `em`. */
const WIDTH = 24;

/** What the field shows, and what it calls. */
interface EmojiOptions {
  readonly value: string;
  readonly problem: PhoneError | undefined;
  readonly strings: SettingsStrings;
  /** The address of the picker's emoji; throws where it is no address. */
  data(): string;
  onChange(value: string): void;
  onError(error: unknown): void;
}

/** The part of the picker's interface that is used here. */
interface Picker extends HTMLElement {
  dataSource: string;
  locale: string;
  i18n: object;
}

/** A field for one emoji: typed, pasted, or chosen from a picker that is loaded when it is first opened. */
export class EmojiField implements ReactiveController {
  readonly #host: LitElement;
  readonly #options: () => EmojiOptions;
  readonly #popup: PopupController;
  #isOpen = false;
  #opened: AbortController | undefined;
  #picker: Picker | undefined;
  #hasFailed = false;
  #takesFocus = false;

  constructor(host: LitElement, options: () => EmojiOptions) {
    this.#host = host;
    this.#options = options;
    this.#popup = new PopupController(host, () => this.close(), WIDTH);
    host.addController(this);
  }

  /** Closes the picker; a focus in it moves back to its button. */
  close(): void {
    if (!this.#isOpen) return;
    const hadFocus = this.#find('picker')?.contains(this.#root.activeElement);
    this.#opened?.abort();
    this.#isOpen = false;
    this.#picker = undefined;
    this.#host.requestUpdate();
    if (hadFocus) this.#find('choose')?.focus();
  }

  /** Shows the picker that was drawn. */
  hostUpdated(): void {
    const [popup, anchor] = [this.#find('picker'), this.#find('choose')];
    if (!popup || !anchor) return this.#popup.hide();
    this.#popup.show(popup, anchor);
    if (!this.#takesFocus || !this.#picker?.isConnected) return;
    this.#takesFocus = false;
    this.#picker.shadowRoot?.querySelector<HTMLElement>('input')?.focus();
  }

  /** Closes the picker, and takes the field away from its host. */
  remove(): void {
    this.close();
    this.#popup.hide();
    for (const part of [this, this.#popup]) this.#host.removeController(part);
  }

  render(): TemplateResult {
    const { value, problem, strings } = this.#options();
    return html`<div class="emoji-field flow" @keydown=${this.#onKey} @focusout=${this.#onFocusOut}>
      <input
        id="emoji"
        part="emoji"
        class="emoji"
        autocomplete="off"
        spellcheck="false"
        required
        aria-invalid=${problem ? 'true' : nothing}
        aria-describedby="emoji-hint emoji-problem"
        .value=${live(value)}
        @input=${this.#onInput}
      />
      <button
        id="choose"
        part="choose-emoji"
        type="button"
        aria-haspopup="dialog"
        aria-expanded=${this.#isOpen}
        @click=${this.#onChoose}
      >
        ${text(strings.chooseEmoji)}
      </button>
      ${this.#isOpen ? this.#renderPopup(strings) : nothing}
    </div>`;
  }

  #renderPopup(strings: SettingsStrings): TemplateResult {
    const wait = this.#hasFailed ? strings.pickerFailed : strings.pickerLoading;
    return html`<div
      id="picker"
      part="picker"
      class="picker popup"
      popover="manual"
      role="dialog"
      aria-label=${strings.chooseEmoji}
      @keydown=${this.#onPickerKey}
    >
      ${this.#picker ?? html`<p>${text(wait)}</p>`}
    </div>`;
  }

  get #root(): ShadowRoot {
    return this.#host.renderRoot as ShadowRoot;
  }

  #find(id: string): HTMLElement | null {
    return this.#root.getElementById(id);
  }

  async #open(): Promise<void> {
    this.#isOpen = true;
    this.#takesFocus = true;
    this.#hasFailed = false;
    this.#host.requestUpdate();
    this.#opened = new AbortController();
    const { signal } = this.#opened;
    windowOf(this.#host).addEventListener('pointerdown', this.#onPress, { signal, capture: true });
    try {
      await import('emoji-picker-element/picker.js');
      if (this.#isOpen) this.#picker ??= this.#createPicker();
    } catch (error) {
      this.#hasFailed = true;
      this.#options().onError(error);
    }
    this.#host.requestUpdate();
  }

  #createPicker(): Picker {
    const { strings, data } = this.#options();
    const picker = document.createElement('emoji-picker') as unknown as Picker;
    picker.dataSource = data();
    picker.locale = strings.lang.toLowerCase();
    picker.i18n = { ...picker.i18n, ...strings.picker };
    picker.addEventListener('emoji-click', (event) => {
      const { unicode } = (event as CustomEvent<{ readonly unicode?: string }>).detail;
      this.close();
      if (unicode) this.#options().onChange(unicode);
    });
    return picker;
  }

  readonly #onChoose = (): void => {
    if (this.#isOpen) this.close();
    else void this.#open();
  };

  readonly #onInput = ({ target }: Event): void => {
    this.#options().onChange((target as HTMLInputElement).value);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.#isOpen || isComposing(event)) return;
    event.preventDefault();
    this.close();
  };

  /** The picker does not handle input methods itself. */
  readonly #onPickerKey = {
    capture: true,
    handleEvent(event: KeyboardEvent): void {
      if (isComposing(event)) event.stopPropagation();
    },
  };

  readonly #onFocusOut = ({ relatedTarget }: FocusEvent): void => {
    // Without a target nothing else got the focus: a press between buttons of the picker, or another window.
    const isInside = [this.#find('picker'), this.#find('choose')].some((one) => one?.contains(relatedTarget as Node));
    if (relatedTarget && !isInside) this.close();
  };

  readonly #onPress = (event: Event): void => {
    const path = event.composedPath();
    const inside = [this.#find('picker'), this.#find('choose')].some((one) => one && path.includes(one));
    if (!inside) this.close();
  };
}
