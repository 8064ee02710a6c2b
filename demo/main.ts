import 'phone-widget/define';
import { showCalls } from './call-list.js';
import { showEvents } from './event-log.js';
import { FaultyStore } from './faulty-store.js';
import { showLook } from './look.js';
import { showOtherTabs } from './other-tabs.js';
import { part } from './page-parts.js';
import { showPeople } from './people.js';
import { PhoneSimulator } from './phone-simulator.js';
import { isShared, keepServerInLinks, storeFor } from './place.js';
import { customerNamed, showTickets } from './tickets.js';
import { showTrouble } from './trouble.js';

const widget = document.querySelector('phone-widget')!;
const firstAgent = new URLSearchParams(location.search).get('agent')?.trim() || 'ana';
const store = new FaultyStore(storeFor({ id: firstAgent, roles: ['agent'] }));
const phone = new PhoneSimulator(customerNamed);

showEvents();
widget.store = store;
widget.calls = phone;
const agentId = (): string => widget.agentId;
const tellTabs = showOtherTabs(phone, agentId);
showLook(widget, () => {
  // Another agent signs in to the server by another token: as in a helpdesk, on a page that is loaded anew.
  if (isShared && agentId() !== firstAgent) location.reload();
  else tellTabs();
});
keepServerInLinks();
showTickets(widget, showTrouble(store, phone));
showPeople(agentId);
showCalls(phone);

part('ring').addEventListener('submit', (event) => {
  event.preventDefault();
  const option = document.querySelector<HTMLOptionElement>('#ring option:checked')!;
  const name = option.dataset['name'] ?? option.text;
  phone.ring({ ...(name && { name }), ...(option.value && { number: option.value }) });
});

part('dial').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = document.querySelector<HTMLInputElement>('#dial input')!;
  phone.dialAtPhone(field.value.trim());
});
