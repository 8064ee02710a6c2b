import 'phone-widget/define';
import 'phone-widget/define/phone-status-settings';
import type { PhoneStatusSettings } from 'phone-widget/settings';
import { part } from './page-parts.js';
import { keepServerInLinks, storeFor } from './place.js';

document.querySelector<PhoneStatusSettings>('phone-status-settings')!.store = storeFor({
  id: 'admin',
  roles: ['admin'],
});
document.querySelector('phone-widget')!.store = storeFor({ id: 'ana', roles: ['agent'] });
keepServerInLinks();

/** How the demo is shown, as the address says it: `?scheme=dark&dir=rtl&text=150&host=narrow`. */
const form = part('switches') as HTMLFormElement;
const usual = Object.fromEntries(new FormData(form)) as Record<string, string>;
const query = new URLSearchParams(location.search);

for (const name of Object.keys(usual)) {
  const field = form.elements.namedItem(name) as HTMLSelectElement;
  field.value = query.get(name) ?? field.value;
}

function apply(): void {
  const look = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const root = document.documentElement;
  root.dir = look['dir'] ?? 'ltr';
  Object.assign(root.dataset, { scheme: look['scheme'], text: look['text'], host: look['host'] });
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(look)) {
    if (value === usual[name]) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history.replaceState(null, '', address);
}

form.addEventListener('change', apply);
apply();
