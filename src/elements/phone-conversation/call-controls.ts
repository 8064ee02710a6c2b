import { html, nothing, type TemplateResult } from 'lit';
import { text } from '../text/live-text.js';
import { isComposing, typesText } from '../typing.js';
import { button } from './button.js';
import type { Icon } from './icons.js';
import { controlsOf, type CallControl } from './conversation-state.js';
import type { PanelState } from './panel-state.js';

/** The icon on the button of each control. */
const ICONS: Readonly<Record<CallControl, Icon>> = {
  answer: 'phone',
  decline: 'phone',
  hangUp: 'phone',
  hold: 'hold',
  resume: 'resume',
  mute: 'mute',
  unmute: 'unmute',
  sendDigits: 'keypad',
  transfer: 'transfer',
};

const DIGITS = [...'123456789*0#'];

/** What the agent can do to the call in its state, as far as its source can. */
export function callControls(panel: PanelState): TemplateResult | typeof nothing {
  const { conversation, isMuted, drawer, strings } = panel;
  // One that the source cannot do leaves its place empty: no button takes the place of the one that is pressed.
  const buttons = controlsOf(conversation.state, isMuted).map((one) =>
    panel.offers(one) ? control(panel, one) : nothing,
  );
  if (buttons.every((one) => one === nothing)) return nothing;
  const group = html`<div class="controls flow" role="group" aria-label=${strings.controls}>${buttons}</div>`;
  // Another template than that of the controls of a call in progress: Answer never turns into Hold under a press.
  if (conversation.state === 'ringing') return group;
  return html`${group} ${drawer === 'keypad' && panel.offers('sendDigits') ? keypad(panel) : nothing}
  ${drawer === 'transfer' && panel.offers('transfer') ? transfer(panel) : nothing}`;
}

function control(panel: PanelState, name: CallControl): TemplateResult {
  if (name === 'sendDigits' || name === 'transfer') {
    const drawer = name === 'transfer' ? name : 'keypad';
    const isExpanded = panel.drawer === drawer;
    return button(panel, { label: panel.strings[drawer], icon: drawer, isExpanded, press: () => panel.toggle(drawer) });
  }
  const icon = ICONS[name];
  const options = { action: name, label: panel.strings[name], icon, press: () => panel.control(name) };
  return button(panel, icon === 'phone' ? { ...options, look: name } : options);
}

function keypad(panel: PanelState): TemplateResult {
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

function transfer(panel: PanelState): TemplateResult {
  const { strings } = panel;
  // The agent may have opened another drawer meanwhile.
  const close = (): void => {
    if (panel.drawer === 'transfer' && !panel.failure) panel.toggle('transfer');
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const number = (event.currentTarget as HTMLFormElement).querySelector('input')?.value.trim();
    if (number) void panel.control('transfer', number).then(close);
  };
  const isBusy = panel.isRunning('transfer') || nothing;
  return html`<form
    class="drawer row flow"
    @submit=${onSubmit}
    @keydown=${(event: KeyboardEvent) => onEscape(panel, event)}
  >
    <input type="tel" dir="ltr" autocomplete="off" aria-label=${strings.transferTo} placeholder=${strings.transferTo} />
    <button class="primary" aria-busy=${isBusy} aria-disabled=${isBusy}>${text(strings.transfer)}</button>
  </form>`;
}

/** Escape closes the drawer and moves the focus back to the button that opened it. */
function onEscape(panel: PanelState, event: KeyboardEvent): void {
  if (event.key !== 'Escape' || isComposing(event) || !panel.drawer) return;
  event.preventDefault();
  panel.element.querySelector<HTMLElement>('[aria-expanded=true]')?.focus();
  panel.toggle(panel.drawer);
}
