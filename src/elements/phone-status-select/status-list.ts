import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import type { Account } from '../../model/account.js';
import { FORWARD, type Status } from '../../model/status.js';
import { PopupController } from '../controllers/popup-controller.js';
import type { Strings } from '../text/strings.js';
import { isComposing, typesText } from '../typing.js';
import { nameOf } from './labels.js';
import { actionOf, closedList, filterList, matching, openList, typeAhead, type ListAction } from './list-state.js';

/** What the list shows, and what it calls. */
export interface ListOptions {
  readonly account: Account | undefined;
  readonly statuses: readonly Status[];
  readonly current: Status | undefined;
  readonly strings: Strings;
  /** Nothing can be chosen: the list stays closed. */
  readonly isFixed: boolean;
  onOpen(): void;
  onChoose(status: Status): void;
  /** Says a text to screen readers. */
  announce(text: string): void;
}

/**
 * The list of a select-only combobox as the ARIA authoring guide describes it. It opens in the top layer; the focus stays
 * in the combobox, or moves to the filter of a long list, and `aria-activedescendant` names the active option.
 */
export class StatusList implements ReactiveController {
  readonly #host: LitElement;
  readonly #options: () => ListOptions;
  readonly #popup: PopupController;
  #state = closedList;

  constructor(host: LitElement, options: () => ListOptions) {
    this.#host = host;
    this.#options = options;
    this.#popup = new PopupController(host, () => this.close());
    host.addController(this);
  }

  get isOpen(): boolean {
    return this.#state.isOpen;
  }

  hostUpdate(): void {
    if (this.#options().isFixed) this.#set(closedList);
  }

  /** Shows the list that was drawn. */
  hostUpdated(): void {
    const [popup, selector] = [this.#find('popup'), this.#selector];
    if (!popup || !selector) {
      this.#popup.hide();
      selector?.removeAttribute('aria-activedescendant');
      return;
    }
    const kept = this.#shown.findIndex(({ id }) => id === this.#state.activeId);
    const active = this.#point(kept < 0 ? this.#state.active : kept);
    // Marked before it is shown, and shown before it is scrolled: a list of 1,000 is laid out once.
    this.#popup.show(popup, selector);
    if (this.#host.shadowRoot?.activeElement === selector) this.#moveToFilter();
    if (active) reveal(active);
  }

  /** Opens the list with the current status active, or the one at `active`. */
  open(active = this.#current): void {
    const { isFixed, onOpen, statuses } = this.#options();
    if (isFixed) return;
    onOpen();
    this.#set(openList(statuses.length, active));
  }

  /** Closes the list; a focus in the filter moves back to the selector. */
  close(): void {
    if (this.#filter && this.#filter === this.#host.shadowRoot?.activeElement) this.#selector?.focus();
    this.#set(closedList);
  }

  /** The open list. */
  render(): TemplateResult {
    const options = this.#options();
    const { strings } = options;
    const { isLong } = this.#state;
    const shown = this.#shown;
    return html`<div
      id="popup"
      part="popup"
      class="popup ${isLong ? 'long' : ''}"
      popover="manual"
      @mousedown=${this.#onMousedown}
      @pointerover=${this.#onPointerover}
      @click=${this.#onClick}
      @keydown=${this.onKeydown}
      @focusout=${this.onFocusout}
    >
      ${isLong ? this.#renderFilter(strings) : nothing}
      <div id="list" part="list" class="list" role="listbox" aria-label=${strings.statuses}>
        ${shown.map((status) => renderOption(status, options))}
      </div>
      ${shown.length ? nothing : html`<p class="empty" .textContent=${strings.noMatch}></p>`}
    </div>`;
  }

  /** The keys of the selector, and of the filter. */
  readonly onKeydown = (event: KeyboardEvent): void => {
    const { key, altKey, target } = event;
    const isText = typesText(event);
    const isShortcut = (event.ctrlKey || event.metaKey) && !isText;
    if (isShortcut || isComposing(event) || this.#options().isFixed) return;
    const inFilter = target === this.#filter;
    const action = actionOf({ key, altKey, isText, inFilter }, this.#state, this.#shown.length);
    if (action === undefined) return;
    if (action === 'type') this.#type(event);
    else this.#act(action);
    if (action !== 'leave') event.preventDefault();
  };

  readonly onFocusout = ({ relatedTarget }: FocusEvent): void => {
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
      @input=${this.#onInput}
    />`;
  }

  #find(id: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(`#${id}`);
  }

  get #selector(): HTMLElement | null {
    return this.#find('selector');
  }

  get #filter(): HTMLInputElement | null {
    return this.#find('filter') as HTMLInputElement | null;
  }

  get #current(): number {
    const { statuses, current } = this.#options();
    return statuses.findIndex(({ id }) => id === current?.id);
  }

  get #shown(): readonly Status[] {
    return matching(this.#options().statuses, this.#state.filter, this.#nameOf);
  }

  readonly #nameOf = (status: Status): string => {
    const { strings, account } = this.#options();
    return nameOf(status, strings, account);
  };

  #set(state: typeof closedList): void {
    if (state !== this.#state) this.#host.requestUpdate();
    this.#state = state;
  }

  #act(action: Exclude<ListAction, 'type'>): void {
    if (action === 'close') this.close();
    else if (action === 'choose' || action === 'leave') this.#choose(action === 'leave');
    else if (action === 'open') this.open();
    else if (this.isOpen) this.#activate(action);
    else this.open(action);
  }

  /** Marks an option as active, past the template, which for 1,000 options would be drawn with every key. */
  #point(index: number): HTMLElement | undefined {
    const list = this.#find('list');
    const pointer = this.#filter ?? this.#selector;
    const target = list?.children[index] as HTMLElement | undefined;
    const before = list?.querySelector('[data-active]');
    if (before !== target) before?.removeAttribute('data-active');
    if (!target) {
      pointer?.removeAttribute('aria-activedescendant');
      return undefined;
    }
    this.#state = { ...this.#state, active: index, activeId: target.dataset['status'] };
    target.toggleAttribute('data-active', true);
    target.id = `o${String(index)}`;
    pointer?.setAttribute('aria-activedescendant', target.id);
    return target;
  }

  #activate(index: number): void {
    const target = this.#point(index);
    if (target) reveal(target);
  }

  /** Chooses the active status. Tab does so on its way out, unless that status is current, or asks for a number. */
  #choose(isLeaving: boolean): void {
    const status = this.#shown[this.#state.active];
    const { current, onChoose } = this.#options();
    this.close();
    if (status && !(isLeaving && [current?.id, FORWARD].includes(status.id))) onChoose(status);
  }

  #type({ key, timeStamp: at }: KeyboardEvent): void {
    const from = this.isOpen ? this.#state.active : this.#current;
    if (!this.isOpen) this.open();
    if (this.#state.isLong) return this.#narrow(this.#state.filter + key);
    this.#state = typeAhead(this.#state, { key, at, from }, this.#shown.map(this.#nameOf));
    this.#activate(this.#state.active);
  }

  /** What was typed on the selector is the beginning of what is typed in the filter. */
  #moveToFilter(): void {
    const filter = this.#filter;
    if (!filter) return;
    filter.value = this.#state.filter;
    filter.focus();
  }

  #narrow(filter: string): void {
    const { announce, strings, statuses } = this.#options();
    this.#set(filterList(this.#state, filter, statuses.map(this.#nameOf)));
    if (!this.#shown.length) announce(strings.noMatch);
  }

  readonly #onInput = ({ target }: InputEvent): void => this.#narrow((target as HTMLInputElement).value);

  /** The title of an option shows a name in full that is cut off. */
  readonly #onPointerover = ({ target }: Event): void => {
    const option = (target as Element).closest<HTMLElement>('[data-status]');
    if (option) option.title = option.lastElementChild?.textContent ?? '';
  };

  /** A press in the list leaves the focus where it is. */
  readonly #onMousedown = (event: Event): void => {
    if (event.target !== this.#filter) event.preventDefault();
  };

  readonly #onClick = ({ target }: Event): void => {
    const id = (target as Element).closest<HTMLElement>('[data-status]')?.dataset['status'];
    const status = this.#shown.find((one) => one.id === id);
    if (!status) return;
    this.close();
    this.#options().onChoose(status);
  };
}

function renderOption(status: Status, { strings, current, account }: ListOptions): TemplateResult {
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
