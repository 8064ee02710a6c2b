export { PhoneStatusSettings } from './elements/phone-status-settings/phone-status-settings.js';
export {
  englishSettings,
  registerSettingsStrings,
  type AdminSetting,
  type PickerWords,
  type SettingsStrings,
  type SettingWords,
} from './elements/phone-status-settings/settings-strings.js';
export type { AccountNews } from './model/account-diff.js';
export { AccountSession, type AccountChange, type SavedChange } from './session/account-session.js';
