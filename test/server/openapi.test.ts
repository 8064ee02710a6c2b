import { Validator } from '@seriousme/openapi-schema-validator';
import { openApi } from 'phone-widget/server';
import { expect, test } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { problemOf, serverInMemory, world } from '../support/server.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const paths = Object.keys(openApi.paths);
const addressOf = (path: string) => `http://status.test${path.replace('{agent}', agentPath('ana'))}`;
const methodsOf = (path: string) => METHODS.filter((method) => method in openApi.paths[path]!);

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(openApi) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('the document is plain data and survives JSON', () => {
  expect(JSON.parse(JSON.stringify(openApi))).toEqual(openApi);
});

test('the server serves the document without a token', async () => {
  const answer = await serverInMemory().fetch(new Request('http://status.test/openapi.json'));
  expect(await answer.json()).toEqual(openApi);
});

test.each(paths)('the server knows the methods of the document, and no others: %s', async (path) => {
  const { bare } = world();
  const known = methodsOf(path);
  for (const method of METHODS) {
    const answer = await bare.fetch(new Request(addressOf(path), { method: method.toUpperCase() }));
    const isPublic = 'security' in ((openApi.paths[path] as Record<string, object>)[method] ?? {});
    expect([method, answer.status]).toEqual([method, known.includes(method) ? (isPublic ? 200 : 401) : 405]);
    if (answer.status !== 405) continue;
    expect(answer.headers.get('allow')).toBe(known.map((one) => one.toUpperCase()).join(', '));
    expect(await problemOf(answer)).toMatchObject({ status: 405 });
  }
});

test('the document uses all its schemas', () => {
  const text = JSON.stringify(openApi);
  const spoken = ['StreamEvent'];
  const names = Object.keys(openApi.components.schemas).filter((name) => !spoken.includes(name));
  expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
});
