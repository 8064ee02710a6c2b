import { element, part } from './page-parts.js';
import type { PhoneSimulator } from './phone-simulator.js';

/** What one tab of the demo tells the others; without a text the tab is gone. */
interface TabNews {
  readonly tab: string;
  readonly text?: string;
  /** A tab that has just opened asks the others to tell. */
  readonly asks?: boolean;
}

/** Shows what the other tabs' telephones do. Only the page uses it: the widget has its own way. */
export function showOtherTabs(phone: PhoneSimulator, agentId: () => string): () => void {
  const channel = new BroadcastChannel('phone-simulator');
  const tab = crypto.randomUUID();
  const others = new Map<string, string>();
  const tell = (news: Omit<TabNews, 'tab'>): void => channel.postMessage({ tab, ...news });
  const draw = (): void => {
    part('tabs').replaceChildren(...[...others.values()].map((text) => element('li', text)));
    part('no-tabs').hidden = others.size > 0;
  };
  channel.addEventListener('message', ({ data }: MessageEvent<TabNews>) => {
    if (data.text === undefined) others.delete(data.tab);
    else others.set(data.tab, data.text);
    if (data.asks) tell({ text: textOf(phone, agentId()) });
    draw();
  });
  const update = (asks = false): void => tell({ text: textOf(phone, agentId()), asks });
  addEventListener('pagehide', () => tell({}));
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) update(true);
  });
  phone.watch(() => update());
  update(true);
  return () => update();
}

function textOf(phone: PhoneSimulator, agentId: string): string {
  const calls = phone.list.map(
    ({ call, state }) => `${call.party.name || call.party.number || 'number withheld'} ${state}`,
  );
  return `${agentId}: ${calls.join(', ') || 'no call'}`;
}
