import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { updateStatus, moveStatus, statusOf } from '../../model/account.js';
import { FORWARD, type Status, type StatusId } from '../../model/status.js';
import { formatMinutes } from '../text/format.js';
import { folded } from '../phone-status-select/list-state.js';
import { isComposing } from '../typing.js';
import { text } from '../text/live-text.js';
import { RowDrag } from './row-drag.js';
import type { SettingsPage, Wish } from './settings-page.js';
import type { StatusForm } from './status-form.js';
import { followerOf, movedByKey, ordered } from './status-order.js';

/** From this many statuses on, the table has a field to filter it. */
const FILTER_FROM = 20;
const MINUTE_MS = 60_000;

/** The table of all statuses: what they are, which of them agents can choose, and in which order. */
export class StatusTable {
  readonly #page: SettingsPage;
  readonly #form: () => StatusForm | undefined;
  readonly #edit: (id: StatusId) => void;
  readonly #drag: RowDrag;
  #filter = '';
  /** The last press of each switch that waits for the store. */
  readonly #pressed = new Map<StatusId, { readonly enabled: boolean }>();

  /** `form`: the form that is open, shown in place of the status that it edits; `edit` opens that of a status. */
  constructor(page: SettingsPage, form: () => StatusForm | undefined, edit: (id: StatusId) => void) {
    this.#page = page;
    this.#form = form;
    this.#edit = edit;
    this.#drag = new RowDrag(page.host, (id, before) => {
      void this.#move(id, (account) => moveStatus(account, id, before));
    });
  }

  render(): TemplateResult {
    const { account, strings } = this.#page;
    const all = ordered(account);
    const wanted = this.#wanted;
    const shown = wanted ? all.filter((status) => this.#isFound(status)) : all;
    return html`${this.#isLong ? this.#renderFilter() : nothing}
      <div
        part="table"
        role="table"
        class="table"
        aria-labelledby="title"
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @pointerdown=${this.#onPress}
      >
        <div role="rowgroup" class="head">
          <div role="row" class="row">
            ${this.#headings().map((heading) => html`<div role="columnheader">${heading}</div>`)}
          </div>
        </div>
        <div role="rowgroup">
          ${repeat(
            shown,
            ({ id }) => id,
            (status) => this.#renderRow(status, Boolean(wanted)),
          )}
        </div>
      </div>
      <p id="move-hint" hidden>${text(strings.moveHint)}</p>
      ${shown.length ? nothing : html`<p class="empty">${text(strings.noMatch)}</p>`}
      ${all.some(({ kind }) => kind === 'custom') ? nothing : html`<p class="empty">${text(strings.noCustom)}</p>`}`;
  }

  /** Moves a status by one, or to an end: `ArrowUp`, `ArrowDown`, `Home` or `End`. */
  async moveByKey(id: StatusId, key: string): Promise<void> {
    await this.#move(id, (account) => movedByKey(account, id, key));
    await this.show(id, 'nearest');
  }

  /** Scrolls to a status; a filter that hides it is cleared. */
  async show(id: StatusId, block: ScrollLogicalPosition): Promise<void> {
    const { account, host } = this.#page;
    // The account may be gone by the time a late save ends.
    if (account && !this.#isFound(statusOf(account, id))) this.#filter = '';
    host.requestUpdate();
    await host.updateComplete;
    host.renderRoot.querySelector(`[data-status="${CSS.escape(id)}"]`)?.scrollIntoView({ block });
  }

  /** The text of the filter as it is compared; empty without one. */
  get #wanted(): string {
    return this.#isLong ? folded(this.#filter.trim()) : '';
  }

  #isFound(status: Status): boolean {
    const wanted = this.#wanted;
    return !wanted || status.id === this.#form()?.id || folded(this.#nameOf(status)).includes(wanted);
  }

  get #isLong(): boolean {
    return this.#page.account.statuses.length >= FILTER_FROM;
  }

  #headings(): readonly TemplateResult[] {
    const { emoji, name, type, description, takesCalls, enabled, actions } = this.#page.strings;
    const quietly = (words: string): TemplateResult => html`<span class="sr">${text(words)}</span>`;
    return [
      quietly(emoji),
      ...[name, type, description, takesCalls, enabled].map((words) => text(words)),
      quietly(actions),
    ];
  }

  #renderFilter(): TemplateResult {
    const { strings } = this.#page;
    return html`<input
      part="filter"
      class="filter"
      type="search"
      autocomplete="off"
      aria-label=${strings.filter}
      placeholder=${strings.filter}
      .value=${live(this.#filter)}
      @input=${this.#onFilter}
    />`;
  }

  #renderRow(status: Status, isFiltered: boolean): unknown {
    const { account, strings } = this.#page;
    const form = this.#form();
    if (form?.id === status.id) return this.#renderEdited(status, form);
    const hasForward = status.id === FORWARD && account.settings.forwardToPhone;
    return guard([status, strings, isFiltered, hasForward, this.#pressed.get(status.id)], () =>
      this.#row(status, isFiltered),
    );
  }

  #renderEdited({ id }: Status, form: StatusForm): TemplateResult {
    const { strings } = this.#page;
    const move = (key: string, words: string): TemplateResult =>
      html`<button part="move-button" type="button" data-move=${key}>${text(words)}</button>`;
    const moves = html`<span class="moves flow">
      ${move('ArrowUp', strings.moveUp)} ${move('ArrowDown', strings.moveDown)}
    </span>`;
    return html`<div role="row" part="status" class="edited" data-status=${id}>
      <div role="cell" aria-colspan="7">${form.render(id === 'available' ? nothing : moves)}</div>
    </div>`;
  }

  #row(status: Status, isFiltered: boolean): TemplateResult {
    const { strings } = this.#page;
    const { id, emoji, kind, takesCalls } = status;
    const description = this.#page.descriptionOf(status);
    const name = this.#nameOf(status);
    const labelled = kind === 'custom' && !status.enabled ? 'off' : '';
    return html`<div role="row" part="status" class="row ${labelled}" data-status=${id}>
      <div role="cell" class="sign">
        ${id === 'available' || isFiltered ? html`<span class="grip"></span>` : this.#renderHandle(status)}
        <span class="emoji" .textContent=${emoji}></span>
      </div>
      <div role="rowheader" class="name"><bdi title=${name} .textContent=${name}></bdi></div>
      <div role="cell" class="type ${kind}" data-label=${strings.type}>
        <span>${text(kind === 'default' ? strings.typeDefault : strings.typeCustom)}</span>
      </div>
      <div role="cell" class="about ${description || status.allowanceMinutes ? '' : 'none'}">
        <bdi title=${description} .textContent=${description}></bdi>${this.#allowed(status)}
      </div>
      <div role="cell" class="takes ${takesCalls ? 'yes' : ''}" data-label=${strings.takesCalls}>
        <span>${text(takesCalls ? strings.yes : strings.no)}</span>
      </div>
      <div role="cell" class="enabled" data-label=${strings.enabled}>${this.#renderEnabled(status)}</div>
      <div role="cell" class="actions">
        <button part="edit" class="plain" type="button" aria-label=${strings.editOf(this.#page.nameOf(status))}>
          ${text(strings.edit)}
        </button>
      </div>
    </div>`;
  }

  #renderHandle(status: Status): TemplateResult {
    const { strings, nameOf } = this.#page;
    return html`<button
      part="move"
      class="grip"
      type="button"
      aria-label=${strings.move(nameOf(status))}
      aria-describedby="move-hint"
      title=${strings.moveHint}
    ></button>`;
  }

  #renderEnabled(status: Status): TemplateResult {
    const { strings, account, nameOf } = this.#page;
    if (status.kind === 'custom') {
      const pressed = this.#pressed.get(status.id);
      return html`<button
        part="switch"
        class="switch ${pressed ? 'waits' : ''}"
        type="button"
        role="switch"
        aria-checked=${(pressed ?? status).enabled}
        aria-label=${strings.enabledOf(nameOf(status))}
      ></button>`;
    }
    if (status.id !== FORWARD) return html`<span class="quiet">${text(strings.always)}</span>`;
    return account.settings.forwardToPhone
      ? html`<span>${text(strings.switchedOn)}</span>`
      : html`<span class="quiet">${text(strings.onRequest)} <slot name="contact"></slot></span>`;
  }

  #allowed({ allowanceMinutes }: Status): unknown {
    const { strings } = this.#page;
    if (!allowanceMinutes) return nothing;
    return html`<span class="allowed"
      >${text(strings.allowed(formatMinutes(allowanceMinutes * MINUTE_MS, strings.lang)))}</span
    >`;
  }

  #nameOf(status: Status): string {
    return this.#page.fullNameOf(status);
  }

  /** The control that an event is about, and the status of its row. */
  #hit(event: Event): { readonly id: StatusId; readonly control: HTMLElement } | undefined {
    const control = (event.target as Element).closest<HTMLElement>('button[part]');
    const id = control?.closest<HTMLElement>('[data-status]')?.dataset['status'];
    return control && id !== undefined ? { id, control } : undefined;
  }

  readonly #onClick = (event: Event): void => {
    const { id, control } = this.#hit(event) ?? {};
    if (id === undefined || !control) return;
    const { part, dataset } = control;
    if (part.contains('edit')) this.#edit(id);
    else if (part.contains('switch')) void this.#switch(id);
    else if (dataset['move']) void this.moveByKey(id, dataset['move']);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { id, control } = this.#hit(event) ?? {};
    if (id === undefined || !control?.part.contains('move') || isComposing(event)) return;
    if (!['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    void this.moveByKey(id, event.key);
  };

  readonly #onPress = (event: PointerEvent): void => {
    const { id, control } = this.#hit(event) ?? {};
    if (id !== undefined && control?.part.contains('move')) this.#drag.start(event, control, id);
  };

  readonly #onFilter = ({ target }: Event): void => {
    this.#filter = (target as HTMLInputElement).value;
    this.#page.host.requestUpdate();
  };

  /** Shows a press at once, and saves each of them, so that the last one counts. */
  async #switch(id: StatusId): Promise<void> {
    const { account, strings, nameOf, save } = this.#page;
    const { enabled: was } = this.#pressed.get(id) ?? statusOf(account, id);
    const pressed = { enabled: !was };
    this.#pressed.set(id, pressed);
    await save({
      apply: (present) => updateStatus(present, id, pressed),
      revert: (present) => updateStatus(present, id, { enabled: was }),
      done: (present) => strings.switched(nameOf(statusOf(present, id)), !was),
    });
    if (this.#pressed.get(id) === pressed) this.#pressed.delete(id);
    this.#page.host.requestUpdate();
  }

  async #move(id: StatusId, apply: Wish['apply']): Promise<void> {
    const { account, strings, nameOf, save } = this.#page;
    const before = followerOf(account, id);
    await save({
      apply,
      revert: (present) => moveStatus(present, id, before),
      done: (present) => {
        const all = ordered(present);
        const position = all.findIndex((status) => status.id === id);
        return strings.moved(nameOf(statusOf(present, id)), position + 1, all.length);
      },
    });
  }
}
