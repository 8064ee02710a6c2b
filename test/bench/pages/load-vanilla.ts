import { VanillaStatusSelect } from '../vanilla-status-select.js';
import { choices } from './choice.js';

const select = document.querySelector('vanilla-status-select');
if (select instanceof VanillaStatusSelect) Object.assign(select, { statuses: choices, value: 'available' });
