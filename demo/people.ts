import { AgentSession, defaultAccount, updateSettings, updateStatus } from 'phone-widget';
import type { Account, StatusStore } from 'phone-widget';
import { showColleagues } from './colleagues.js';
import { bindSwitches, messageOf, part } from './page-parts.js';
import { storeFor } from './place.js';

const supervisor = { role: 'supervisor', id: 'shift-desk', name: 'Shift desk' } as const;

const wishes: Readonly<Record<string, (session: AgentSession) => Promise<void>>> = {
  choose: (session) => session.choose('break'),
  withdraw: (session) => session.withdraw(),
  signOut: (session) => session.signOut(),
};

type Setting = 'forward' | 'limit' | 'allowance';

const settings: Readonly<
  Record<Setting, { isOn: (account: Account) => boolean; set: (account: Account, on: boolean) => Account }>
> = {
  forward: {
    isOn: ({ settings: { forwardToPhone } }) => forwardToPhone,
    set: (account, on) => updateSettings(account, { forwardToPhone: on }),
  },
  limit: {
    isOn: ({ settings: { acwLimitSeconds } }) => acwLimitSeconds > 0,
    set: (account, on) =>
      updateSettings(account, {
        acwLimitSeconds: on ? 60 : 0,
        acwExtensionSeconds: on ? 60 : 0,
        acwExtensions: on ? 2 : 0,
      }),
  },
  allowance: {
    isOn: ({ statuses }) => statuses.some(({ id, allowanceMinutes }) => id === 'break' && allowanceMinutes > 0),
    set: (account, on) => updateStatus(account, 'break', { allowanceMinutes: on ? 1 : 0 }),
  },
};

/**
 * The supervisor and the admin, who sit elsewhere: they use a client of their own on the same place, and the faults of
 * this page do not reach them.
 */
export function showPeople(agentId: () => string): void {
  const store = storeFor({ ...supervisor, roles: ['supervisor', 'admin'] });
  showColleagues(store, agentId);
  part('supervisor').addEventListener('click', ({ target }) => {
    const wish = target instanceof HTMLElement ? wishes[target.dataset['do'] ?? ''] : undefined;
    if (wish) void answered(() => asSupervisor(store, agentId(), wish));
  });
  let account: Account = defaultAccount;
  const show = bindSwitches<Setting>(
    part('account'),
    {
      forward: ['not offered', 'offered'],
      limit: ['no limit', '60 s, can be extended twice'],
      allowance: ['no limit', '1 min'],
    },
    {
      read: () => mapSettings(account),
      write: (name, on) => answered(() => change(store, (present) => settings[name].set(present, on))),
    },
  );
  store.watchAccount({
    next: ({ value }) => {
      account = value;
      show();
    },
  });
}

function mapSettings(account: Account): Record<Setting, boolean> {
  const { forward, limit, allowance } = settings;
  return { forward: forward.isOn(account), limit: limit.isOn(account), allowance: allowance.isOn(account) };
}

async function asSupervisor(
  store: StatusStore,
  agentId: string,
  wish: (session: AgentSession) => Promise<void>,
): Promise<void> {
  const session = new AgentSession({ agentId, store, actor: supervisor });
  session.start();
  try {
    await wish(session);
  } finally {
    await session.stop();
  }
}

async function change(store: StatusStore, edit: (account: Account) => Account): Promise<void> {
  const present = await store.readAccount();
  await store.saveAccount(edit(present?.value ?? defaultAccount), present?.revision ?? null);
}

async function answered(run: () => Promise<void>): Promise<void> {
  const answer = part('people-answer');
  answer.textContent = '';
  try {
    await run();
  } catch (error) {
    answer.textContent = messageOf(error);
  }
}
