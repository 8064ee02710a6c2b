import { describe, expect, it } from 'vitest';
import { defaultAccount, PhoneError, type AgentView, type Conversation, type Status } from 'phone-widget/headless';
import {
  closedText,
  panelLabel,
  refusalText,
  stateText,
  type PanelAction,
  type PanelFacts,
} from '../../src/elements/phone-conversation/labels.js';
import { whyLine } from '../../src/elements/phone-status-select/labels.js';
import { english as strings } from '../../src/elements/text/strings.js';

const call = (state: Conversation['state']): Conversation => ({
  id: 'c1',
  direction: 'inbound',
  party: { name: 'Kim Doe', number: '+4930901820' },
  state,
});
const facts = (change: Partial<PanelFacts> = {}): PanelFacts => ({
  conversation: call('live'),
  closing: undefined,
  isMuted: false,
  strings,
  ...change,
});
const closedBy = (cause: NonNullable<PanelFacts['closing']>['cause'], by?: { id: string; name?: string }): PanelFacts =>
  facts({
    conversation: call('ended'),
    closing: { id: 'c1', at: 0, cause, ...(by ? { by: { role: 'supervisor' as const, ...by } } : {}) },
  });

describe('the label of a panel', () => {
  it('has the state of the call and the caller', () => {
    expect(panelLabel(facts())).toBe(strings.sentence([strings.talking, 'Kim Doe']));
    expect(panelLabel(facts({ conversation: { ...call('ringing'), party: {} } }))).toBe(
      strings.sentence([strings.incoming, strings.unknownCaller]),
    );
  });

  it('says that the microphone is muted', () => {
    expect(stateText(facts({ isMuted: true }))).toBe(strings.sentence([strings.talking, strings.muted]));
    expect(stateText(facts({ isMuted: true, conversation: call('held') }))).toContain(strings.onHold);
    expect(stateText(facts({ isMuted: true, conversation: call('ended') }))).toBe(strings.callEnded);
  });

  it('says what closed the conversation', () => {
    expect(closedText(facts())).toBeUndefined();
    expect(closedText(closedBy('limit'))).toBe(strings.closedByLimit);
    expect(closedText(closedBy('absence'))).toBe(strings.closedByAbsence);
    expect(closedText(closedBy('unanswered'))).toBe(strings.closedUnanswered);
    expect(closedText(closedBy('agent'))).toBe(strings.closedElsewhere);
    expect(closedText(closedBy('supervisor', { id: 's1', name: 'Sam' }))).toBe(strings.closedBySupervisor('Sam'));
    expect(closedText(closedBy('supervisor', { id: 's1' }))).toBe(strings.closedBySupervisor('s1'));
    expect(panelLabel(closedBy('limit'))).toBe(strings.sentence([strings.closedByLimit, 'Kim Doe']));
  });
});

describe('a refusal', () => {
  const unavailable = new PhoneError('unavailable', 'the source is out of reach');
  const cases: readonly (readonly [title: string, action: PanelAction, error: unknown, text: string])[] = [
    [
      'names the control',
      'hold',
      new PhoneError('call-failed', 'no'),
      strings.failed(strings.hold, strings.errors['call-failed'] as string),
    ],
    [
      'calls the digits by their keypad',
      'sendDigits',
      new PhoneError('denied', 'no'),
      strings.failed(strings.keypad, strings.errors.denied as string),
    ],
    [
      'keeps the message of a call source from the agent',
      'mute',
      unavailable,
      strings.failed(strings.mute, strings.errors['call-failed'] as string),
    ],
    [
      'says that the store is out of reach',
      'extend',
      unavailable,
      strings.failed(strings.extend, strings.errors.unavailable as string),
    ],
    [
      'shows the own message of a page that prevents a closing',
      'close',
      new Error('The ticket is locked.'),
      'The ticket is locked.',
    ],
  ];
  for (const [title, action, error, text] of cases) {
    it(title, () => {
      expect(refusalText(action, error, strings)).toBe(text);
    });
  }
});

describe('the line under the selector', () => {
  const status = defaultAccount.statuses.find(({ id }) => id === 'available') as Status;
  const words = { strings, account: defaultAccount };
  const view = (change: Partial<AgentView> = {}): AgentView => ({
    agentId: 'a1',
    status,
    since: 1,
    cause: 'agent',
    present: true,
    takesCalls: true,
    route: { to: 'widget' },
    conversations: [],
    ...change,
  });
  const line = (change: Partial<AgentView>, more: { isOver?: boolean; embedded?: boolean } = {}) =>
    whyLine(view(change), { minutes: 12, isOver: false, embedded: false, ...more }, words);

  it('is for screen readers alone where the agent chose the status', () => {
    expect(line({})).toEqual({ before: strings.sentence([status.name, '12 min']), shown: '', after: '' });
    expect(line({ since: 0 }).before).toBe(status.name);
  });

  it('shows the reason inside the whole sentence', () => {
    const { before, shown, after } = line({ cause: 'missed-calls' });
    expect(shown).toBe(strings.byMissedCalls);
    expect(before + shown + after).toBe(strings.sentence([status.name, strings.byMissedCalls, '12 min']));
  });

  it('hides the reason after sign-in, unless the allowance is used up', () => {
    expect(line({ cause: 'sign-in' }).shown).toBe('');
    expect(line({ cause: 'sign-in' }, { isOver: true }).shown).toContain(strings.bySignIn);
  });

  it('hides a call that is shown beside it', () => {
    const onCall = { cause: 'call', conversations: [call('live')] } as const;
    expect(line(onCall, { embedded: true }).shown).toBe('');
    expect(line(onCall).shown).toBe(strings.afterCall('Kim Doe'));
  });
});
