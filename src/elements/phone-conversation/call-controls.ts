import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from '../../calls/call-source.js';
import { text } from '../text/text.js';
import { isComposing, typesText } from '../typing.js';
import { button } from './button.js';
import type { Icon } from './icons.js';
import type { Panel } from './panel.js';

type CallDeed = Exclude<Control, 'dial' | 'sendDigits' | 'transfer'>;

type Shown = TemplateResult | typeof nothing;

const DIGITS = [...'123456789*0#'];

/** What the agent can do to a call that goes on, as far as its source can. */
export function callControls(panel: Panel): TemplateResult {
  const { conversation, session } = panel;
  const holding = conversation.state === 'held' ? 'resume' : 'hold';
  const muting = session.isMuted(conversation.id) ? 'unmute' : 'mute';
  const shown: Shown[] = [
    control(panel, holding, holding),
    control(panel, muting, muting),
    opener(panel, 'sendDigits', 'keypad'),
    opener(panel, 'transfer', 'transfer'),
    control(panel, 'hangUp', 'phone'),
  ];
  return html`${group(panel, shown)}
  ${panel.drawer === 'keypad' && panel.offers('sendDigits') ? keypad(panel) : nothing}
  ${panel.drawer === 'transfer' && panel.offers('transfer') ? transfer(panel) : nothing}`;
}

/** Answer and decline, where the source can. */
export function ringingControls(panel: Panel): Shown {
  return group(panel, [control(panel, 'answer', 'phone'), control(panel, 'decline', 'phone')]);
}

function group({ strings }: Panel, shown: readonly Shown[]): Shown {
  if (shown.every((one) => one === nothing)) return nothing;
  return html`<div class="controls" role="group" aria-label=${strings.controls}>${shown}</div>`;
}

function control(panel: Panel, deed: CallDeed, drawing: Icon): Shown {
  if (!panel.offers(deed)) return nothing;
  const look = drawing === 'phone' ? { look: deed } : {};
  return button(panel, { deed, label: panel.strings[deed], icon: drawing, press: () => panel.control(deed), ...look });
}

function opener(panel: Panel, control: Control, drawer: 'keypad' | 'transfer'): Shown {
  if (!panel.offers(control)) return nothing;
  const isExpanded = panel.drawer === drawer;
  return button(panel, { label: panel.strings[drawer], icon: drawer, isExpanded, press: () => panel.toggle(drawer) });
}

function keypad(panel: Panel): TemplateResult {
  const { strings, digits } = panel;
  const onKeydown = (event: KeyboardEvent): void => {
    if (!isComposing(event) && typesText(event) && DIGITS.includes(event.key)) panel.send(event.key);
    else onEscape(panel, event);
  };
  return html`<div
    class="drawer keypad"
    role="group"
    aria-label=${strings.keypad}
    dir="ltr"
    data-typed
    @keydown=${onKeydown}
  >
    <span .textContent=${digits || strings.keypad}></span>
    ${DIGITS.map((digit) => html`<button type="button" @click=${() => panel.send(digit)}>${digit}</button>`)}
  </div>`;
}

function transfer(panel: Panel): TemplateResult {
  const { strings } = panel;
  // The agent may have gone on to something else meanwhile.
  const close = (): void => {
    if (panel.drawer === 'transfer' && !panel.failure) panel.toggle('transfer');
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const number = (event.currentTarget as HTMLFormElement).querySelector('input')?.value.trim();
    if (number) void panel.control('transfer', number).then(close);
  };
  const isBusy = panel.isDoing('transfer') || nothing;
  return html`<form class="drawer row" @submit=${onSubmit} @keydown=${(event: KeyboardEvent) => onEscape(panel, event)}>
    <input type="tel" dir="ltr" autocomplete="off" aria-label=${strings.transferTo} placeholder=${strings.transferTo} />
    <button class="primary" aria-busy=${isBusy} aria-disabled=${isBusy}>${text(strings.transfer)}</button>
  </form>`;
}

/** Escape closes the drawer, and the focus goes back to what opened it. */
function onEscape(panel: Panel, event: KeyboardEvent): void {
  if (event.key !== 'Escape' || isComposing(event) || !panel.drawer) return;
  event.preventDefault();
  panel.element.querySelector<HTMLElement>('[aria-expanded=true]')?.focus();
  panel.toggle(panel.drawer);
}
