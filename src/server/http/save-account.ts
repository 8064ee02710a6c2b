import { switchForward, type Account } from '../../model/account.js';
import { readAccount } from '../../model/codec.js';
import type { PhoneError } from '../../model/errors.js';
import { redactEntry, WHOLE } from '../access/redaction.js';
import { savesAccountAs } from '../access/rights.js';
import { checkAccount, checkSent } from '../accounts/account-rules.js';
import { documentResponse, saveRefusal } from './entry-responses.js';
import { requiredPrecondition } from './preconditions.js';
import { denied, refusal } from './problems.js';
import { ACCOUNT_BYTES, readBody } from './request-body.js';
import { audit, type RequestContext } from './request-context.js';

/** `PUT account`: saves the account, based on the revision that the request names. */
export async function putAccount(c: RequestContext): Promise<Response> {
  const { viewer, service } = c.var;
  c.set('operation', { action: 'save-account' });
  const role = savesAccountAs(viewer);
  if (!role) throw denied('save the account');
  c.set('operation', { action: 'save-account', role });
  const basedOn = requiredPrecondition(c.req.raw);
  try {
    const body = await readBody(c, ACCOUNT_BYTES);
    const saved = await service.saveAccount((present, lastKnown) => {
      checkSent(body, present);
      const account = accountOf(body);
      // If the saved account is damaged, its last state counts, and a fresh one may be saved over it.
      const { forwardToPhone } = (present ?? lastKnown).settings;
      const wanted = role === 'admin' && !saysForward(body) ? withForward(account, forwardToPhone) : account;
      checkAccount(wanted, present);
      const isFresh = !present && !wanted.settings.forwardToPhone;
      if (role === 'admin' && !isFresh && wanted.settings.forwardToPhone !== forwardToPhone) {
        throw denied('change settings.forwardToPhone: the vendor switches it');
      }
      return wanted;
    }, basedOn);
    audit(c.var, 'saved', saved.revision);
    return documentResponse(service, saved.revision, saved.value);
  } catch (error) {
    throw saveRefusal(service, error, (entry) => redactEntry(entry, WHOLE));
  }
}

/** The account in a body. Its errors are told in full: the body is the viewer's own. */
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
