// Prints how often a second the model's two functions run, in millions, as JSON: a process of its own for measures/model.ts.
import { agentView, defaultAccount, newAgentRecord, recordEvent } from '../../dist/headless.js';

const RUNS = 9;
const RUN_MS = 120;
const START = Date.UTC(2027, 2, 1, 9);
const MANY = 10_000;

/** An agent at work since the morning: two tabs, a call that is done, a choice. */
function agentAtWork(id) {
  const by = { role: 'agent', id };
  const call = { id: `call-of-${id}`, direction: 'inbound', party: { name: 'Grace', number: '+4930901820' } };
  return [
    { type: 'sign-in', page: 'a' },
    { type: 'sign-in', page: 'b' },
    { type: 'call-ringing', call, carrier: 'a' },
    { type: 'call-started', call, carrier: 'a' },
    { type: 'call-ended', callId: call.id, outcome: 'answered' },
    { type: 'close', callId: call.id, by },
    { type: 'choose', statusId: 'lunch', by },
  ].reduce((record, event, index) => recordEvent(defaultAccount, record, event, START + index), newAgentRecord(id));
}

/** The same agent in the middle of a call, while another one rings. */
function agentInCall(id) {
  const call = (name) => ({ id: `${name}-of-${id}`, direction: 'inbound', party: { name, number: '+4930901820' } });
  return [
    { type: 'call-started', call: call('first'), carrier: 'a' },
    { type: 'call-ringing', call: call('second'), carrier: 'a' },
  ].reduce((record, event, index) => recordEvent(defaultAccount, record, event, START + 100 + index), agentAtWork(id));
}

const ana = agentAtWork('ana');
const busy = agentInCall('bob');
const agents = Array.from({ length: MANY }, (_, index) => agentAtWork(`agent-${index}`));
const by = { role: 'agent', id: 'ana' };
const chosen = ['lunch', 'meeting'].map((statusId) => ({ type: 'choose', statusId, by }));
const renewed = { type: 'renew', page: 'a' };
const call = { id: 'new', direction: 'inbound', party: { name: 'Ken', number: '+4930901821' } };
const rings = { type: 'call-ringing', call, carrier: 'a' };

let kept;
/** @type {Record<string, (turn: number) => unknown>} */
const subjects = {
  'agentView, an agent without a call': (turn) => agentView(defaultAccount, ana, START + 1000 + (turn & 1023)),
  'agentView, an agent with two calls': (turn) => agentView(defaultAccount, busy, START + 1000 + (turn & 1023)),
  'agentView, each of 10,000 agents in turn': (turn) => agentView(defaultAccount, agents[turn % MANY], START + 1000),
  'recordEvent, a choice': (turn) => recordEvent(defaultAccount, ana, chosen[turn & 1], START + 1000 + (turn & 1023)),
  'recordEvent, a lease renewed': (turn) => recordEvent(defaultAccount, ana, renewed, START + 1000 + (turn & 1023)),
  'recordEvent, a call rings': (turn) => recordEvent(defaultAccount, ana, rings, START + 1000 + (turn & 1023)),
  'recordEvent, a choice of each of 10,000 agents in turn': (turn) =>
    recordEvent(defaultAccount, agents[turn % MANY], chosen[turn & 1], START + 1000),
};

/** Time on the processor, garbage collection included: other programs of this machine do not count. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function speedOf(subject, forMs) {
  const start = processorMs();
  let turns = 0;
  while (processorMs() - start < forMs) {
    for (let index = 0; index < 500; index++) kept = subject(turns++);
  }
  return turns / (processorMs() - start) / 1000;
}

const speeds = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let run = -1; run < RUNS; run++) {
  for (const [name, subject] of Object.entries(subjects)) {
    const speed = speedOf(subject, RUN_MS);
    if (run >= 0) speeds[name].push(speed);
  }
}
if (!kept) throw new Error('Nothing was measured.');
console.log(JSON.stringify(speeds));
