import {
  addStatus,
  defaultAccount,
  memoryStore,
  recordEvent,
  type Account,
  type AgentEvent,
  type PhoneProvider,
  type PhoneStatusSelect,
} from 'phone-widget';
import { choices, manyChoices, nameOfExtra } from './choice.js';
import { nextTask, offer } from './harness.js';
import { wantedStatuses } from './subject.js';

/** `?tag=phone-widget` for whole widgets, `&own` for each with a session of its own; else selectors in one provider. */
const query = new URLSearchParams(location.search);
const tag = query.get('tag') ?? 'phone-status-select';
const isOwn = query.has('own');
const place = { account: 'bench' };

function accountWith(count: number): Account {
  const extra = manyChoices(count).slice(choices.length);
  return extra.reduce(
    (account, { emoji }, index) => addStatus(account, { name: nameOfExtra(index + 1), emoji }),
    defaultAccount,
  );
}

/** Somebody else's line to the same place. */
const outside = memoryStore(place);
await outside.saveAccount(accountWith(wantedStatuses()), null);

async function provide(): Promise<PhoneProvider> {
  const provider = document.createElement('phone-provider');
  Object.assign(provider, { agentId: 'ana', store });
  document.body.append(provider);
  while (!provider.view?.present || provider.session?.saving) await nextTask();
  return provider;
}

const selectOf = (element: HTMLElement): PhoneStatusSelect | null =>
  element.localName === 'phone-status-select'
    ? (element as PhoneStatusSelect)
    : (element.shadowRoot?.querySelector('phone-status-select') ?? null);
const partOf = (element: HTMLElement, part: string): HTMLElement | null | undefined =>
  selectOf(element)?.shadowRoot?.querySelector<HTMLElement>(`[part~=${part}]`);

async function chosenOutside(statusId: string): Promise<() => void> {
  const present = await outside.readAgent('ana');
  if (!present) throw new Error('Ana has no record.');
  const by = { role: 'supervisor', id: 'sue', name: 'Sue' } as const;
  const event: AgentEvent = { type: 'choose', statusId, by };
  const account = (await outside.readAccount())?.value ?? defaultAccount;
  const record = recordEvent(account, present.value, event, outside.now());
  return () => void outside.saveAgent(record, present.revision, event);
}

/** Sessions share it, as those of one page do. */
const store = memoryStore(place);

let agents = 0;
/** Few, so that the store does not grow; several, so that each has few pages at a time. */
function nextAgent(): string {
  return `agent-${agents++ % 20}`;
}

offer({
  parent: isOwn ? document.body : await provide(),
  create: () =>
    isOwn
      ? Object.assign(document.createElement('phone-widget'), { agentId: nextAgent(), store })
      : document.createElement(tag),
  shown: (element) => partOf(element, 'selector')?.querySelector('.name')?.textContent ?? undefined,
  trigger: (element) => partOf(element, 'selector'),
  list: (element) => partOf(element, 'list'),
  settled: async (element) => selectOf(element)?.updateComplete,
  change: (_elements, statusId) => {
    let save = (): void => undefined;
    return {
      prepare: async () => {
        save = await chosenOutside(statusId);
      },
      go: () => save(),
    };
  },
});
