import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Choice } from './pages/choice.js';

/** What a user would write instead of the product: the control once more, with Lit and nothing else. */
export class LitStatusSelect extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      font: inherit;
    }
    #selector {
      display: flex;
      gap: 0.5em;
      inline-size: 100%;
      padding: 0.4em 0.7em;
      border: 1px solid #8a8f98;
      border-radius: 6px;
      background: #fff;
      font: inherit;
      text-align: start;
      cursor: pointer;
    }
    .name {
      flex: 1;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font-weight: 600;
    }
    #list {
      position: absolute;
      z-index: 1;
      inset-inline: 0;
      max-block-size: 320px;
      padding: 0.3em;
      overflow-y: auto;
      border: 1px solid #d0d4da;
      border-radius: 6px;
      background: #fff;
      box-shadow: 0 4px 16px rgb(0 0 0 / 20%);
    }
    [role='option'] {
      display: flex;
      gap: 0.5em;
      padding: 0.35em 0.5em;
      border-radius: 4px;
      cursor: pointer;
    }
    [role='option'].active {
      background: #e5eefc;
    }
    [role='option'][aria-selected='true'] {
      font-weight: 600;
    }
  `;

  @property({ attribute: false }) statuses: readonly Choice[] = [];
  @property() value = '';
  @state() private isOpen = false;
  @state() private active = 0;

  protected override render(): TemplateResult {
    const status = this.statuses.find(({ id }) => id === this.value);
    return html`<button
        id="selector"
        role="combobox"
        aria-haspopup="listbox"
        aria-controls="list"
        aria-expanded=${this.isOpen}
        aria-activedescendant=${this.isOpen ? `o${this.active}` : nothing}
        aria-label="Status: ${status?.name}"
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @blur=${this.#close}
      >
        <span class="emoji" aria-hidden="true">${status?.emoji}</span><span class="name">${status?.name}</span>
      </button>
      ${this.isOpen ? this.#renderList() : nothing}`;
  }

  #renderList(): TemplateResult {
    // eslint-disable-next-line lit-a11y/click-events-have-key-events -- focus and keys stay with the selector
    return html`<div
      id="list"
      role="listbox"
      aria-label="Statuses"
      @mousedown=${this.#onPress}
      @click=${this.#onOption}
    >
      ${this.statuses.map(
        ({ id, name, emoji }, index) =>
          html`<div
            id="o${index}"
            role="option"
            class=${index === this.active ? 'active' : ''}
            data-status=${id}
            aria-selected=${id === this.value}
          >
            <span aria-hidden="true">${emoji}</span>${name}
          </div>`,
      )}
    </div>`;
  }

  #choose(index: number): void {
    const status = this.statuses[index];
    this.isOpen = false;
    if (!status || status.id === this.value) return;
    this.value = status.id;
    this.dispatchEvent(new CustomEvent('change', { bubbles: true, composed: true, detail: status }));
  }

  readonly #close = (): void => {
    this.isOpen = false;
  };

  readonly #onPress = (event: Event): void => event.preventDefault();

  readonly #onOption = ({ target }: Event): void => {
    const id = (target as Element).closest<HTMLElement>('[data-status]')?.dataset['status'];
    this.#choose(this.statuses.findIndex((status) => status.id === id));
  };

  readonly #onClick = (): void => {
    this.active = this.statuses.findIndex(({ id }) => id === this.value);
    this.isOpen = !this.isOpen;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { key } = event;
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const move = moves[key];
    if (key === 'Escape') this.isOpen = false;
    else if (this.isOpen && (key === 'Enter' || key === ' ')) this.#choose(this.active);
    else if (key === 'Enter' || key === ' ' || (move !== undefined && !this.isOpen)) this.#onClick();
    else if (move !== undefined) this.active = Math.max(0, Math.min(this.statuses.length - 1, this.active + move));
    else return;
    event.preventDefault();
  };
}

customElements.define('lit-status-select', LitStatusSelect);

declare global {
  interface HTMLElementTagNameMap {
    'lit-status-select': LitStatusSelect;
  }
}
