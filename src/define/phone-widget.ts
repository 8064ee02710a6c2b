import { PhoneWidget } from '../elements/phone-widget/phone-widget.js';
import './phone-conversation.js';
import './phone-status-select.js';

if (!customElements.get('phone-widget')) customElements.define('phone-widget', PhoneWidget);

export { PhoneWidget };
