import { defaultAccount, type Account } from '../../model/account.js';
import type { AgentRecord } from '../../model/agent.js';
import { hear, lastOf, record, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectSame } from './expect.js';

/** Promise 5: who sees whom. */
export const neighbourCases = casesOf(5, {
  'a client reads and hears what another client of the place saves': async (bench) => {
    const [writer, reader] = [await bench.open(), await bench.open()];
    const [agent, agents, account] = [hear<AgentRecord>(), hear<AgentRecord>(), hear<Account>()];
    reader.watchAgent('ana', agent);
    reader.watchAgents(agents);
    reader.watchAccount(account);
    const saved = await signIn(writer, 'ana');
    const savedAccount = await writer.saveAccount(defaultAccount, null);
    await bench.until('the record is heard', () => lastOf(agent, 'ana') === saved.revision);
    await bench.until('the record is heard among all', () => lastOf(agents, 'ana') === saved.revision);
    await bench.until('the account is heard', () => account.entries.length > 0);
    expectSame(agent.entries.at(-1), saved, 'What the other client heard of the agent');
    expectSame(account.entries.at(-1), savedAccount, 'What the other client heard of the account');
    expectSame(await reader.readAgent('ana'), saved, 'What the other client reads of the agent');
    expectSame(await reader.readAccount(), savedAccount, 'What the other client reads of the account');
  },
  'a client that is opened later finds what the earlier ones saved': async (bench) => {
    const earlier = await bench.open();
    const saved = await signIn(earlier, 'ana');
    await earlier.close();
    expectSame(await (await bench.open()).readAgent('ana'), saved, 'What the later client reads');
  },
  'entries of other accounts are never seen': async (bench) => {
    const here = await bench.open();
    const there = await bench.open(`${bench.place}-2`);
    const [agent, agents, account] = [hear<AgentRecord>(), hear<AgentRecord>(), hear<Account>()];
    here.watchAgent('ana', agent);
    here.watchAgents(agents);
    here.watchAccount(account);
    await signIn(there, 'ana');
    await there.saveAccount(defaultAccount, null);
    const own = await signIn(here, 'ben');
    await bench.until('the own agent is heard', () => lastOf(agents, 'ben') === own.revision);
    await bench.until('the other watches are ready', () => agent.readyAfter === 0 && account.readyAfter === 0);
    expectSame(agents.entries, [own], 'What a watch of all agents heard');
    expectSame([agent.entries, account.entries], [[], []], 'What the watches of one agent and of the account heard');
    expectSame([await here.readAgent('ana'), await here.readAccount()], [undefined, undefined], 'What is read');
  },
  'a watch of one agent never hears a neighbour whose id begins alike': async (bench) => {
    const [writer, reader] = [await bench.open(), await bench.open()];
    const heard = hear<AgentRecord>();
    reader.watchAgent('ana', heard);
    await bench.until('the watch is ready', () => heard.readyAfter === 0);
    for (const neighbour of ['an', 'anabel', 'ana.b', 'ana/b', 'ana ', 'ana-1', 'Ana']) await signIn(writer, neighbour);
    const own = await signIn(writer, 'ana');
    await bench.until('the agent is heard', () => lastOf(heard, 'ana') === own.revision);
    expectSame(heard.entries, [own], 'What the watch heard');
    await record(writer, 'anabel', { type: 'leave', page: 'page-1' });
    expectSame(await writer.readAgent('ana'), own, 'The record after a neighbour was saved');
  },
});
