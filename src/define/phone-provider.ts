import { PhoneProvider } from '../elements/phone-provider/phone-provider.js';

if (!customElements.get('phone-provider')) customElements.define('phone-provider', PhoneProvider);

export { PhoneProvider };
