import { LitStatusSelect } from '../lit-status-select.js';
import { choices } from './choice.js';

const select = document.querySelector('lit-status-select');
if (select instanceof LitStatusSelect) Object.assign(select, { statuses: choices, value: 'available' });
