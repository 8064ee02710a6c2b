import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import type { Account } from '../../model/account.js';
import { FORWARD, type Status } from '../../model/status.js';
import { PopupController } from '../controllers/popup-controller.js';
import type { Strings } from '../text/strings.js';
import { isComposing, typesText } from '../typing.js';
import { folded, movedBy, TypeAhead } from './list-keys.js';
import { nameOf } from './labels.js';

/** From this many statuses on, the list has a field to filter it. */
const FILTER_FROM = 12;

/** What the list shows, and what comes of it. */
export interface ListSource {
  readonly account: Account | undefined;
  readonly statuses: readonly Status[];
  readonly current: Status | undefined;
  readonly strings: Strings;
  /** Nothing can be chosen. */
  readonly fixed: boolean;
  pick(status: Status): void;
  /** Says it to screen readers. */
  say(text: string): void;
  /** The list opens: what else was open may go. */
  opens(): void;
}

/**
 * The list of a select-only combobox as the ARIA authoring guide describes it: it opens in the top layer, focus stays in
 * the combobox, or goes to the filter of a long list, and the active option is only pointed at.
 */
export class StatusList {
  readonly #host: LitElement;
  readonly #source: () => ListSource;
  readonly #popup: PopupController;
  readonly #typeAhead = new TypeAhead();
  #isOpen = false;
  #filter = '';
  #active = 0;
  /** The status that is pointed at: it stays so when an admin puts another in front of it. */
  #activeId: string | undefined;
  /** As it was when the list was opened: a status that an admin adds moves nobody's focus. */
  #isLong = false;

  constructor(host: LitElement, source: () => ListSource) {
    this.#host = host;
    this.#source = source;
    this.#popup = new PopupController(host, () => this.close());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens the list, the current status active, or the one at `active`. */
  open(active = this.#current): void {
    const source = this.#source();
    if (source.fixed) return;
    source.opens();
    this.#filter = '';
    this.#isLong = source.statuses.length >= FILTER_FROM;
    this.#activeId = undefined;
    this.#active = Math.max(0, active);
    this.#set(true);
  }

  /** Closes the list; focus goes back to the selector where it was in the list's field. */
  close(): void {
    if (this.#field && this.#field === this.#host.shadowRoot?.activeElement) this.#selector?.focus();
    this.drop();
  }

  /** Closes the list by itself: the focus goes to nothing that takes keys. */
  drop(): void {
    this.#typeAhead.reset();
    if (this.#isOpen) this.#set(false);
  }

  /** After the host is drawn: the list that was drawn is shown. */
  updated(): void {
    const [popup, selector] = [this.#find('popup'), this.#selector];
    if (!popup || !selector) {
      this.#popup.hide();
      selector?.removeAttribute('aria-activedescendant');
      return;
    }
    const kept = this.#shown.findIndex(({ id }) => id === this.#activeId);
    const active = this.#point(kept < 0 ? this.#active : kept);
    // Marked before it is shown, and shown before it is scrolled: a list of 1,000 is laid out once.
    this.#popup.show(popup, selector);
    if (this.#host.shadowRoot?.activeElement === selector) this.#moveToField();
    if (active) reveal(active);
  }

  /** The open list. */
  render(): TemplateResult {
    const source = this.#source();
    const { strings } = source;
    const shown = this.#shown;
    return html`<div
      id="popup"
      part="popup"
      class="popup ${this.#isLong ? 'long' : ''}"
      popover="manual"
      @mousedown=${this.#onPress}
      @pointerover=${this.#onPoint}
      @click=${this.#onClick}
      @keydown=${this.onKey}
      @focusout=${this.onFocusOut}
    >
      ${this.#isLong ? this.#renderFilter(strings) : nothing}
      <div id="list" part="list" class="list" role="listbox" aria-label=${strings.statuses}>
        ${shown.map((status) => option(status, source))}
      </div>
      ${shown.length ? nothing : html`<p class="empty" .textContent=${strings.noMatch}></p>`}
    </div>`;
  }

  /** The keys of the selector, and of the filter. */
  readonly onKey = (event: KeyboardEvent): void => {
    const isShortcut = (event.ctrlKey || event.metaKey) && !typesText(event);
    if (isShortcut || isComposing(event) || this.#source().fixed) return;
    const taken = this.#isOpen ? this.#onOpenKey(event) : this.#onClosedKey(event);
    if (taken) event.preventDefault();
  };

  readonly onFocusOut = ({ relatedTarget }: FocusEvent): void => {
    if (!this.#host.shadowRoot?.contains(relatedTarget as Node | null)) this.close();
  };

  #renderFilter(strings: Strings): TemplateResult {
    return html`<input
      id="filter"
      part="filter"
      role="combobox"
      autocomplete="off"
      spellcheck="false"
      aria-autocomplete="list"
      aria-expanded="true"
      aria-controls="list"
      aria-label=${strings.filter}
      placeholder=${strings.filter}
      @input=${this.#onFilter}
    />`;
  }

  #find(id: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(`#${id}`);
  }

  get #selector(): HTMLElement | null {
    return this.#find('selector');
  }

  get #field(): HTMLInputElement | null {
    return this.#find('filter') as HTMLInputElement | null;
  }

  get #current(): number {
    const { statuses, current } = this.#source();
    return statuses.findIndex(({ id }) => id === current?.id);
  }

  get #shown(): readonly Status[] {
    const { statuses, strings, account } = this.#source();
    const wanted = folded(this.#filter.trim());
    return wanted ? statuses.filter((status) => folded(nameOf(status, strings, account)).includes(wanted)) : statuses;
  }

  get #names(): readonly string[] {
    const { strings, account } = this.#source();
    return this.#shown.map((status) => nameOf(status, strings, account));
  }

  #set(open: boolean): void {
    this.#isOpen = open;
    this.#host.requestUpdate();
  }

  /** Points at an option. It is written past the template, which for 1,000 options would be drawn with every key. */
  #point(index: number): HTMLElement | undefined {
    const list = this.#find('list');
    const pointer = this.#field ?? this.#selector;
    const target = list?.children[index] as HTMLElement | undefined;
    const before = list?.querySelector('[data-active]');
    if (before !== target) before?.removeAttribute('data-active');
    if (!target) {
      pointer?.removeAttribute('aria-activedescendant');
      return undefined;
    }
    this.#active = index;
    this.#activeId = target.dataset['status'];
    target.toggleAttribute('data-active', true);
    target.id = `o${String(index)}`;
    pointer?.setAttribute('aria-activedescendant', target.id);
    return target;
  }

  #activate(index: number): void {
    const target = this.#point(index);
    if (target) reveal(target);
  }

  /** Tab takes the active status along on its way out, where that asks for nothing more. */
  #commit(isLeaving = false): void {
    const status = this.#shown[this.#active];
    this.close();
    if (!status || (isLeaving && [this.#source().current?.id, FORWARD].includes(status.id))) return;
    this.#source().pick(status);
  }

  #onClosedKey(event: KeyboardEvent): boolean {
    const { key, altKey } = event;
    const ends: Readonly<Record<string, number>> = { ArrowUp: 0, Home: 0, End: this.#source().statuses.length - 1 };
    if (key in ends || key === 'Enter' || key === ' ' || key === 'ArrowDown') this.open(altKey ? undefined : ends[key]);
    else return this.#type(event);
    return true;
  }

  #onOpenKey(event: KeyboardEvent): boolean {
    const { key, altKey, target } = event;
    const inField = target === this.#field;
    const movesCaret = inField && this.#filter !== '' && (key === 'Home' || key === 'End');
    const moved = altKey || movesCaret ? undefined : movedBy(key, this.#active, this.#shown.length);
    if (moved !== undefined) this.#activate(moved);
    else if (key === 'Enter' || (key === ' ' && !inField) || (key === 'ArrowUp' && altKey)) this.#commit();
    else if (key === 'Escape') this.close();
    else if (key === 'Tab') this.#commit(true);
    else return !inField && this.#type(event);
    return key !== 'Tab';
  }

  #type(event: KeyboardEvent): boolean {
    if (!typesText(event)) return false;
    const { key, timeStamp } = event;
    const active = this.#isOpen ? this.#active : this.#current;
    if (!this.#isOpen) this.open();
    if (this.#isLong) this.#narrow(this.#filter + key);
    else {
      const found = this.#typeAhead.find(this.#names, key, { active, at: timeStamp });
      if (found >= 0) this.#activate((this.#active = found));
    }
    return true;
  }

  /** What was typed on the selector is the beginning of what is typed in the field. */
  #moveToField(): void {
    const field = this.#field;
    if (!field) return;
    field.value = this.#filter;
    field.focus();
  }

  /** Shows the names with this in them, and points at the first that begins so. */
  #narrow(text: string): void {
    this.#filter = text;
    this.#activeId = undefined;
    const wanted = folded(text.trim());
    this.#active = Math.max(
      0,
      this.#names.findIndex((name) => folded(name).startsWith(wanted)),
    );
    const { say, strings } = this.#source();
    if (!this.#shown.length) say(strings.noMatch);
    this.#host.requestUpdate();
  }

  readonly #onFilter = ({ target }: InputEvent): void => this.#narrow((target as HTMLInputElement).value);

  /** A name that is cut is shown in full where it is pointed at. */
  readonly #onPoint = ({ target }: Event): void => {
    const option = (target as Element).closest<HTMLElement>('[data-status]');
    if (option) option.title = option.lastElementChild?.textContent ?? '';
  };

  /** A press in the list takes the focus from nobody. */
  readonly #onPress = (event: Event): void => {
    if (event.target !== this.#field) event.preventDefault();
  };

  readonly #onClick = ({ target }: Event): void => {
    const id = (target as Element).closest<HTMLElement>('[data-status]')?.dataset['status'];
    const status = this.#shown.find((one) => one.id === id);
    if (!status) return;
    this.close();
    this.#source().pick(status);
  };
}

function option(status: Status, { strings, current, account }: ListSource): TemplateResult {
  return html`<div
    part="status"
    class="option"
    role="option"
    data-status=${status.id}
    aria-selected=${status.id === current?.id}
  >
    <span class="emoji" aria-hidden="true" .textContent=${status.emoji}></span
    ><span .textContent=${nameOf(status, strings, account)}></span>
  </div>`;
}

/** Scrolls the list, and nothing around it. */
function reveal({ offsetTop, offsetHeight, parentElement: list }: HTMLElement): void {
  if (!list) return;
  const { scrollTop, clientHeight } = list;
  const scrolled = Math.min(offsetTop, Math.max(scrollTop, offsetTop + offsetHeight - clientHeight));
  if (scrolled !== scrollTop) list.scrollTop = scrolled;
}
