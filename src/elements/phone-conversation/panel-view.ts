import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from '../../calls/call-source.js';
import type { Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { Draft } from '../controllers/drafts.js';
import type { Strings } from '../strings.js';
import { icon, type Icon } from './icons.js';
import type { Panel } from './panel.js';

/** All that a panel is drawn from. */
export interface PanelView {
  readonly panel: Panel;
  readonly conversation: Conversation;
  readonly session: AgentSession;
  readonly strings: Strings;
  /** In the store's clock. */
  readonly now: number;
  /** Whether the session is the agent's, who alone writes notes and tags. */
  readonly isOwn: boolean;
  readonly draft: Draft | undefined;
  /** The closing of the conversation by this page: under way, or failed with an error. */
  readonly claim: { readonly error?: unknown } | undefined;
}

/** Whether this page is closing the conversation: what was handed on cannot be changed any more. */
export function isClosing({ claim }: PanelView): boolean {
  return claim !== undefined && !('error' in claim);
}

/** Whether the agent can do that to the call from this page. */
export function offers({ conversation, session }: PanelView, control: Control): boolean {
  return session.can(control) && (conversation.here === true || session.calls?.carries === 'elsewhere');
}

/** How a button looks, what it does, and under which name its doing is known. */
export interface ButtonOptions {
  readonly deed: string;
  readonly label: string;
  /** Shown instead of the label, which is then name and tooltip; with `isLabelled` beside it. */
  readonly icon?: Icon;
  readonly isLabelled?: boolean;
  readonly title?: string;
  readonly look?: string;
  readonly part?: string;
  readonly isBusy?: boolean;
  readonly isExpanded?: boolean;
  readonly press: () => void;
}

/** A button that keeps the focus while it is busy, and does nothing then. */
export function button(view: PanelView, options: ButtonOptions): TemplateResult {
  const { deed, label, icon: drawing, isLabelled = !drawing, look = '', part = nothing } = options;
  const isBusy = options.isBusy || view.panel.isDoing(deed) ? 'true' : nothing;
  return html`<button
    type="button"
    class=${isLabelled ? look : 'icon'}
    part=${part}
    title=${options.title ?? (isLabelled ? nothing : label)}
    aria-label=${isLabelled ? nothing : label}
    aria-busy=${isBusy}
    aria-disabled=${isBusy}
    aria-expanded=${options.isExpanded ?? nothing}
    @click=${() => isBusy === nothing && options.press()}
  >
    ${drawing ? icon(drawing) : nothing}${isLabelled ? label : nothing}
  </button>`;
}

/** What went wrong with one of these deeds, said once. */
export function failure({ panel }: PanelView, ...deeds: readonly string[]): TemplateResult | typeof nothing {
  const { deed = '', text } = panel.failure ?? {};
  return deeds.includes(deed) ? html`<p class="error" role="alert">${text}</p>` : nothing;
}
