import type { AccountNews } from '../../model/account-diff.js';
import { statusOf, type Account } from '../../model/account.js';
import { isPhoneError } from '../../model/errors.js';
import type { Status } from '../../model/status.js';
import type { AccountSession } from '../../session/account-session.js';
import { knownLanguage } from '../text/format.js';
import { messageOf } from '../text/error-words.js';
import { nameOf, type StatusWords } from '../phone-status-select/labels.js';
import { englishSettings, type AdminSetting, type SettingsStrings } from './settings-strings.js';

/** So much of a name fits into a sentence. */
const NAME_IN_SENTENCE = 60;
/** So many changes of others are told one by one. */
const TOLD = 6;
// What a text must not do to the sentence around it: control characters, and directions that do not end.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\s]/gu;
const UNRULY = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** A text without what would turn the words around it. */
export function tame(text: string): string {
  return text.replace(UNRULY, '');
}

/** A text that comes from a document, fit for a sentence or a label: cut and tame. */
export function plain(text: string): string {
  const shown = tame(text.slice(0, 10 * NAME_IN_SENTENCE));
  const letters = [...shown];
  return letters.length > NAME_IN_SENTENCE ? `${letters.slice(0, NAME_IN_SENTENCE - 1).join('')}…` : shown;
}

/** A status as it is called in the page's language; its id where nothing of its name can be seen. */
export function statusName(status: Status, words: StatusWords, account: Account | undefined): string {
  const name = nameOf(status, words, account);
  return name.slice(0, 100).replace(INVISIBLE, '') ? name : status.id;
}

/** What the admin reads of an error. */
export function adminText(error: unknown, { errors, lang, unknownError }: SettingsStrings): string {
  const code = isPhoneError(error) && error.code;
  if (!code) return unknownError;
  const text = errors[code] ?? unknownError;
  // In English the model says of what was typed what is wrong with it; its message quotes that.
  const isOfTyping = code.startsWith('invalid-') || code === 'duplicate-name';
  const isEnglish = lang.startsWith('en') && text === englishSettings.errors[code];
  return isOfTyping && isEnglish ? tame(messageOf(error)) : text;
}

/** What keeps changes from being saved, or kept; empty: nothing. */
export function warningOf(session: AccountSession | undefined, words: SettingsStrings): string {
  const { forbidden, connection } = session ?? {};
  if (forbidden) return adminText(forbidden, words);
  if (connection?.state === 'offline') return words.offline;
  return connection?.state === 'online' && connection.reason ? words.notKept : '';
}

/** What others did, in words. */
export function newsInWords(news: readonly AccountNews[], words: NewsWords): string {
  const told = news.flatMap((one) => sentenceOf(one, words));
  const shown = told.length > TOLD ? [...told.slice(0, TOLD), '…'] : told;
  return new Intl.ListFormat(knownLanguage(words.strings.lang), { style: 'narrow', type: 'unit' }).format(shown);
}

/** What it takes to say news. */
export interface NewsWords {
  readonly account: Account;
  readonly strings: SettingsStrings;
  nameOf(status: Status): string;
}

function sentenceOf(news: AccountNews, words: NewsWords): readonly string[] {
  const { strings, nameOf } = words;
  if (news.kind === 'order') return [strings.newsOrder];
  if (news.kind === 'setting')
    return [strings.newsSetting(...settingInWords(news.name as AdminSetting, news.value, words))];
  const { status } = news;
  if (news.kind !== 'changed') {
    return [(news.kind === 'added' ? strings.newsAdded : strings.newsRemoved)(nameOf(status))];
  }
  return news.fields.flatMap((field) => {
    if (field === 'enabled') return strings.newsSwitched(nameOf(status), status.enabled);
    const label = strings.fields[field];
    return label === undefined
      ? []
      : strings.newsField(nameOf(news.before), label, valueInWords(status[field], strings));
  });
}

/** A setting and its value, in words. */
function settingInWords(name: AdminSetting, value: unknown, { account, strings, nameOf }: NewsWords): [string, string] {
  const label = strings.settingWords[name]?.[0] ?? name;
  const isStatus = name === 'signInStatus' || name === 'missedCallStatus';
  return [label, isStatus ? nameOf(statusOf(account, String(value))) : valueInWords(value, strings)];
}

function valueInWords(value: unknown, strings: SettingsStrings): string {
  if (typeof value === 'boolean') return value ? strings.yes : strings.no;
  return plain(Array.isArray(value) ? value.join(', ') : String(value)) || '–';
}
