import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatClock } from '../format.js';
import { errorText } from '../strings.js';
import { callControls, ringingControls } from './call-controls.js';
import { icon } from './icons.js';
import { button, failure, isClosing, offers, type PanelView } from './panel-view.js';
import { tagField } from './tag-field.js';

/** One conversation: who, how long, what can be done to its call, notes, tags, and its close. */
export function conversationPanel(view: PanelView): TemplateResult {
  const { conversation, strings } = view;
  const { state } = conversation;
  return html`<section
    class="panel"
    part="conversation"
    data-state=${state}
    tabindex="-1"
    aria-label=${strings.sentence([stateText(view), callerText(view)])}
  >
    ${state === 'ringing' ? ringing(view) : open(view)}
  </section>`;
}

/** Said at once when the call comes in, and never again. */
function ringing(view: PanelView): TemplateResult {
  return html`<div class="head" role="alert">
      ${caller(view)}
      <div class="aside"><span class="state">${icon('inbound')}${view.strings.incoming}</span></div>
    </div>
    ${ringingControls(view)}`;
}

function open(view: PanelView): TemplateResult {
  const isOver = view.conversation.state === 'ended';
  return html`<div class="head">${caller(view)} ${aside(view)}</div>
    ${isOver ? nothing : callControls(view)}
    ${view.isOwn ? [notes(view), tagField(view), failure(view, 'write')] : nothing}
    ${isOver ? closing(view) : callOver(view)}`;
}

function stateText({ conversation: { state }, strings }: PanelView): string {
  if (state === 'ringing') return strings.incoming;
  if (state === 'ended') return strings.statusNames['after-call-work'] ?? strings.callEnded;
  return state === 'held' ? strings.onHold : strings.talking;
}

function callerText({ conversation: { party }, strings }: PanelView): string {
  return party.name || party.number || strings.unknownCaller;
}

/** A name or number that is cut is shown in full while it is pointed at or focused. */
function caller(view: PanelView): TemplateResult {
  const { name, number } = view.conversation.party;
  const text = callerText(view);
  return html`<div class="caller" part="caller">
    <div class="name" title=${text} tabindex=${text.length > 24 ? 0 : nothing}>
      <bdi dir=${name ? 'auto' : 'ltr'}>${text}</bdi>
    </div>
    ${name && number ? html`<bdi class="number" dir="ltr">${number}</bdi>` : nothing}
  </div>`;
}

function aside(view: PanelView): TemplateResult {
  const { conversation, strings, now } = view;
  const { startedAt, endedAt, direction, state } = conversation;
  const direct = direction === 'inbound' ? strings.incoming : strings.outgoing;
  const time = startedAt === undefined ? nothing : formatClock((endedAt ?? now) - startedAt, strings.lang);
  return html`<div class="aside">
    <span class="time">
      <span role="img" aria-label=${direct} title=${direct}>${icon(direction)}</span>
      <span part="duration" role="timer" title=${strings.duration}>${time}</span>
    </span>
    <span class="state">${state === 'held' ? icon('hold') : nothing}${stateText(view)}</span>
  </div>`;
}

function notes(view: PanelView): TemplateResult {
  const { panel, conversation, draft, strings } = view;
  return html`<label>
    <span class="caption">${strings.notes}</span>
    <textarea
      part="notes"
      rows="3"
      dir="auto"
      ?readonly=${isClosing(view)}
      .value=${live(draft?.notes ?? '')}
      @input=${(event: InputEvent) => panel.write(conversation, { notes: (event.target as HTMLTextAreaElement).value })}
    ></textarea>
  </label>`;
}

/** For a call whose hang-up was lost. Where the page could hang up itself, it asks once more. */
function callOver(view: PanelView): TemplateResult {
  const { panel, conversation, session, strings } = view;
  const over = { deed: 'callOver', label: strings.callOver };
  const end = (): void => void panel.do('callOver', () => session.endCall(conversation.id));
  const isElsewhere = !conversation.here && session.calls?.carries === 'page';
  if (panel.drawer === 'callOver') {
    return html`<div class="foot">
      <p>${strings.callOverHint}</p>
      ${button(view, { ...over, part: 'call-over', press: end })}
      ${button(view, { deed: '', label: strings.cancel, look: 'plain', press: () => panel.toggle('callOver') })}
      ${failure(view, 'callOver')}
    </div>`;
  }
  const asks = offers(view, 'hangUp');
  return html`<div class="foot">
    ${isElsewhere ? html`<p>${strings.notHere}</p>` : nothing}
    ${button(view, {
      ...over,
      look: 'plain quiet',
      ...(asks ? {} : { part: 'call-over' }),
      press: asks ? () => panel.toggle('callOver') : end,
    })}
    ${failure(view, 'callOver')}
  </div>`;
}

function closing(view: PanelView): TemplateResult {
  const { panel, conversation, strings, claim } = view;
  const isBusy = isClosing(view);
  return html`<div class="foot">
      ${limit(view)}
      ${button(view, {
        deed: 'close',
        label: isBusy ? strings.closing : strings.close,
        look: 'primary close',
        part: 'close',
        isBusy,
        press: () => void panel.do('close', (_, scope) => scope.closeConversation(conversation.id)),
      })}
    </div>
    ${claim && !isBusy ? html`<p class="error" role="alert">${errorText(claim.error, strings)}</p>` : failure(view, 'close')}
    ${failure(view, 'extend')}`;
}

/** How long After Call Work still lasts, where it has a limit. */
function limit(view: PanelView): TemplateResult | typeof nothing {
  const { panel, conversation, session, strings, now } = view;
  const { id, endedAt = 0, closesAt, extensionsLeft = 0 } = conversation;
  if (closesAt === undefined) return nothing;
  const left = Math.max(0, closesAt - now);
  return html`<div class="limit">
      <span>${strings.closesIn(formatClock(left, strings.lang))}</span>
      <progress aria-hidden="true" max=${closesAt - endedAt} .value=${left}></progress>
    </div>
    ${
      extensionsLeft > 0
        ? button(view, {
            deed: 'extend',
            label: strings.extend,
            title: strings.extensionsLeft(extensionsLeft),
            part: 'extend',
            press: () => void panel.do('extend', () => session.extend(id)),
          })
        : nothing
    }`;
}
