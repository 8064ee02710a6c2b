import { html, nothing, type TemplateResult } from 'lit';
import { claimOf, isOwn } from '../notes/drafts.js';
import { formatClock } from '../text/format.js';
import { partyOf } from '../phone-status-select/labels.js';
import { button, titleOf } from './button.js';
import { callControls } from './call-controls.js';
import { directionOf } from './conversation-state.js';
import { icon } from './icons.js';
import { callerText, closedText, refusalText, stateText } from './labels.js';
import type { PanelState } from './panel-state.js';
import { tagField } from './tag-field.js';

/** One conversation: the caller, the duration, the controls of its call, notes, tags, and what closes it. */
export function panelTemplate(panel: PanelState): TemplateResult {
  const { state } = panel.conversation;
  const isRinging = state === 'ringing';
  const isOver = state === 'ended';
  // One panel announces an incoming call at once, and never again: nothing in the alert changes.
  return html`<div class="head flow" role=${isRinging && panel.announces ? 'alert' : nothing}>
      ${isRinging ? [aside(panel), caller(panel)] : [caller(panel), aside(panel)]}
    </div>
    ${callControls(panel)} ${failure(panel, 'call')}
    ${!isRinging && isOwn(panel.session) ? [notes(panel), tagField(panel)] : nothing}
    ${isRinging ? nothing : html`<div class="foot flow">${isOver ? closing(panel) : callOver(panel)}</div>`}
    ${failure(panel, 'foot')}`;
}

/** Who is at the other end; a long name can be focused, and is then shown in full. */
function caller(panel: PanelState): TemplateResult {
  const { name, number } = partyOf(panel.conversation);
  const text = callerText(panel);
  return html`<div class="caller" part="caller">
    <div class="name" title=${titleOf(text)} tabindex=${text.length > 24 ? 0 : nothing}>
      <bdi dir=${name ? 'auto' : 'ltr'} .textContent=${text}></bdi>
    </div>
    ${
      name && number
        ? html`<bdi class="small" dir="ltr" title=${titleOf(number)} .textContent=${number}></bdi>`
        : nothing
    }
  </div>`;
}

function aside(panel: PanelState): TemplateResult {
  const { strings, now } = panel;
  const { startedAt, endedAt, direction, state } = panel.conversation;
  const direct = direction === 'inbound' ? strings.incoming : strings.outgoing;
  const time = startedAt === undefined ? '' : formatClock((endedAt ?? now) - startedAt, strings.lang);
  const duration = html`<span class="time">
    <span class="small" role="img" aria-label=${direct}>${icon(direction)}</span>
    <span part="duration" role="timer" title=${strings.duration} .textContent=${time}></span>
  </span>`;
  const drawing = state === 'ringing' ? icon(direction) : state === 'held' ? icon('hold') : nothing;
  return html`<div class="aside">
    ${state === 'ringing' ? nothing : duration}
    <span class="small state">${drawing}<span .textContent=${stateText(panel)}></span></span>
  </div>`;
}

function notes(panel: PanelState): TemplateResult {
  return html`<label>
    <span class="small" .textContent=${panel.strings.notes}></span>
    <textarea
      part="notes"
      rows="3"
      dir=${directionOf(panel.draft?.notes) ?? nothing}
      ?readonly=${panel.isClosing}
      @input=${(event: InputEvent) => panel.write({ notes: (event.target as HTMLTextAreaElement).value })}
    ></textarea>
  </label>`;
}

/** Ends a call whose hang-up was lost. Where the page could hang up itself, it asks for confirmation. */
function callOver(panel: PanelState): TemplateResult {
  const { conversation, session, strings, drawer } = panel;
  const isAsked = drawer === 'callOver';
  const over = {
    action: 'callOver',
    label: strings.callOver,
    part: 'call-over',
    press: () => panel.run('callOver', () => session.endCall(conversation.id)),
  } as const;
  const ask = { label: isAsked ? strings.cancel : strings.callOver, press: () => panel.toggle('callOver') };
  return html`${!conversation.here && session.calls?.carries === 'page' ? html`<p .textContent=${strings.notHere}></p>` : nothing}
  ${
    isAsked
      ? html`<p .textContent=${strings.callOverHint}></p>
          ${button(panel, over)}`
      : nothing
  }
  ${button(panel, { ...(isAsked || panel.offers('hangUp') ? ask : over), look: 'plain quiet' })}`;
}

function closing(panel: PanelState): TemplateResult {
  const { conversation, host, strings } = panel;
  const closed = closedText(panel);
  if (closed !== undefined) return html`<p class="closed" .textContent=${closed}></p>`;
  return html`${limit(panel)}
  ${button(panel, {
    action: 'close',
    label: panel.isClosing ? strings.closing : strings.close,
    look: 'primary close',
    part: 'close',
    press: () => panel.run('close', () => host.scope?.closeConversation(conversation.id)),
  })}`;
}

/** The time left in After Call Work, where it has a limit. */
function limit(panel: PanelState): TemplateResult | typeof nothing {
  const { session, strings, now } = panel;
  const { id, endedAt = 0, closesAt, extensionsLeft } = panel.conversation;
  if (closesAt === undefined) return nothing;
  return html`<div class="limit small">
      <span .textContent=${strings.closesIn(formatClock(closesAt - now, strings.lang))}></span>
      <progress aria-hidden="true" max=${closesAt - endedAt} .value=${Math.max(0, closesAt - now)}></progress>
    </div>
    ${
      extensionsLeft
        ? button(panel, {
            action: 'extend',
            label: strings.extend,
            title: strings.extensionsLeft(extensionsLeft),
            part: 'extend',
            press: () => panel.run('extend', () => session.extend(id)),
          })
        : nothing
    }`;
}

/** What went wrong. A closing that failed is shown whoever asked for it. */
function failure(panel: PanelState, at: 'call' | 'foot'): TemplateResult | typeof nothing {
  const claim = claimOf(panel.session, panel.conversation.id);
  const isClosing = at === 'foot' && claim && 'error' in claim;
  const closing = isClosing ? refusalText('close', claim.error, panel.strings) : undefined;
  const text = closing ?? (panel.failure?.at === at ? panel.failure.text(panel.strings) : '');
  return text ? html`<p class="error" role="alert" .textContent=${text}></p>` : nothing;
}
