import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addStatus, defaultAccount, updateSettings, updateStatus, type Account } from '../../src/model/account.js';
import { isPhoneError, PhoneError } from '../../src/model/errors.js';
import { AccountSession, type AccountChange } from '../../src/session/account-session.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { refused, unreachable, type FaultyStore } from '../support/faulty-store.js';
import { newStore, outcome, pass, sameStore, settle } from './set-up.js';

const running: AccountSession[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const session of running.splice(0)) session.stop();
  vi.useRealTimers();
});

function newAccountSession(store: StatusStore): AccountSession {
  const session = new AccountSession({ store });
  running.push(session);
  return session;
}

async function open(store: FaultyStore = newStore()) {
  const session = newAccountSession(store);
  const errors: PhoneError[] = [];
  session.watchErrors((error) => errors.push(error));
  session.start();
  await settle();
  return { store, session, errors };
}

const name = (session: AccountSession, id: string): string | undefined =>
  session.account?.statuses.find((status) => status.id === id)?.name;
const rename =
  (id: string, to: string): AccountChange =>
  (account) =>
    updateStatus(account, id, { name: to });
const limit =
  (missedCallLimit: number): AccountChange =>
  (account) =>
    updateSettings(account, { missedCallLimit });

describe('following', () => {
  test('an account that nobody has written is the default one', async () => {
    const { session } = await open();
    expect(session.account).toEqual(defaultAccount);
    expect(session.connection.state).toBe('online');
  });

  test('nothing is known before the store has answered, and a change is refused as unavailable', async () => {
    const store = newStore();
    store.silent = ['ready'];
    const session = newAccountSession(store);
    session.start();
    session.start();
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'unavailable' });
    expect(session.account).toBeUndefined();
  });

  test('what another admin saves is shown, and listeners are told', async () => {
    const { store, session } = await open();
    let told = 0;
    const stop = session.subscribe(() => told++);
    await sameStore(store).saveAccount(rename('lunch', 'Dinner')(defaultAccount), null);
    await settle();
    expect(name(session, 'lunch')).toBe('Dinner');
    expect(told).toBe(1);
    stop();
    await session.change(limit(3));
    expect(told).toBe(1);
  });

  test.each([7, { value: 7, revision: 9 }, { value: { statuses: 7 }, revision: 9 }, { value: defaultAccount }])(
    'the entry %j of a store that checks nothing is damage',
    async (entry) => {
      const { store, session, errors } = await open();
      store.hear(entry, 'account');
      expect(errors).toMatchObject([{ code: 'damaged-data' }]);
      expect(session.account).toEqual(defaultAccount);
    },
  );

  test('a watch that failed and goes on has nothing to tell any more', async () => {
    const { store, session } = await open();
    await session.change(rename('lunch', 'Dinner'));
    store.error(refused('denied'), 'account');
    expect(session.failure).toMatchObject({ code: 'denied' });
    store.hear(await store.readAccount(), 'account');
    expect(session.failure).toBeUndefined();
    expect(name(session, 'lunch')).toBe('Dinner');
  });

  test('a state older than the one shown is ignored', async () => {
    const { store, session } = await open();
    await session.change(rename('lunch', 'Dinner'));
    await session.change(rename('lunch', 'Supper'));
    store.pushAccount({ value: defaultAccount, revision: 1 });
    expect(name(session, 'lunch')).toBe('Supper');
  });

  test('a session that was stopped follows nothing, and one that is started again does', async () => {
    const { store, session } = await open();
    session.stop();
    session.stop();
    expect(store.watchers).toBe(0);
    await sameStore(store).saveAccount(limit(3)(defaultAccount), null);
    await settle();
    expect(session.account?.settings.missedCallLimit).toBe(0);
    session.start();
    await settle();
    expect(session.account?.settings.missedCallLimit).toBe(3);
  });

  test('a lost connection is told', async () => {
    const { store, session } = await open();
    store.tellConnection({ state: 'offline', reason: unreachable() });
    expect(session.connection.state).toBe('offline');
  });

  test('a store that was closed is a failure, and no exception', async () => {
    const store = newStore();
    await store.close();
    const { session, errors } = await open(store);
    expect(session.failure?.code).toBe('closed');
    expect(errors).toHaveLength(1);
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'closed' });
  });

  test('a watch that is refused is a failure until the store hands over an account', async () => {
    const store = newStore();
    store.silent = ['ready'];
    const { session, errors } = await open(store);
    store.error(refused(), 'account');
    expect(session.failure?.code).toBe('denied');
    expect(errors).toHaveLength(1);
    store.pushAccount({ value: defaultAccount, revision: 1 });
    expect(session.failure).toBeUndefined();
  });

  test('whatever a store throws is told as unavailable', async () => {
    const store = newStore();
    store.watchAccount = () => {
      throw 'no'; // eslint-disable-line @typescript-eslint/only-throw-error -- a store of somebody else's
    };
    const { session } = await open(store);
    expect(session.failure?.code).toBe('unavailable');
  });
});

describe('saving', () => {
  test('a change is shown when the store has taken it, and not before', async () => {
    const { store, session } = await open();
    store.next('saveAccount', 'frozen');
    const saved = outcome(session.change(limit(3)));
    await settle();
    expect(session.account?.settings.missedCallLimit).toBe(0);
    expect(session.saving).toBe(true);
    store.thaw({ late: true });
    await settle();
    expect(saved.now).toBe('done');
    expect(session.account?.settings.missedCallLimit).toBe(3);
    expect(session.saving).toBe(false);
  });

  test('changes are saved one after another, in the order in which they were asked for', async () => {
    const { session } = await open();
    await Promise.all([session.change(rename('lunch', 'Dinner')), session.change(rename('lunch', 'Supper'))]);
    expect(name(session, 'lunch')).toBe('Supper');
  });

  test('a change that changes nothing is not saved', async () => {
    const { store, session } = await open();
    const { account, others } = await session.change((present) => present);
    expect([account, others]).toEqual([defaultAccount, []]);
    expect(await store.readAccount()).toBeUndefined();
  });

  test('what the model refuses is refused, and the next change is saved', async () => {
    const { session } = await open();
    const refusal = outcome(session.change(rename('lunch', 'Break')));
    await session.change(limit(3));
    expect(refusal.now).toBe('duplicate-name');
    expect(session.account?.settings.missedCallLimit).toBe(3);
  });

  test.each(['denied', 'unavailable'] as const)('a save that is %s changes nothing', async (code) => {
    const { store, session, errors } = await open();
    store.next('saveAccount', refused(code));
    await expect(session.change(limit(3))).rejects.toMatchObject({ code });
    expect(session.account).toEqual(defaultAccount);
    expect(errors).toEqual([]);
  });

  test('a save that nobody answers is given up', async () => {
    const { store, session } = await open();
    store.next('saveAccount', 'frozen');
    const saved = outcome(session.change(limit(3)));
    await pass(20_000);
    expect(saved.now).toBe('unavailable');
  });

  test('a save that waits is given up when the session is stopped', async () => {
    const { store, session } = await open();
    store.next('saveAccount', 'frozen');
    const saved = outcome(session.change(limit(3)));
    await settle();
    session.stop();
    await settle();
    expect(saved.now).toBe('unavailable');
  });

  test('a save whose answer comes after a newer state does not take that back', async () => {
    const { store, session } = await open();
    store.silent = ['account'];
    store.next('saveAccount', async () => {
      const value = limit(3)(defaultAccount);
      store.pushAccount({ value: rename('lunch', 'Dinner')(value), revision: 9 });
      return { value, revision: 8 };
    });
    await session.change(limit(3));
    expect(name(session, 'lunch')).toBe('Dinner');
  });

  test('an account of a newer version is shown and not written', async () => {
    const store = newStore();
    await sameStore(store).saveAccount({ ...defaultAccount, writableBy: 99 } as Account, null);
    const { session } = await open(store);
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'newer-version' });
    expect(session.account?.statuses).toHaveLength(defaultAccount.statuses.length);
  });
});

describe('two admins at once', () => {
  test('both get their way, and the second is told what the first changed', async () => {
    const store = newStore();
    const [one, two] = [await open(store), await open(sameStore(store))];
    two.store.silent = ['account'];
    await one.session.change(rename('lunch', 'Dinner'));
    const { others } = await two.session.change((account) => addStatus(account, { name: 'Inventory', emoji: '📦' }));
    expect(others).toMatchObject([{ kind: 'changed', status: { name: 'Dinner' }, fields: ['name'] }]);
    await settle();
    for (const { session } of [one, two]) {
      expect(name(session, 'lunch')).toBe('Dinner');
      expect(name(session, 'custom-1')).toBe('Inventory');
    }
  });

  test('a change that does not fit any more is refused on the present account', async () => {
    const store = newStore();
    const [one, two] = [await open(store), await open(sameStore(store))];
    two.store.silent = ['account'];
    await one.session.change((account) => addStatus(account, { name: 'Inventory', emoji: '📦' }));
    const second = two.session.change((account) => addStatus(account, { name: 'INVENTORY', emoji: '📦' }));
    await expect(second).rejects.toMatchObject({ code: 'duplicate-name' });
    expect(name(two.session, 'custom-1')).toBe('Inventory');
  });

  test('an account that was removed meanwhile is the default one again', async () => {
    const { store, session } = await open();
    await session.change(rename('lunch', 'Dinner'));
    store.next('saveAccount', new PhoneError('conflict', 'Removed.', { data: { present: undefined } }));
    store.next('saveAccount', async () => ({ value: limit(3)(defaultAccount), revision: 12 }));
    const { others } = await session.change(limit(3));
    expect(others).toMatchObject([{ kind: 'changed', status: { name: 'Lunch' } }]);
  });

  test('a store that is always in conflict is given up', async () => {
    const { store, session } = await open();
    store.always(new PhoneError('conflict', 'Again.'), 'saveAccount');
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('undoing', () => {
  const disabled =
    (enabled: boolean): AccountChange =>
    (account) =>
      updateStatus(account, 'lunch', { enabled });
  const isEnabled = ({ account }: AccountSession): boolean | undefined =>
    account?.statuses.find(({ id }) => id === 'lunch')?.enabled;

  test('the last change is undone once', async () => {
    const { session } = await open();
    expect(session.canUndo).toBe(false);
    await session.change(disabled(false), disabled(true));
    expect([isEnabled(session), session.canUndo]).toEqual([false, true]);
    await session.undo();
    expect([isEnabled(session), session.canUndo]).toEqual([true, false]);
    expect(await session.undo()).toBeUndefined();
  });

  test('a later change that cannot be undone takes the offer away', async () => {
    const { session } = await open();
    await session.change(disabled(false), disabled(true));
    await session.change(limit(3));
    expect(session.canUndo).toBe(false);
  });

  test('a change that changes nothing leaves the offer as it is', async () => {
    const { session } = await open();
    await session.change(disabled(false), disabled(true));
    await session.change(disabled(false), (account) => account);
    await session.undo();
    expect(isEnabled(session)).toBe(true);
  });

  test('what others saved since stays', async () => {
    const { store, session } = await open();
    await session.change(disabled(false), disabled(true));
    const other = (await open(sameStore(store))).session;
    await other.change(rename('lunch', 'Dinner'));
    await settle();
    const undone = await session.undo();
    expect(undone?.others).toMatchObject([{ kind: 'changed', fields: ['name'], status: { name: 'Dinner' } }]);
    expect([isEnabled(session), name(session, 'lunch')]).toEqual([true, 'Dinner']);
  });

  test('an undoing that is refused can be tried again', async () => {
    const { store, session } = await open();
    await session.change(disabled(false), disabled(true));
    store.next('saveAccount', refused());
    await expect(session.undo()).rejects.toMatchObject({ code: 'denied' });
    expect([isEnabled(session), session.canUndo]).toEqual([false, true]);
  });
});

describe('a damaged account', () => {
  const damage = (revision?: number): PhoneError =>
    new PhoneError('damaged-data', 'Damaged.', revision === undefined ? {} : { data: { revision } });

  test('is told with its revision, refuses changes, and is repaired with the default account', async () => {
    const store = newStore();
    store.silent = ['ready', 'account'];
    const { session, errors } = await open(store);
    store.error(damage(4), 'account');
    expect([session.account, session.damage?.code, errors.length]).toEqual([undefined, 'damaged-data', 1]);
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'damaged-data' });
    let basedOn: number | null = null;
    store.saveAccount = async (value, based) => ({ value, revision: (basedOn = based)! + 1 });
    await session.repair();
    expect([basedOn, session.damage, session.account]).toEqual([4, undefined, defaultAccount]);
  });

  test('is repaired with the account that was last readable', async () => {
    const { store, session } = await open();
    await session.change(limit(3));
    store.error(damage(9), 'account');
    store.pushAccount({ value: defaultAccount, revision: 8 });
    expect(session.damage).toBeDefined();
    store.next('saveAccount', async () => ({ value: session.account, revision: 10 }));
    await session.repair();
    expect([session.damage, session.account?.settings.missedCallLimit]).toEqual([undefined, 3]);
  });

  test('that is older than what is shown is no damage', async () => {
    const { store, session } = await open();
    await session.change(limit(3));
    store.error(damage(0), 'account');
    expect(session.damage).toBeUndefined();
    await session.repair();
    expect(session.account?.settings.missedCallLimit).toBe(3);
  });

  test('that a save finds is told, and goes when somebody else has repaired it', async () => {
    const { store, session } = await open();
    store.next('saveAccount', damage(5));
    await expect(session.change(limit(3))).rejects.toMatchObject({ code: 'damaged-data' });
    expect(session.damage).toBeDefined();
    store.pushAccount({ value: limit(7)(defaultAccount), revision: 6 });
    expect([session.damage, session.account?.settings.missedCallLimit]).toEqual([undefined, 7]);
  });

  test('without a revision is a failure like any other', async () => {
    const { store, session } = await open();
    store.error(damage(), 'account');
    expect(isPhoneError(session.failure, 'damaged-data')).toBe(true);
    expect(session.damage).toBeUndefined();
  });

  test('that is there from the beginning is not taken for an absent one', async () => {
    const store = newStore();
    store.silent = ['ready', 'account'];
    const { session } = await open(store);
    store.error(damage(4), 'account');
    store.silent = [];
    session.stop();
    session.start();
    await settle();
    expect(session.account).toBeUndefined();
  });
});
