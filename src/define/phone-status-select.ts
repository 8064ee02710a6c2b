import { PhoneStatusSelect } from '../elements/phone-status-select/phone-status-select.js';

if (!customElements.get('phone-status-select')) customElements.define('phone-status-select', PhoneStatusSelect);

export { PhoneStatusSelect };
