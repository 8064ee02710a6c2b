import 'phone-widget/define';
import { browserStore } from 'phone-widget';
import { showCalls } from './call-list.js';
import { showEvents } from './event-log.js';
import { FaultyStore } from './faulty-store.js';
import { showLook } from './look.js';
import { showOtherTabs } from './other-tabs.js';
import { part } from './page-parts.js';
import { showPeople } from './people.js';
import { PhoneSimulator } from './phone-simulator.js';
import { customerNamed, showTickets } from './tickets.js';
import { showTrouble } from './trouble.js';

const widget = document.querySelector('phone-widget')!;
const store = new FaultyStore(browserStore());
const phone = new PhoneSimulator(customerNamed);

showEvents();
widget.store = store;
widget.calls = phone;
const agentId = (): string => widget.agentId;
const tellTabs = showOtherTabs(phone, agentId);
showLook(widget, tellTabs);
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
