// The provider first: what is inside it is upgraded when it can answer.
import './define/phone-provider.js';
import './define/phone-status-select.js';
import './define/phone-conversation.js';
import './define/phone-widget.js';
