import type { AccountNews } from '../../model/account-diff.js';
import { statusOf, type Account } from '../../model/account.js';
import { isPhoneError } from '../../model/errors.js';
import { SETTINGS } from '../../model/schema/account.js';
import type { Status } from '../../model/status.js';
import type { AccountSession } from '../../session/account-session.js';
import { knownLanguage } from '../text/format.js';
import { messageOf } from '../text/error-words.js';
import { nameOf, type StatusWords } from '../phone-status-select/labels.js';
import { englishSettings, type AdminSetting, type SettingsStrings } from './settings-strings.js';

/** How many letters of a name fit into a sentence. */
const NAME_IN_SENTENCE = 60;
/** How many changes of others are listed. */
const LISTED = 6;
// What must not reach the sentence around a text: control characters, and directions that are not ended.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\s]/gu;
const UNRULY = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** A text without characters that would change the direction of the text around it. */
export function tame(text: string): string {
  return text.replace(UNRULY, '');
}

/** A text that comes from a document, fit for a sentence or a label: cut and tame. */
export function plain(text: string): string {
  const shown = tame(text.slice(0, 10 * NAME_IN_SENTENCE));
  const letters = [...shown];
  return letters.length > NAME_IN_SENTENCE ? `${letters.slice(0, NAME_IN_SENTENCE - 1).join('')}…` : shown;
}

/** The name of a status in the page's language; its id where nothing of the name is visible. */
export function statusName(status: Status, words: StatusWords, account: Account | undefined): string {
  const name = nameOf(status, words, account);
  return name.slice(0, 100).replace(INVISIBLE, '') ? name : status.id;
}

/** What the admin reads of an error. */
export function adminText(error: unknown, { errors, lang, unknownError }: SettingsStrings): string {
  const code = isPhoneError(error) && error.code;
  if (!code) return unknownError;
  const text = errors[code] ?? unknownError;
  // In English the model's own message is shown: it quotes what was typed, and says what is wrong with it.
  const isOfTyping = code.startsWith('invalid-') || code === 'duplicate-name';
  const isEnglish = lang.startsWith('en') && text === englishSettings.errors[code];
  return isOfTyping && isEnglish ? tame(messageOf(error)) : text;
}

/** Why changes cannot be saved, or will not last; empty where they can and will. */
export function warningOf(session: AccountSession | undefined, words: SettingsStrings): string {
  const { forbidden, connection } = session ?? {};
  if (forbidden) return adminText(forbidden, words);
  if (connection?.state === 'offline') return words.offline;
  return connection?.state === 'online' && connection.reason ? words.notKept : '';
}

/** What others have changed, as one text. */
export function changesText(changes: readonly AccountNews[], words: ChangeWords): string {
  const texts = changes.flatMap((one) => changeTexts(one, words));
  const shown = texts.length > LISTED ? [...texts.slice(0, LISTED), '…'] : texts;
  return new Intl.ListFormat(knownLanguage(words.strings.lang), { style: 'narrow', type: 'unit' }).format(shown);
}

/** What the texts of changes are made of. */
interface ChangeWords {
  readonly account: Account;
  readonly strings: SettingsStrings;
  nameOf(status: Status): string;
}

function changeTexts(change: AccountNews, words: ChangeWords): readonly string[] {
  const { strings, nameOf } = words;
  if (change.kind === 'order') return [strings.newsOrder];
  if (change.kind === 'setting')
    return [strings.newsSetting(...settingText(change.name as AdminSetting, change.value, words))];
  const { status } = change;
  if (change.kind !== 'changed') {
    return [(change.kind === 'added' ? strings.newsAdded : strings.newsRemoved)(nameOf(status))];
  }
  return change.fields.flatMap((field) => {
    if (field === 'enabled') return strings.newsSwitched(nameOf(status), status.enabled);
    const label = strings.fields[field];
    return label === undefined
      ? []
      : strings.newsField(nameOf(change.before), label, valueText(status[field], strings));
  });
}

/** The label of a setting, and the text of its value. */
function settingText(name: AdminSetting, value: unknown, { account, strings, nameOf }: ChangeWords): [string, string] {
  const label = strings.settingWords[name]?.[0] ?? name;
  const isStatus = SETTINGS[name]?.is === 'status';
  return [label, isStatus ? nameOf(statusOf(account, String(value))) : valueText(value, strings)];
}

function valueText(value: unknown, strings: SettingsStrings): string {
  if (typeof value === 'boolean') return value ? strings.yes : strings.no;
  return plain(Array.isArray(value) ? value.join(', ') : String(value)) || '–';
}
