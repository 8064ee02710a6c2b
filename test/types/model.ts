/*
 * The model's public names and shapes, as the contract has them. Nothing here runs: the compiler is the test. Each contract
 * type stands beside the product's, and each must be assignable to the other where a host hands values in and out.
 */
import {
  addStatus,
  agentView,
  callRoute,
  choosableStatuses,
  defaultAccount,
  moveStatus,
  newAgentRecord,
  PhoneError,
  recordEvent,
  updateSettings,
  updateStatus,
  type Account,
  type AccountSettings,
  type Actor,
  type AgentEvent,
  type AgentRecord,
  type AgentView,
  type Call,
  type CallId,
  type Carrier,
  type Conversation,
  type Instant,
  type Outcome,
  type PageId,
  type PhoneErrorCode,
  type Status,
  type StatusEdit,
  type StatusId,
} from 'phone-widget/headless';
import type * as Main from 'phone-widget';

/** Compiles only where a value of the one type can be used as the other. */
type Fits<Value extends Target, Target> = Value;
interface ContractStatus {
  readonly id: string;
  readonly name: string;
  readonly emoji: string;
  readonly kind: 'default' | 'custom';
  readonly description: string;
  readonly takesCalls: boolean;
  readonly enabled: boolean;
  readonly allowanceMinutes: number;
}
interface ContractSettings {
  readonly forwardToPhone: boolean;
  readonly signInStatus: string;
  readonly absenceLimitMinutes: number;
  readonly acwLimitSeconds: number;
  readonly acwExtensionSeconds: number;
  readonly acwExtensions: number;
  readonly acwAfterUnansweredCall: boolean;
  readonly missedCallLimit: number;
  readonly missedCallStatus: string;
  readonly callsNeedTakesCalls: boolean;
  readonly alwaysDial: readonly string[];
}
interface ContractAccount {
  readonly statuses: readonly ContractStatus[];
  readonly settings: ContractSettings;
}
interface ContractActor {
  readonly role: 'agent' | 'supervisor' | 'admin' | 'telephony' | 'router' | 'system';
  readonly id: string;
  readonly name?: string;
}
interface ContractCall {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly party: { readonly name?: string; readonly number?: string };
}
type ContractOutcome = 'answered' | 'missed' | 'declined' | 'cancelled' | 'failed' | 'answered-elsewhere';
type ContractEvent =
  | { type: 'sign-in'; page: string }
  | { type: 'renew'; page: string }
  | { type: 'leave'; page: string; at?: number }
  | { type: 'page-died'; page: string }
  | { type: 'sign-out'; by?: ContractActor; force?: boolean }
  | { type: 'choose'; statusId: string; by: ContractActor; forwardTo?: string; page?: string; at?: number }
  | { type: 'withdraw'; by: ContractActor; at?: number }
  | { type: 'call-ringing'; call: ContractCall; carrier?: string; at?: number }
  | { type: 'call-started'; call: ContractCall; carrier?: string; at?: number }
  | { type: 'call-held' | 'call-resumed'; callId: string; carrier?: string; at?: number }
  | { type: 'call-ended'; callId: string; outcome?: ContractOutcome; at?: number }
  | { type: 'call-presumed-ended'; callId: string; by?: ContractActor; at?: number }
  | { type: 'close'; callId: string; by?: ContractActor }
  | { type: 'extend'; callId: string; until: number };
interface ContractRecord {
  readonly agentId: string;
  readonly agentName?: string;
  readonly leases: Readonly<Record<string, number>>;
}
interface ContractConversation extends ContractCall {
  readonly state: 'ringing' | 'live' | 'held' | 'ended';
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly closesAt?: number;
  readonly extensionsLeft?: number;
  readonly outcome?: ContractOutcome;
  readonly here?: boolean;
}
interface ContractView {
  readonly agentId: string;
  readonly agentName?: string;
  readonly status: ContractStatus;
  readonly since: number;
  readonly cause: 'agent' | 'call' | 'supervisor' | 'sign-in' | 'sign-out' | 'lease' | 'missed-calls';
  readonly by?: ContractActor;
  readonly next?: {
    readonly status: ContractStatus;
    readonly by: ContractActor;
    readonly at: number;
    readonly forwardTo?: string;
  };
  readonly present: boolean;
  readonly takesCalls: boolean;
  readonly route: { readonly to: 'widget' } | { readonly to: 'phone'; readonly number: string } | null;
  readonly conversations: readonly ContractConversation[];
  readonly deadline?: number;
}
type ContractCode =
  | 'conflict'
  | 'denied'
  | 'unavailable'
  | 'closed'
  | 'outdated'
  | 'invalid-status'
  | 'invalid-name'
  | 'invalid-emoji'
  | 'invalid-description'
  | 'invalid-number'
  | 'invalid-setting'
  | 'duplicate-name'
  | 'too-many-statuses'
  | 'status-in-use'
  | 'call-in-progress'
  | 'not-taking-calls'
  | 'not-supported'
  | 'damaged-data'
  | 'missing-agent'
  | 'newer-version'
  | 'no-microphone'
  | 'call-failed'
  | 'call-over';

/** What goes both ways: given to the product by a host, and to a host by the product. */
export type BothWays = [
  Fits<StatusId, string>,
  Fits<string, StatusId>,
  Fits<PageId, string>,
  Fits<string, PageId>,
  Fits<CallId, string>,
  Fits<string, CallId>,
  Fits<Carrier, string>,
  Fits<string, Carrier>,
  Fits<Instant, number>,
  Fits<number, Instant>,
  Fits<Status, ContractStatus>,
  Fits<ContractStatus, Status>,
  Fits<AccountSettings, ContractSettings>,
  Fits<ContractSettings, AccountSettings>,
  Fits<Account, ContractAccount>,
  Fits<ContractAccount, Account>,
  Fits<Actor, ContractActor>,
  Fits<ContractActor, Actor>,
  Fits<Call, ContractCall>,
  Fits<ContractCall, Call>,
  Fits<Outcome, ContractOutcome>,
  Fits<ContractOutcome, Outcome>,
  Fits<ContractEvent, AgentEvent>,
  Fits<AgentEvent['type'], ContractEvent['type']>,
  Fits<PhoneErrorCode, ContractCode>,
  Fits<ContractCode, PhoneErrorCode>,
];

/** What the product hands out; a view made by hand does for `callRoute` and for elements. */
export type HandedOut = [
  Fits<AgentRecord, ContractRecord>,
  Fits<AgentView, ContractView>,
  Fits<ContractView, AgentView>,
  Fits<Conversation, ContractConversation>,
  Fits<ContractConversation, Conversation>,
];

/** The main entry has the same names. */
export type InMain = [
  Fits<Main.AgentView, ContractView>,
  Fits<Main.AgentRecord, ContractRecord>,
  Fits<ContractEvent, Main.AgentEvent>,
  Fits<ContractAccount, Main.Account>,
  Fits<typeof Main.recordEvent, typeof recordEvent>,
  Fits<typeof Main.agentView, typeof agentView>,
  Fits<typeof Main.PhoneError, typeof PhoneError>,
];

const ana: Actor = { role: 'agent', id: 'ana' };

/** The functions are called as the contract calls them. */
export function asTheContractCallsThem(account: ContractAccount, event: ContractEvent, now: number): ContractView {
  const named: ContractRecord = newAgentRecord('ana', 'Ana');
  const record: AgentRecord = recordEvent(account, newAgentRecord(named.agentId), event, now);
  const view: ContractView = agentView(account, record, now);
  const route: ContractView['route'] = callRoute(agentView(account, record, now));
  const added: ContractAccount = addStatus(account, { name: 'Focus', emoji: '🎧' });
  const full = addStatus(added, { name: 'Gym', emoji: '🏋️', description: '', takesCalls: true, allowanceMinutes: 5 });
  const change: Partial<Omit<ContractStatus, 'id' | 'kind'>> = { name: 'Lunch break', enabled: false };
  const updated: ContractAccount = updateStatus(full, 'lunch', change satisfies StatusEdit);
  const moved: ContractAccount = moveStatus(moveStatus(updated, 'lunch', 'busy'), 'break', null);
  const set: ContractAccount = updateSettings(moved, { acwLimitSeconds: 60, alwaysDial: ['112'] });
  const list: readonly ContractStatus[] = choosableStatuses(set);
  const lease: number | undefined = record.leases['a'];
  return { ...view, route, status: list[0] ?? view.status, since: lease ?? view.since };
}

/** The error is one class with a stable code. */
export function anError(cause: unknown): Error & { readonly code: ContractCode; readonly data?: unknown } {
  return new PhoneError('conflict', 'Somebody was faster.', { cause, data: { present: undefined } });
}

/** What the contract rules out does not compile. */
export function ruledOut(view: AgentView, record: AgentRecord): void {
  // @ts-expect-error A view is read only.
  view.since = 0;
  // @ts-expect-error A record is read only.
  record.leases['a'] = 0;
  // @ts-expect-error A choice has an author.
  recordEvent(defaultAccount, record, { type: 'choose', statusId: 'break' }, 0);
  // @ts-expect-error There is no such event.
  recordEvent(defaultAccount, record, { type: 'pause', by: ana }, 0);
  // @ts-expect-error An id and a kind are never changed.
  updateStatus(defaultAccount, 'break', { id: 'pause' });
  // @ts-expect-error A new status has an emoji.
  addStatus(defaultAccount, { name: 'Focus' });
  // @ts-expect-error There is no such code.
  new PhoneError('broken', 'It broke.');
}
