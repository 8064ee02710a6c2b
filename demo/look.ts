import type { PhoneWidget } from 'phone-widget';
import { part } from './page-parts.js';

/** How the demo is shown, as the address says it: `?agent=ben&scheme=dark&dir=rtl&text=150&host=narrow`. */
const usual = { agent: 'ana', scheme: 'auto', dir: 'ltr', text: '100', host: 'regular' } as const;
type Name = keyof typeof usual;
const names = Object.keys(usual) as Name[];

/** Binds the switches of the page's head to the page, the widget and the address. */
export function showLook(widget: PhoneWidget, onAgent: () => void): void {
  const form = part('switches') as HTMLFormElement;
  const query = new URLSearchParams(location.search);
  for (const name of names) {
    const field = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
    field.value = query.get(name) ?? usual[name];
    if (!field.value) field.value = usual[name];
  }
  const apply = (): void => {
    const look = Object.fromEntries(new FormData(form)) as Record<Name, string>;
    const root = document.documentElement;
    root.dir = look.dir;
    Object.assign(root.dataset, { scheme: look.scheme, text: look.text, host: look.host });
    writeAddress(look);
    const agentId = look.agent.trim() || usual.agent;
    const name = agentId.charAt(0).toUpperCase() + agentId.slice(1);
    part('assignee').textContent = name;
    if (widget.agentId !== agentId) {
      widget.agentId = agentId;
      widget.agentName = name;
      onAgent();
    }
  };
  form.addEventListener('change', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
}

function writeAddress(look: Readonly<Record<Name, string>>): void {
  const address = new URL(location.href);
  for (const name of names) {
    if (look[name] === usual[name]) address.searchParams.delete(name);
    else address.searchParams.set(name, look[name]);
  }
  history.replaceState(null, '', address);
}
