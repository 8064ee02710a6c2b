import { html, nothing, type TemplateResult } from 'lit';
import { text } from '../text/text.js';
import { icon, type Icon } from './icons.js';
import type { Deed, Panel } from './panel.js';

/** How a button looks and what it does. */
export interface ButtonOptions {
  readonly label: string;
  readonly press: () => unknown;
  /** What it does takes a while. */
  readonly deed?: Deed;
  /** Stands before the label; without a look of its own the button is no more than this, and the label its name. */
  readonly icon?: Icon;
  readonly look?: string;
  readonly part?: string;
  readonly title?: string;
  readonly isExpanded?: boolean;
}

/** A button that keeps the focus while it is busy, and does nothing then. */
export function button(panel: Panel, { label, press, deed, look, ...options }: ButtonOptions): TemplateResult {
  const isBusy = deed && (deed === 'close' ? panel.isClosing : panel.isDoing(deed));
  const isBare = options.icon && !look;
  return html`<button
    type="button"
    class=${isBare ? `icon ${deed}` : (look ?? '')}
    part=${options.part ?? nothing}
    title=${options.title ?? nothing}
    aria-label=${isBare ? label : nothing}
    aria-busy=${isBusy || nothing}
    aria-disabled=${isBusy || nothing}
    aria-expanded=${options.isExpanded ?? nothing}
    @click=${isBusy ? nothing : press}
  >
    ${options.icon ? html`<span class="sign" aria-hidden="true" title=${isBare ? label : nothing}>${icon(options.icon)}</span>` : nothing}
    ${isBare ? nothing : text(label)}
  </button>`;
}

/** The title of a text that may be cut; a short one needs none, which would say the same twice. */
export function titleOf(text: string): string | typeof nothing {
  return text.length > 12 ? text : nothing;
}
