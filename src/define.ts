// The provider first: what is inside it is upgraded when it can answer.
export * from './define/phone-provider.js';
export * from './define/phone-status-select.js';
export * from './define/phone-conversation.js';
export * from './define/phone-widget.js';
