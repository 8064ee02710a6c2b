import { html, nothing, type TemplateResult } from 'lit';
import { text } from '../text/live-text.js';
import { icon, type Icon } from './icons.js';
import type { PanelAction } from './labels.js';
import type { PanelState } from './panel-state.js';

/** The look and the action of a button. */
interface ButtonOptions {
  readonly label: string;
  readonly press: () => unknown;
  /** Set where the action takes a while: the button is busy while it runs. */
  readonly action?: PanelAction;
  /** Drawn before the label; without `look` it is drawn alone, and the label is its name. */
  readonly icon?: Icon;
  readonly look?: string;
  readonly part?: string;
  readonly title?: string;
  readonly isExpanded?: boolean;
}

/** A button that keeps the focus while it is busy, and then ignores presses. */
export function button(panel: PanelState, { label, press, action, look, ...options }: ButtonOptions): TemplateResult {
  const isBusy = action && (action === 'close' ? panel.isClosing : panel.isRunning(action));
  const isBare = options.icon && !look;
  return html`<button
    type="button"
    class=${isBare ? `icon ${action}` : (look ?? '')}
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

/** The title of a text that may be cut off; a short one needs none. */
export function titleOf(text: string): string | typeof nothing {
  return text.length > 12 ? text : nothing;
}
