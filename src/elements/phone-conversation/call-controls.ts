import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from '../../calls/call-source.js';
import { button, failure, offers, type PanelView } from './panel-view.js';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const DEEDS = ['answer', 'decline', 'hangUp', 'hold', 'resume', 'mute', 'unmute', 'sendDigits', 'transfer'] as const;

/** What the agent can do to a call that goes on, as far as its source can. */
export function callControls(view: PanelView): TemplateResult | typeof nothing {
  const { conversation, session, strings } = view;
  const holding = conversation.state === 'held' ? 'resume' : 'hold';
  const muting = session.isMuted(conversation.id) ? 'unmute' : 'mute';
  const shown = [holding, muting, 'sendDigits', 'transfer', 'hangUp'].filter((one) => offers(view, one as Control));
  if (shown.length === 0) return nothing;
  return html`<div class="controls" role="group" aria-label=${strings.controls}>
      ${control(view, holding)} ${control(view, muting)} ${opener(view, 'sendDigits', 'keypad')}
      ${opener(view, 'transfer', 'transfer')} ${control(view, 'hangUp', 'hang-up')}
    </div>
    ${drawer(view)} ${failure(view, ...DEEDS)}`;
}

/** Answer and decline, where the source can. */
export function ringingControls(view: PanelView): TemplateResult | typeof nothing {
  if (!offers(view, 'answer') && !offers(view, 'decline')) return nothing;
  return html`<div class="controls">${control(view, 'answer', 'answer')} ${control(view, 'decline', 'decline')}</div>
    ${failure(view, ...DEEDS)}`;
}

type Deed = 'answer' | 'decline' | 'hangUp' | 'hold' | 'resume' | 'mute' | 'unmute';

function control(view: PanelView, deed: Deed, look?: string): TemplateResult | typeof nothing {
  if (!offers(view, deed)) return nothing;
  const { panel, conversation, strings } = view;
  return button(view, {
    deed,
    label: strings[deed],
    icon: deed === 'answer' || deed === 'decline' || deed === 'hangUp' ? 'phone' : deed,
    ...(look ? { look, isLabelled: true } : {}),
    press: () => void panel.do(deed, (session) => session.control(deed, conversation.id)),
  });
}

function opener(view: PanelView, deed: Control, drawer: 'keypad' | 'transfer'): TemplateResult | typeof nothing {
  if (!offers(view, deed)) return nothing;
  const { panel, strings } = view;
  return button(view, {
    deed: '',
    label: strings[drawer],
    icon: drawer,
    isExpanded: panel.drawer === drawer,
    press: () => panel.toggle(drawer),
  });
}

function drawer(view: PanelView): TemplateResult | typeof nothing {
  if (view.panel.drawer === 'keypad' && offers(view, 'sendDigits')) return keypad(view);
  return view.panel.drawer === 'transfer' && offers(view, 'transfer') ? transfer(view) : nothing;
}

function keypad(view: PanelView): TemplateResult {
  const { panel, strings } = view;
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') panel.toggle('keypad');
    else if (DIGITS.includes(event.key)) sendDigit(view, event.key);
    else return;
    event.preventDefault();
  };
  return html`<div class="keypad" role="group" aria-label=${strings.keypad} dir="ltr" @keydown=${onKeydown}>
    <span class="digits">${panel.digits || '\u200b'}</span>
    ${DIGITS.map((digit) => html`<button type="button" @click=${() => sendDigit(view, digit)}>${digit}</button>`)}
  </div>`;
}

function sendDigit({ panel, conversation }: PanelView, digit: string): void {
  panel.digits += digit;
  // Each digit is a deed of its own: the next one does not wait for the answer to the last.
  void panel.do(`sendDigits`, (session) => session.control('sendDigits', conversation.id, digit));
}

function transfer(view: PanelView): TemplateResult {
  const { panel, conversation, strings } = view;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('number') as HTMLInputElement;
    const number = field.value.trim();
    if (number) void panel.do('transfer', (session) => session.control('transfer', conversation.id, number));
  };
  return html`<form class="row" @submit=${onSubmit}>
    <input
      name="number"
      type="tel"
      dir="ltr"
      autocomplete="off"
      aria-label=${strings.transferTo}
      placeholder=${strings.transferTo}
    />
    <button
      class="primary"
      aria-busy=${panel.isDoing('transfer') ? 'true' : nothing}
      aria-disabled=${panel.isDoing('transfer') ? 'true' : nothing}
    >
      ${strings.transfer}
    </button>
  </form>`;
}
