import { element, part } from './page-parts.js';

const KEPT = 100;
const names = [
  'phone-status-request',
  'phone-status-change',
  'phone-next-change',
  'phone-call-change',
  'phone-conversation-open',
  'phone-conversation-close',
  'phone-error',
] as const;

/** Writes every event of the phone elements into the page, newest first. */
export function showEvents(): void {
  const log = part('log');
  for (const name of names) {
    document.body.addEventListener(name, ({ detail }) => {
      const line = element('li');
      line.append(element('time', timeNow()), ' ', element('strong', name), ' ', element('code', textOf(detail)));
      log.prepend(line);
      while (log.children.length > KEPT) log.lastElementChild?.remove();
    });
  }
  part('clear-log').addEventListener('click', () => log.replaceChildren());
}

function timeNow(): string {
  return new Date().toLocaleTimeString(undefined, { hour12: false });
}

/** The detail in one line: a status by its id, functions left out. */
function textOf(detail: object): string {
  const short = (key: string, value: unknown): unknown => {
    if (key === 'status' || key === 'previous') return nameOf(value);
    return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}…` : value;
  };
  return JSON.stringify(detail, short).replaceAll('"', '').slice(1, -1).replaceAll(',', ', ');
}

function nameOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}
