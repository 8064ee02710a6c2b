import { html, nothing, type TemplateResult } from 'lit';
import type { CloseCause } from '../../model/agent.js';
import { claimOf, isOwn } from '../notes/drafts.js';
import { formatClock } from '../text/format.js';
import { partyOf } from '../phone-status-select/labels.js';
import { button, titleOf } from './button.js';
import { callControls, ringingControls } from './call-controls.js';
import { icon } from './icons.js';
import { refusalText, type Panel } from './panel.js';
import { tagField } from './tag-field.js';

/** One conversation: who, how long, what can be done to its call, notes, tags, and its close. */
export function conversationPanel(panel: Panel): TemplateResult {
  const { state } = panel.conversation;
  const isRinging = state === 'ringing';
  const isOver = state === 'ended';
  // An incoming call is said at once, by one panel, and never again: nothing in the alert changes.
  return html`<div class="head" role=${isRinging && panel.tells ? 'alert' : nothing}>
      ${isRinging ? [aside(panel), caller(panel)] : [caller(panel), aside(panel)]}
    </div>
    ${isRinging ? ringingControls(panel) : isOver ? nothing : callControls(panel)} ${failure(panel, 'call')}
    ${!isRinging && isOwn(panel.session) ? [notes(panel), tagField(panel)] : nothing}
    ${isRinging ? nothing : html`<div class="foot">${isOver ? closing(panel) : callOver(panel)}</div>`}
    ${failure(panel, 'foot')}`;
}

/** How the conversation stands, and with whom. */
export function panelName(panel: Panel): string {
  return panel.strings.sentence([closedText(panel) ?? stateText(panel), callerText(panel)]);
}

/** What closed the conversation; undefined where it is open. */
function closedText({ closing, strings }: Panel): string | undefined {
  const { cause, by } = closing ?? {};
  if (!cause) return undefined;
  if (cause === 'supervisor') return strings.closedBySupervisor(by?.name ?? by?.id ?? '').trim();
  const texts: Partial<Record<CloseCause, string>> = {
    limit: strings.closedByLimit,
    absence: strings.closedByAbsence,
    unanswered: strings.closedUnanswered,
  };
  return texts[cause] ?? strings.closedElsewhere;
}

function stateText({ conversation: { id, state }, session, strings }: Panel): string {
  if (state === 'ringing') return strings.incoming;
  if (state === 'ended') return strings.callEnded;
  const text = state === 'held' ? strings.onHold : strings.talking;
  return session.isMuted(id) ? strings.sentence([text, strings.muted]) : text;
}

function callerText({ conversation, strings }: Panel): string {
  const { name, number } = partyOf(conversation);
  return name ?? number ?? strings.unknownCaller;
}

/** Who is at the other end; a long name can be focused. */
function caller(panel: Panel): TemplateResult {
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

function aside(panel: Panel): TemplateResult {
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

/** As `dir=auto` decides it, which makes typing in long notes slow: by the first letter. */
function directionOf(text = ''): 'rtl' | 'ltr' | typeof nothing {
  const [letter] = /\p{L}/u.exec(text) ?? [];
  if (!letter) return nothing;
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter) ? 'rtl' : 'ltr';
}

function notes(panel: Panel): TemplateResult {
  return html`<label>
    <span class="small" .textContent=${panel.strings.notes}></span>
    <textarea
      part="notes"
      rows="3"
      dir=${directionOf(panel.draft?.notes)}
      ?readonly=${panel.isClosing}
      @input=${(event: InputEvent) => panel.write({ notes: (event.target as HTMLTextAreaElement).value })}
    ></textarea>
  </label>`;
}

/** For a call whose hang-up was lost. Where the page could hang up itself, it asks once more. */
function callOver(panel: Panel): TemplateResult {
  const { conversation, session, strings, drawer } = panel;
  const isAsked = drawer === 'callOver';
  const over = {
    deed: 'callOver',
    label: strings.callOver,
    part: 'call-over',
    press: () => panel.do('callOver', () => session.endCall(conversation.id)),
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

function closing(panel: Panel): TemplateResult {
  const { conversation, host, strings } = panel;
  const closed = closedText(panel);
  if (closed !== undefined) return html`<p class="closed" .textContent=${closed}></p>`;
  return html`${limit(panel)}
  ${button(panel, {
    deed: 'close',
    label: panel.isClosing ? strings.closing : strings.close,
    look: 'primary close',
    part: 'close',
    press: () => panel.do('close', () => host.scope?.closeConversation(conversation.id)),
  })}`;
}

/** How long After Call Work still lasts, where it has a limit. */
function limit(panel: Panel): TemplateResult | typeof nothing {
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
            deed: 'extend',
            label: strings.extend,
            title: strings.extensionsLeft(extensionsLeft),
            part: 'extend',
            press: () => panel.do('extend', () => session.extend(id)),
          })
        : nothing
    }`;
}

/** What went wrong, said once; a closing that failed is shown whoever asked for it. */
function failure(panel: Panel, at: 'call' | 'foot'): TemplateResult | typeof nothing {
  const claim = claimOf(panel.session, panel.conversation.id);
  const isClosing = at === 'foot' && claim && 'error' in claim;
  const closing = isClosing ? refusalText('close', claim.error, panel.strings) : undefined;
  const text = closing ?? (panel.failure?.at === at ? panel.failure.text(panel.strings) : '');
  return text ? html`<p class="error" role="alert" .textContent=${text}></p>` : nothing;
}
