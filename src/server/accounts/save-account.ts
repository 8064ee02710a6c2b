import { switchForward, type Account } from '../../model/account.js';
import { readAccount } from '../../model/codec.js';
import type { PhoneError } from '../../model/errors.js';
import { checkAccount, checkSent } from './account-rules.js';
import { ACCOUNT_BYTES } from '../http/request-body.js';
import { denied, refusal } from '../http/problems.js';
import { savesAccountAs } from '../access/rights.js';
import { redactEntry } from '../streams/streams.js';
import {
  audit,
  bodyOf,
  entryAnswer,
  mustBeBased,
  precondition,
  saveRefusal,
  WHOLE,
  type RequestContext,
} from '../http/request-context.js';

/** `PUT account`: saves the account, based on the revision that the request names. */
export async function putAccount(visit: RequestContext): Promise<Response> {
  const { request, viewer, service } = visit;
  visit.operation = { action: 'save-account' };
  const role = savesAccountAs(viewer);
  if (!role) throw denied('save the account');
  visit.operation = { action: 'save-account', role };
  const basedOn = mustBeBased(precondition(request));
  try {
    const body = await bodyOf(visit, ACCOUNT_BYTES);
    const saved = await service.saveAccount((present, lastKnown) => {
      checkSent(body, present);
      const account = accountOf(body);
      // Of one that is damaged the last state holds, and a fresh one may be saved over it.
      const { forwardToPhone } = (present ?? lastKnown).settings;
      const wanted = role === 'admin' && !saysForward(body) ? withForward(account, forwardToPhone) : account;
      checkAccount(wanted, present);
      const isFresh = !present && !wanted.settings.forwardToPhone;
      if (role === 'admin' && !isFresh && wanted.settings.forwardToPhone !== forwardToPhone) {
        throw denied('change settings.forwardToPhone: the vendor switches it');
      }
      return wanted;
    }, basedOn);
    audit(visit, 'saved', saved.revision);
    return entryAnswer(visit, saved.value, saved.revision);
  } catch (error) {
    throw saveRefusal(visit, error, (entry) => redactEntry(entry, WHOLE));
  }
}

/** The account that a body is; what is wrong with it is told, as it is the visitor's own. */
function accountOf(body: unknown): Account {
  try {
    return readAccount(body);
  } catch (error) {
    const { code, cause } = error as PhoneError;
    throw refusal(422, `The sent ${String(cause)}. openapi.json says what an account carries.`, { code });
  }
}

function saysForward(body: unknown): boolean {
  const { settings } = body as { readonly settings?: Partial<Account['settings']> };
  return settings?.forwardToPhone !== undefined;
}

function withForward(account: Account, forwardToPhone: boolean): Account {
  const { statuses, settings } = account;
  return { ...account, statuses: switchForward(statuses, forwardToPhone), settings: { ...settings, forwardToPhone } };
}
