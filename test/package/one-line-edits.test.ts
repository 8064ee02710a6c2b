import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type * as feed from '../../src/calls/call-feed.js';
import type * as form from '../../src/elements/phone-status-settings/account-settings.js';
import type * as words from '../../src/elements/phone-status-settings/settings-strings.js';
import type * as headless from '../../src/headless.js';
import type * as http from '../../src/http.js';
import type * as server from '../../src/server.js';
import { ScratchCopy } from '../support/scratch-copy.js';
import { believe, tokenOf } from '../support/server.js';

/*
 * What a newcomer edits first, on a copy of the sources: either it works at once, or the compiler names exactly the files that
 * have to follow, and then it works.
 */

type Copy = typeof headless & typeof http & typeof server & typeof feed & typeof form & typeof words;
type Loose = Readonly<Record<string, unknown>>;

/** A compilation takes seconds, and on a busy machine more. */
const LONG_MS = 240_000;

let copy: ScratchCopy;

beforeAll(() => {
  copy = new ScratchCopy();
}, 60_000);
afterEach(() => copy.restore());
afterAll(() => copy.remove());

const START = Date.UTC(2027, 2, 1, 9);
const by = { role: 'agent', id: 'ana' } as const;
const call = { id: 'c1', direction: 'outbound', party: {} } as const;
const SERVER = 'http://status.test/phone';

const run = (): Promise<Copy> =>
  copy.run(
    'headless.ts',
    'http.ts',
    'server.ts',
    'elements/phone-status-settings/account-settings.ts',
    'elements/phone-status-settings/settings-strings.ts',
  );

/** A store in memory, and the copy's own client that reaches it through the copy's own server. */
function overHttp({ memoryStore, createStatusServer, httpStore }: Copy, more: Loose = {}) {
  const place = memoryStore();
  const store = Object.assign(Object.create(place) as typeof place, more);
  const statusServer = createStatusServer({ store: () => store, authenticate: believe });
  const fetch = (input: RequestInfo | URL, init?: RequestInit) => statusServer.fetch(new Request(input, init));
  const as = (roles: readonly string[], id = 'ana') => {
    const headers = { authorization: tokenOf({ id, roles } as never) };
    const post = (path: string, body: unknown, method = 'POST') =>
      fetch(`${SERVER}/${path}`, {
        method,
        body: JSON.stringify(body),
        headers: { ...headers, 'content-type': 'application/json', 'if-none-match': '*' },
      });
    return { store: httpStore({ url: SERVER, fetch, headers: () => headers }), post };
  };
  return { place, as };
}

test(
  'an account setting asks for its words, and then is in form, request check and OpenAPI',
  async () => {
    copy.edit({
      file: 'model/schema/account.ts',
      after: "  alwaysDial: { is: 'numbers', default: [] },\n",
      line: "  breaksAllowed: { is: 'number', default: 3, range: [1, 9] },\n",
    });
    expect(copy.wrongFiles()).toEqual(['elements/phone-status-settings/settings-strings.ts']);
    copy.edit({
      file: 'elements/phone-status-settings/settings-strings.ts',
      after: '  settingWords: {\n',
      line: "    breaksAllowed: ['Breaks', 'How many breaks a day has.'],\n",
    });
    expect(copy.wrongFiles('elements/phone-status-settings/settings-strings.ts')).toEqual([]);

    const model = await run();
    const { readAccount, updateSettings, defaultAccount, openApi, AccountSettingsSection, englishSettings } = model;
    expect(readAccount({}).settings).toMatchObject({ breaksAllowed: 3 });
    const four = updateSettings(defaultAccount, { breaksAllowed: 4 } as never);
    expect(() => updateSettings(defaultAccount, { breaksAllowed: 10 } as never)).toThrow('from 1 to 9');
    const { store, post } = overHttp(model).as(['admin'], 'adam');
    const ten = { ...four, settings: { ...four.settings, breaksAllowed: 10 } };
    const refused = await post('account', ten, 'PUT');
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'invalid-setting' }]);
    expect((await store.saveAccount(four, null)).value.settings).toMatchObject({ breaksAllowed: 4 });
    await store.close();
    expect(openApi.components.schemas['Settings']).toMatchObject({
      properties: { breaksAllowed: { type: 'integer' } },
    });
    const host = { addController: () => {} };
    const page = { host, account: four, strings: englishSettings, nameOf: () => '' };
    expect(valuesOf(new AccountSettingsSection(() => page as never).render())).toContain('breaksAllowed');
  },
  LONG_MS,
);

test(
  'a call outcome works at once',
  async () => {
    copy.edit({ file: 'model/schema/unions.ts', after: "export const UNANSWERED = ['missed', ", line: "'parked', " });
    expect(copy.wrongFiles()).toEqual([]);

    const model = await run();
    const { place, as } = overHttp(model);
    const { post } = as(['telephony'], 'pbx');
    const facts = [
      { type: 'started', call, at: START },
      { type: 'ended', callId: 'c1', outcome: 'parked', at: START + 1 },
    ];
    expect((await post('agents/~YW5h/facts', facts)).status).toBe(204);
    expect((await place.readAgent('ana'))?.value.calls[0]).toMatchObject({ state: 'ended', outcome: 'parked' });
    const heard: unknown[] = [];
    const source = model.createCallFeed();
    source.subscribe((fact) => heard.push(fact));
    source.ended('c1', 'parked' as never);
    expect(heard).toMatchObject([{ type: 'ended', outcome: 'parked' }]);
    expect(JSON.stringify(model.openApi.components.schemas['AgentEvent'])).toContain('"parked"');
  },
  LONG_MS,
);

test(
  'an error code asks for its sentences, and then reaches the client with its status',
  async () => {
    copy.edit({ file: 'model/schema/errors.ts', after: '  conflict: 412,\n', line: "  'too-early': 409,\n" });
    const sentences = ['elements/phone-status-settings/settings-strings.ts', 'elements/text/rare-errors.ts'];
    expect(copy.wrongFiles()).toEqual(sentences);
    copy.edit(
      { file: sentences[0]!, after: "  errors: {\n    denied: 'You", line: " are too early.',\n    'too-early': 'You" },
      { file: sentences[1]!, after: 'string>> = {\n', line: "  'too-early': 'It is too early.',\n" },
    );
    expect(copy.wrongFiles(...sentences)).toEqual([]);

    const model = await run();
    const refuse = () => Promise.reject(new model.PhoneError('too-early' as never, 'It is too early.'));
    const { as } = overHttp(model, { saveAgent: refuse });
    const { store, post } = as(['agent']);
    const event = { type: 'sign-in', page: 'a' } as const;
    expect((await post('agents/~YW5h/events', { event })).status).toBe(409);
    const record = model.newAgentRecord('ana');
    await expect(store.saveAgent(record, null, event)).rejects.toMatchObject({ code: 'too-early' });
    await store.close();
    expect(JSON.stringify(model.openApi.components.schemas['Problem'])).toContain('"too-early"');
  },
  LONG_MS,
);

test(
  'a control asks for its method, its button and its word, and then a source can offer it',
  async () => {
    copy.edit({ file: 'model/schema/unions.ts', after: "  'transfer',\n", line: "  'record',\n" });
    const followers = [
      'calls/call-source.ts',
      'elements/phone-conversation/call-controls.ts',
      'elements/text/strings.ts',
    ];
    expect(copy.wrongFiles()).toEqual(followers);
    copy.edit(
      {
        file: followers[0]!,
        after: '  hold?(id: CallId): Promise<void>;\n',
        line: '  record?(id: CallId): Promise<void>;\n',
      },
      { file: followers[1]!, after: "  transfer: 'transfer',\n", line: "  record: 'hold',\n" },
      { file: followers[2]!, after: "  hold: 'Hold',\n", line: "  record: 'Record',\n" },
    );
    expect(copy.wrongFiles(...followers)).toEqual([]);

    const { createCallFeed } = await run();
    const recorded: unknown[] = [];
    const source = createCallFeed({ controls: { record: (id: string) => recorded.push(id) } as never });
    expect([...source.capabilities]).toEqual(['record']);
    await (source as unknown as { record(id: string): Promise<void> }).record('c1');
    expect(recorded).toEqual(['c1']);
  },
  LONG_MS,
);

/** An event that changes nothing but the new field. */
const changing = (change: string) => ({
  file: 'model/record-event.ts',
  after: "    case 'withdraw':\n",
  line: `      ${change}\n`,
});

async function expectKept(name: string, value: unknown): Promise<void> {
  const model = await run();
  const { newAgentRecord, recordEvent, defaultAccount, readAgentRecord } = model;
  const before = newAgentRecord('ana');
  const event = { type: 'withdraw', by, at: START } as const;
  const after = recordEvent(defaultAccount, before, event, START);
  expect(after).not.toBe(before);
  expect(after).toMatchObject({ [name]: value });
  const later = recordEvent(defaultAccount, after, { type: 'sign-in', page: 'a' }, START + 1);
  expect(later).toMatchObject({ [name]: value, signedIn: true });
  expect(readAgentRecord(JSON.parse(JSON.stringify(later)))).toMatchObject({ [name]: value });
  expect(() => readAgentRecord({ ...later, [name]: {} })).toThrow(name);

  const { place, as } = overHttp(model);
  await place.saveAgent(later, null, event);
  expect((await place.readAgent('ana'))?.value).toMatchObject({ [name]: value });
  await place.removeAgent('ana');
  const { store } = as(['agent']);
  expect((await store.saveAgent(after, null, event)).value).toMatchObject({ [name]: value });
  expect((await store.readAgent('ana'))?.value).toMatchObject({ [name]: value });
  await store.close();
  expect(model.openApi.components.schemas['AgentRecord']).toMatchObject({
    properties: { [name]: { type: expect.any(String) } },
  });
}

const inRecord = (line: string) => ({ file: 'model/schema/record.ts', after: '  missedCalls: count,\n', line });

test(
  'an optional field of the record works at once',
  async () => {
    copy.edit(inRecord('  mood: optional(text),\n'), changing('draft.mood = event.by.id;'));
    expect(copy.wrongFiles()).toEqual([]);
    await expectKept('mood', 'ana');
  },
  LONG_MS,
);

test(
  'a required field of the record asks for its default, and then works',
  async () => {
    copy.edit(inRecord('  withdrawals: count,\n'), changing('draft.withdrawals++;'));
    expect(copy.wrongFiles()).toEqual(['model/agent.ts']);
    copy.edit({
      file: 'model/agent.ts',
      after: '    missedCalls: record.missedCalls ?? 0,\n',
      line: '    withdrawals: record.withdrawals ?? 0,\n',
    });
    expect(copy.wrongFiles('model/agent.ts', 'model/record-event.ts')).toEqual([]);
    await expectKept('withdrawals', 1);
  },
  LONG_MS,
);

test(
  'a second list that leaves the field out does not stay hidden',
  async () => {
    copy.edit(inRecord('  mood: optional(text),\n'), changing('draft.mood = event.by.id;'));
    copy.edit({ file: 'model/agent.ts', after: '    haveSame(OTHER_FACTS', line: '.slice(0, 0)' });
    await expect(expectKept('mood', 'ana')).rejects.toThrow('not to be');
  },
  LONG_MS,
);

test(
  'an event of telephony asks for its rule and for how a source tells it, and then works',
  async () => {
    copy.edit({
      file: 'model/schema/events.ts',
      after: "  'call-started': report,\n",
      line: "  'call-noted': { callId: name, note: name },\n",
    });
    const followers = ['calls/call-source.ts', 'model/call-facts.ts'];
    expect(copy.wrongFiles()).toEqual(followers);
    copy.edit(
      { file: followers[0]!, after: "  muted: 'callId',\n", line: "  noted: 'callId',\n" },
      {
        file: followers[1]!,
        after: '  switch (event.type) {\n',
        line: "    case 'call-noted':\n      draft.missedCalls = event.note.length;\n      return;\n",
      },
    );
    expect(copy.wrongFiles(...followers)).toEqual([]);

    const model = await run();
    const { place, as } = overHttp(model);
    const { post } = as(['telephony'], 'pbx');
    expect((await post('agents/~YW5h/facts', { type: 'noted', callId: 'c1', note: '' })).status).toBe(422);
    expect((await post('agents/~YW5h/facts', { type: 'noted', callId: 'c1', note: 'abc' })).status).toBe(204);
    expect((await place.readAgent('ana'))?.value).toMatchObject({ missedCalls: 3 });
    expect(JSON.stringify(model.openApi.components.schemas)).toContain('"noted","call-noted"');
  },
  LONG_MS,
);

/** All values in a template, and in those within it. */
function valuesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  const { values } = Object(value) as { readonly values?: readonly unknown[] };
  return Array.isArray(values) ? valuesOf(values) : [value];
}
