import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { choosableStatuses } from '../../model/account.js';
import { FORWARD, type Status } from '../../model/status.js';
import { announce } from '../controllers/announcer.js';
import { PopupController } from '../controllers/popup-controller.js';
import type { ScopeController } from '../session/scope-controller.js';
import type { Strings } from '../text/strings.js';
import { isComposing, typesText } from '../typing.js';
import { nameOf } from './labels.js';
import { isFixed, type SelectorHost } from './selector-host.js';
import {
  actionOf,
  closedList,
  filterList,
  matching,
  openList,
  typeAhead,
  type ListAction,
  type ListState,
} from './list-state.js';

/** What the list calls. */
interface ListEvents {
  onOpen(): void;
  onChoose(status: Status): void;
}

/**
 * The list of a select-only combobox as the ARIA authoring guide describes it. It opens in the top layer; the focus stays
 * in the combobox, or moves to the filter of a long list, and `aria-activedescendant` names the active option.
 */
export class StatusList implements ReactiveController {
  readonly #host: SelectorHost;
  readonly #scope: ScopeController;
  readonly #events: ListEvents;
  readonly #popup: PopupController;
  #state = closedList;

  constructor(host: SelectorHost, scope: ScopeController, events: ListEvents) {
    this.#host = host;
    this.#scope = scope;
    this.#events = events;
    this.#popup = new PopupController(host, () => this.close());
    host.addController(this);
  }

  get isOpen(): boolean {
    return this.#state.isOpen;
  }

  hostUpdate(): void {
    if (isFixed(this.#host, this.#scope)) this.#set(closedList);
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
    if (isFixed(this.#host, this.#scope)) return;
    this.#events.onOpen();
    this.#set(openList(this.#statuses.length, active));
  }

  /** Closes the list; a focus in the filter moves back to the selector. */
  close(): void {
    if (this.#filter && this.#filter === this.#host.shadowRoot?.activeElement) this.#selector?.focus();
    this.#set(closedList);
  }

  /** The open list. */
  render(): TemplateResult {
    const { strings } = this.#scope;
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
        ${shown.map((status) => this.#renderOption(status))}
      </div>
      ${shown.length ? nothing : html`<p class="empty" .textContent=${strings.noMatch}></p>`}
    </div>`;
  }

  /** The keys of the selector, and of the filter. */
  readonly onKeydown = (event: KeyboardEvent): void => {
    const { key, altKey, target } = event;
    const isText = typesText(event);
    const isShortcut = (event.ctrlKey || event.metaKey) && !isText;
    if (isShortcut || isComposing(event) || isFixed(this.#host, this.#scope)) return;
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

  #renderOption(status: Status): TemplateResult {
    return html`<div
      part="status"
      class="option"
      role="option"
      data-status=${status.id}
      aria-selected=${status.id === this.#scope.view?.status.id}
    >
      <span class="emoji" aria-hidden="true" .textContent=${status.emoji}></span
      ><span .textContent=${this.#nameOf(status)}></span>
    </div>`;
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

  get #statuses(): readonly Status[] {
    const account = this.#scope.session?.account;
    return account ? choosableStatuses(account) : [];
  }

  get #current(): number {
    return this.#statuses.findIndex(({ id }) => id === this.#scope.view?.status.id);
  }

  get #shown(): readonly Status[] {
    return matching(this.#statuses, this.#state.filter, this.#nameOf);
  }

  readonly #nameOf = (status: Status): string => {
    const { strings, session } = this.#scope;
    return nameOf(status, strings, session?.account);
  };

  #set(state: ListState): void {
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
    target.id = `o${index}`;
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
    const current = this.#scope.view?.status.id;
    this.close();
    if (status && !(isLeaving && [current, FORWARD].includes(status.id))) this.#events.onChoose(status);
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
    const { session, strings } = this.#scope;
    this.#set(filterList(this.#state, filter, this.#statuses.map(this.#nameOf)));
    if (!this.#shown.length) announce(session, strings.noMatch);
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
    this.#events.onChoose(status);
  };
}

/** Scrolls the list, and nothing around it. */
function reveal({ offsetTop, offsetHeight, parentElement: list }: HTMLElement): void {
  if (!list) return;
  const { scrollTop, clientHeight } = list;
  const scrolled = Math.min(offsetTop, Math.max(scrollTop, offsetTop + offsetHeight - clientHeight));
  if (scrolled !== scrollTop) list.scrollTop = scrolled;
}
