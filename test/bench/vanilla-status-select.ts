import type { Choice } from './pages/choice.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: block; position: relative; font: inherit; }
  #selector { display: flex; gap: 0.5em; inline-size: 100%; padding: 0.4em 0.7em; border: 1px solid #8a8f98;
    border-radius: 6px; background: #fff; font: inherit; text-align: start; cursor: pointer; }
  #selector:focus-visible { outline: 2px solid #1a5fd0; outline-offset: 2px; }
  .name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
  #list { position: absolute; z-index: 1; inset-inline: 0; max-block-size: 320px; padding: 0.3em; overflow-y: auto;
    border: 1px solid #d0d4da; border-radius: 6px; background: #fff; box-shadow: 0 4px 16px rgb(0 0 0 / 20%); }
  #list[hidden] { display: none; }
  [role='option'] { display: flex; gap: 0.5em; padding: 0.35em 0.5em; border-radius: 4px; cursor: pointer; }
  [role='option'].active { background: #e5eefc; outline: 2px solid #1a5fd0; outline-offset: -2px; }
  [role='option'][aria-selected='true'] { font-weight: 600; }
`);

const template = document.createElement('template');
template.innerHTML = `<button id="selector" role="combobox" aria-haspopup="listbox" aria-controls="list" aria-expanded="false"><span class="emoji" aria-hidden="true"></span><span class="name"></span></button><div id="list" role="listbox" aria-label="Statuses" hidden></div>`;

/** The control of the benchmark: a status select as one writes it by hand, without a library, a store or calls. */
export class VanillaStatusSelect extends HTMLElement {
  #statuses: readonly Choice[] = [];
  #value = '';
  #active = 0;
  #typed = '';
  #typedAt = 0;
  readonly #selector: HTMLElement;
  readonly #list: HTMLElement;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(template.content.cloneNode(true));
    this.#selector = root.getElementById('selector') as HTMLElement;
    this.#list = root.getElementById('list') as HTMLElement;
    this.#selector.addEventListener('click', () => (this.#list.hidden ? this.#open() : this.#close()));
    this.#selector.addEventListener('keydown', (event) => this.#onKey(event));
    this.#selector.addEventListener('blur', () => this.#close());
    this.#list.addEventListener('mousedown', (event) => event.preventDefault());
    this.#list.addEventListener('click', ({ target }) => {
      const option = (target as Element).closest<HTMLElement>('[role=option]');
      if (option) this.#choose([...this.#list.children].indexOf(option));
    });
  }

  set statuses(statuses: readonly Choice[]) {
    this.#statuses = statuses;
    this.#draw();
  }

  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#value = value;
    this.#draw();
  }

  #draw(): void {
    const status = this.#statuses.find(({ id }) => id === this.#value);
    const [emoji, name] = this.#selector.children;
    if (emoji) emoji.textContent = status?.emoji ?? '';
    if (name) name.textContent = status?.name ?? '';
    this.#selector.setAttribute('aria-label', `Status: ${status?.name ?? ''}`);
    for (const option of this.#list.querySelectorAll<HTMLElement>('[data-status]')) {
      option.setAttribute('aria-selected', String(option.dataset['status'] === this.#value));
    }
  }

  #open(): void {
    this.#list.replaceChildren(...this.#statuses.map((status, index) => this.#option(status, index)));
    this.#list.hidden = false;
    this.#selector.setAttribute('aria-expanded', 'true');
    this.#activate(
      Math.max(
        0,
        this.#statuses.findIndex(({ id }) => id === this.#value),
      ),
    );
  }

  #option({ id, name, emoji }: Choice, index: number): HTMLElement {
    const option = document.createElement('div');
    option.id = `o${index}`;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', String(id === this.#value));
    option.dataset['status'] = id;
    const picture = document.createElement('span');
    picture.setAttribute('aria-hidden', 'true');
    picture.textContent = emoji;
    option.append(picture, name);
    return option;
  }

  #close(): void {
    if (this.#list.hidden) return;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#selector.setAttribute('aria-expanded', 'false');
    this.#selector.removeAttribute('aria-activedescendant');
  }

  #activate(index: number): void {
    this.#list.children[this.#active]?.classList.remove('active');
    this.#active = Math.max(0, Math.min(this.#statuses.length - 1, index));
    const option = this.#list.children[this.#active];
    option?.classList.add('active');
    option?.scrollIntoView({ block: 'nearest' });
    this.#selector.setAttribute('aria-activedescendant', option?.id ?? '');
  }

  #choose(index: number): void {
    const status = this.#statuses[index];
    this.#close();
    if (!status || status.id === this.#value) return;
    this.value = status.id;
    this.dispatchEvent(new CustomEvent('change', { bubbles: true, composed: true, detail: status }));
  }

  #onKey(event: KeyboardEvent): void {
    const { key } = event;
    const isOpen = !this.#list.hidden;
    const moves: Record<string, number> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + 10,
      PageUp: this.#active - 10,
      Home: 0,
      End: this.#statuses.length - 1,
    };
    const move = moves[key];
    if (key === 'Tab') return isOpen ? this.#choose(this.#active) : undefined;
    if (!isOpen && (move !== undefined || key === 'Enter' || key === ' ')) this.#open();
    else if (move !== undefined) this.#activate(move);
    else if (key === 'Enter' || key === ' ') this.#choose(this.#active);
    else if (key === 'Escape') this.#close();
    else if (key.length === 1) this.#type(key, event.timeStamp);
    else return;
    event.preventDefault();
  }

  #type(key: string, at: number): void {
    if (this.#list.hidden) this.#open();
    this.#typed = (at - this.#typedAt > 700 ? '' : this.#typed) + key.toLowerCase();
    this.#typedAt = at;
    const found = this.#statuses.findIndex(({ name }) => name.toLowerCase().startsWith(this.#typed));
    if (found >= 0) this.#activate(found);
  }
}

customElements.define('vanilla-status-select', VanillaStatusSelect);
