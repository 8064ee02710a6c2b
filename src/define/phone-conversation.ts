import { PhoneConversation } from '../elements/phone-conversation/phone-conversation.js';

if (!customElements.get('phone-conversation')) customElements.define('phone-conversation', PhoneConversation);

export { PhoneConversation };
