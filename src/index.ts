export * from './headless.js';
export { phoneContext, type PhoneScope } from './elements/session/context.js';
export {
  PhoneCallChangeEvent,
  PhoneConversationCloseEvent,
  PhoneConversationOpenEvent,
  PhoneErrorEvent,
  PhoneEvent,
  PhoneNextChangeEvent,
  PhoneReadyEvent,
  PhoneStatusChangeEvent,
  PhoneStatusRequestEvent,
  type PhoneCallChangeDetail,
  type PhoneConversationCloseDetail,
  type PhoneConversationOpenDetail,
  type PhoneErrorDetail,
  type PhoneEventMap,
  type PhoneNextChangeDetail,
  type PhoneReadyDetail,
  type PhoneStatusChangeDetail,
  type PhoneStatusRequestDetail,
} from './elements/events.js';
export { formatClock, formatMinutes } from './elements/text/format.js';
export { PhoneConversation } from './elements/phone-conversation/phone-conversation.js';
export { SessionElement } from './elements/session/session-element.js';
export { PhoneProvider } from './elements/phone-provider/phone-provider.js';
export { PhoneStatusSelect } from './elements/phone-status-select/phone-status-select.js';
export { PhoneWidget } from './elements/phone-widget/phone-widget.js';
export { english, registerStrings, type Strings } from './elements/text/strings.js';
