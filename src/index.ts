export * from './headless.js';
export { phoneContext, type PhoneScope } from './elements/context.js';
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
export { formatClock, formatMinutes } from './elements/format.js';
export { PhoneConversation } from './elements/phone-conversation/phone-conversation.js';
export { PhoneOwner } from './elements/phone-owner.js';
export { PhoneProvider } from './elements/phone-provider/phone-provider.js';
export { PhoneStatusSelect } from './elements/phone-status-select/phone-status-select.js';
export { PhoneWidget } from './elements/phone-widget/phone-widget.js';
export { english, registerStrings, type Strings } from './elements/strings.js';
