import { updateStatus, type Account, type NewStatus, type StatusEdit } from '../../model/account.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { unknownStatus, type Status, type StatusId } from '../../model/status.js';

/** The values of the form's fields. */
export interface StatusDraft {
  readonly name: string;
  readonly emoji: string;
  readonly description: string;
  readonly takesCalls: boolean;
  /** Minutes, as they were typed. */
  readonly allowance: string;
}

/** A field of the form. */
export type DraftField = keyof StatusDraft;

/** The fields in the order of the form. */
export const draftFields: readonly DraftField[] = ['emoji', 'name', 'description', 'takesCalls', 'allowance'];

/** Stands for a new status: no admin can type its values, so everything typed is a change. */
const blank: Status = { ...unknownStatus('\0'), emoji: '\0', enabled: true };

/** The draft of a status as it is, or of a new one. */
export function draftOf(status?: Status): StatusDraft {
  if (!status) return { name: '', emoji: '', description: '', takesCalls: false, allowance: '0' };
  const { name, emoji, description, takesCalls, allowanceMinutes } = status;
  return { name, emoji, description, takesCalls, allowance: String(allowanceMinutes) };
}

/** The new status of a draft. */
export function newStatusOf(draft: StatusDraft): NewStatus {
  const { name, emoji, description, takesCalls } = draft;
  return { name, emoji, description, takesCalls, allowanceMinutes: minutesOf(draft.allowance) };
}

/** What a draft changes of the status; only what differs from `base`. */
export function changeOf(draft: StatusDraft, base: StatusDraft): StatusEdit {
  const fields = draftFields.filter((field) => draft[field] !== base[field]);
  return Object.assign({}, ...fields.map((field) => fieldChange(draft, field))) as StatusEdit;
}

/** The error of each field that the model would refuse. */
export function problemsOf(
  account: Account,
  draft: StatusDraft,
  id?: StatusId,
): Partial<Record<DraftField, PhoneError>> {
  const tried: Account = id === undefined ? { ...account, statuses: [...account.statuses, blank] } : account;
  const status = tried.statuses.find((one) => one.id === (id ?? blank.id));
  const fields = status?.kind === 'default' ? (['allowance'] as const) : draftFields;
  const problems: Partial<Record<DraftField, PhoneError>> = {};
  for (const field of fields) {
    try {
      updateStatus(tried, id ?? blank.id, fieldChange(draft, field));
    } catch (error) {
      if (!isPhoneError(error)) throw error;
      problems[field] = error;
    }
  }
  return problems;
}

/** The field that an error of the model is about; undefined without one. */
export function fieldOf({ code }: PhoneError): DraftField | undefined {
  if (code === 'invalid-name' || code === 'duplicate-name') return 'name';
  if (code === 'invalid-emoji') return 'emoji';
  if (code === 'invalid-description') return 'description';
  return code === 'invalid-setting' ? 'allowance' : undefined;
}

function fieldChange(draft: StatusDraft, field: DraftField): StatusEdit {
  if (field === 'allowance') return { allowanceMinutes: minutesOf(draft.allowance) };
  return { [field]: draft[field] };
}

/** A text that is not a number stays as it is: the model's refusal quotes it. */
function minutesOf(text: string): number {
  const typed = text.trim();
  return typed === '' ? 0 : /^\d{1,9}$/.test(typed) ? Number(typed) : (typed as unknown as number);
}
