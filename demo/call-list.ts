import { element, messageOf, part } from './page-parts.js';
import type { PhoneSimulator, SimulatedCall } from './phone-simulator.js';

type Deed = (phone: PhoneSimulator, id: string) => unknown;

/** What the buttons of a call do, by their `data-do`. */
const deeds: Readonly<Record<string, Deed>> = {
  answer: (phone, id) => phone.answer(id),
  decline: (phone, id) => phone.decline(id),
  miss: (phone, id) => phone.end(id, 'missed'),
  answeredElsewhere: (phone, id) => phone.end(id, 'answered-elsewhere'),
  hold: (phone, id) => phone.hold(id),
  resume: (phone, id) => phone.resume(id),
  mute: (phone, id) => phone.mute(id),
  unmute: (phone, id) => phone.unmute(id),
  hangUp: (phone, id) => phone.hangUp(id),
  nobodyAnswers: (phone, id) => phone.end(id, 'missed'),
  loseHangUp: (phone, id) => phone.loseHangUp(id),
};

/** Draws the calls of the telephone, and lets the user act on each. */
export function showCalls(phone: PhoneSimulator): void {
  const list = part('calls');
  const draw = (): void => {
    const rows = new Map(
      [...list.querySelectorAll<HTMLElement>('[data-call]')].map((row) => [row.dataset['call'], row]),
    );
    for (const entry of phone.list) {
      const row = rows.get(entry.call.id) ?? newRow(list, entry);
      rows.delete(entry.call.id);
      drawRow(row, entry);
    }
    for (const row of rows.values()) removeRow(row);
    const notice = part('no-calls');
    notice.textContent = phone.list.length > 0 ? '' : phone.notice || 'No calls on this phone.';
    part('ring').querySelector('button')!.textContent = phone.list.length > 0 ? 'Ring another' : 'Ring';
  };
  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-do]') : null;
    const id = button?.closest<HTMLElement>('[data-call]')?.dataset['call'];
    if (button && id) void act(phone, button.dataset['do'] ?? '', id);
  });
  phone.watch(draw);
  draw();
}

async function act(phone: PhoneSimulator, name: string, id: string): Promise<void> {
  try {
    await deeds[name]?.(phone, id);
  } catch (error) {
    part('no-calls').textContent = messageOf(error);
  }
}

function newRow(list: HTMLElement, { call }: SimulatedCall): HTMLElement {
  const template = part('call-row');
  const row = element('li', '', 'call-row');
  if (template instanceof HTMLTemplateElement) row.append(template.content.cloneNode(true));
  row.dataset['call'] = call.id;
  list.append(row);
  return row;
}

function drawRow(row: HTMLElement, { call, state, muted, digits }: SimulatedCall): void {
  const conditions = new Set([state, call.direction, muted ? 'muted' : 'unmuted']);
  row.querySelector('[data-field=who]')!.textContent = call.party.name || call.party.number || 'Number withheld';
  const words = [call.direction, state, ...(muted ? ['muted'] : []), ...(digits ? [`digits ${digits}`] : [])];
  row.querySelector('[data-field=state]')!.textContent = words.join(' · ');
  const focused = row.querySelector(':focus');
  for (const button of row.querySelectorAll<HTMLElement>('[data-do]')) {
    button.hidden = !isOffered(button.dataset['when'] ?? '', state, conditions);
  }
  if (focused instanceof HTMLElement && focused.hidden) row.querySelector<HTMLElement>('button:not([hidden])')?.focus();
}

/** `when` names one or more states, of which one must hold, and perhaps a direction or muting that must hold too. */
function isOffered(when: string, state: string, conditions: ReadonlySet<string>): boolean {
  const words = when.split(' ');
  const states = words.filter((word) => ['ringing', 'live', 'held'].includes(word));
  const others = words.filter((word) => !states.includes(word));
  return states.includes(state) && others.every((word) => conditions.has(word));
}

function removeRow(row: HTMLElement): void {
  const hadFocus = row.contains(document.activeElement);
  row.remove();
  if (hadFocus) part('ring').querySelector('button')?.focus();
}
