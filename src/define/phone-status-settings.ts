import { PhoneStatusSettings } from '../elements/phone-status-settings/phone-status-settings.js';

if (!customElements.get('phone-status-settings')) customElements.define('phone-status-settings', PhoneStatusSettings);

export { PhoneStatusSettings };
