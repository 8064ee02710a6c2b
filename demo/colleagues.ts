import { agentView, defaultAccount } from 'phone-widget';
import type { Account, AgentRecord, StatusStore } from 'phone-widget';
import { element, part } from './page-parts.js';

/** What time does by itself, such as a lease that runs out, is shown this soon. */
const LOOK_MS = 1000;

/** Shows who else is there, and in which status, as a supervisor sees it. */
export function showColleagues(store: StatusStore, agentId: () => string): void {
  const list = part('colleagues');
  const records = new Map<string, AgentRecord>();
  let account: Account = defaultAccount;
  let drawn: string | undefined;
  const draw = (): void => {
    const lines = [...records.values()]
      .filter((record) => record.agentId !== agentId())
      .map((record) => {
        const { status, agentName = record.agentId } = agentView(account, record, store.now());
        return `${status.emoji} ${agentName}: ${status.name}`;
      });
    if (lines.join('\n') === drawn) return;
    drawn = lines.join('\n');
    list.replaceChildren(...lines.map((line) => element('li', line)));
    part('no-colleagues').hidden = lines.length > 0;
  };
  store.watchAccount({
    next: ({ value }) => {
      account = value;
      draw();
    },
  });
  store.watchAgents({
    next: ({ value }) => {
      records.set(value.agentId, value);
      draw();
    },
  });
  setInterval(draw, LOOK_MS);
}
