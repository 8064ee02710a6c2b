import { dirname, relative, resolve } from 'node:path';
import { root } from './own-name.js';

const LIT = /^(lit|@lit\/context)(\/|$)/;
const STORE = 'src/stores/status-store.ts';
const PROTOCOL = 'src/stores/status-protocol.ts';
const CALLS = 'src/calls/call-source.ts';
const PLATFORM = 'src/platform/';
/** What adapters need of the model: shapes and their checks, errors, and the departure of a page. */
const MODEL_OF_ADAPTERS = /^src\/model\/(schema\/.*|agent|errors|codec|fresh-entry|presence|past)\.ts$/;
const SCHEMA = 'src/model/schema/';
const EVERYTHING = [/./];

/**
 * Who may import what. The first row whose `files` matches decides. `values` may be imported as code,
 * `types` by `import type` only, `lazily` by `import()` only; packages are named in the same lists.
 * A row's own `values` are exact files, folders (with a slash at the end) or patterns.
 */
const rows = [
  { files: /^src\/model\//, values: ['src/model/'] },
  { files: /^src\/platform\//, values: [PLATFORM, 'src/model/errors.ts'] },
  { files: /^src\/session\//, values: ['src/session/', 'src/model/', PLATFORM, STORE, CALLS] },
  { files: /^src\/stores\/status-(store|protocol)\.ts$/, values: [], types: ['src/model/', STORE] },
  { files: /^src\/calls\/call-source\.ts$/, values: ['src/model/agent.ts', SCHEMA], types: ['src/model/', STORE] },
  {
    files: /^src\/stores\//,
    own: true,
    // `src/stores/documents/` is what the built-in stores have in common; it is no adapter.
    values: [STORE, PLATFORM, 'src/stores/documents/', MODEL_OF_ADAPTERS],
    types: ['src/model/'],
    packages: {
      'src/stores/browser-store': ['idb-keyval'],
      'src/stores/http-store': [PROTOCOL],
      'src/stores/sqlite-store': ['libsql', /^node:/],
      'src/stores/nats-store': [/^@nats-io\//, /^node:/],
    },
  },
  { files: /^src\/calls\//, own: true, values: [CALLS, PLATFORM, MODEL_OF_ADAPTERS], types: ['src/model/'] },
  // The command names the stores that it can serve; everything else of the server takes the one that it is given.
  {
    files: /^src\/server\/cli(\/|\.ts$)/,
    values: [
      'src/server/',
      'src/model/',
      PLATFORM,
      'src/testing/',
      'src/stores/',
      '@hono/node-server',
      'jose',
      /^node:/,
    ],
  },
  // The one part of the server that knows Node's own HTTP.
  {
    files: /^src\/server\/http\/node-handler\.ts$/,
    values: ['@hono/node-server', 'src/server/http/problems.ts'],
    types: ['src/server/', /^node:/],
  },
  {
    files: /^src\/server\//,
    values: [/^src\/server\/(?!cli)/, 'src/model/', PLATFORM, STORE, PROTOCOL, 'jose', 'prom-client', /^hono(\/|$)/],
  },
  // The one place where elements name a store and a call source: what works without any set-up.
  {
    files: /^src\/elements\/session\/defaults\.ts$/,
    values: [
      'src/session/',
      'src/model/',
      PLATFORM,
      STORE,
      CALLS,
      /^src\/stores\/(browser|memory)-store/,
      /^src\/calls\/call-feed/,
    ],
  },
  // What of a large package is loaded when it is first needed.
  { files: /^src\/elements\/.*\/number-rules\.ts$/, values: ['libphonenumber-js/min'] },
  {
    files: /^src\/elements\//,
    values: [
      /^src\/elements\/(?!.*(number-rules|rare-errors))/,
      'src/model/',
      PLATFORM,
      'src/session/',
      STORE,
      CALLS,
      LIT,
    ],
    types: ['src/calls/call-feed.ts'],
    lazily: [
      'src/elements/phone-status-select/number-rules.ts',
      'src/elements/text/rare-errors.ts',
      'emoji-picker-element/picker.js',
    ],
  },
  { files: /^src\/define(\/|\.ts$)/, values: ['src/elements/', 'src/define/'] },
  { files: /^src\/testing\//, values: ['src/testing/', 'src/model/', PLATFORM, 'src/session/', STORE, CALLS] },
  { files: /^src\/testing\.ts$/, values: ['src/testing/'] },
  { files: /^src\/server\.ts$/, values: ['src/server/'], types: ['src/model/'] },
  { files: /^src\/(http|sqlite|nats)\.ts$/, values: ['src/stores/'] },
  { files: /^src\/headless\.ts$/, values: ['src/model/', 'src/session/', 'src/stores/', 'src/calls/'] },
  {
    files: /^src\/index\.ts$/,
    values: ['src/headless.ts', 'src/model/', 'src/session/', 'src/stores/', 'src/calls/', 'src/elements/'],
  },
  { files: /^src\/settings\.ts$/, values: ['src/session/', 'src/elements/'], types: ['src/model/'] },
  { files: /^src\/bundle\.ts$/, values: ['src/define.ts', 'src/index.ts'] },
  { files: /^src\/settings-bundle\.ts$/, values: ['src/define/', 'src/settings.ts'] },
  { files: /^(demo|test\/elements|test\/e2e\/fixtures)\//, values: [/^(?!src\/)/] },
  { files: /^/, values: EVERYTHING },
];

/** `src/stores/x.ts` and `src/stores/x/y.ts` are both the adapter `src/stores/x`. @param {string} file */
function adapterOf(file) {
  return /^src\/(?:stores|calls)\/[^/.]+/.exec(file)?.[0];
}

/** @param {ReadonlyArray<string | RegExp> | undefined} list @param {string} target */
function listed(list, target) {
  return (list ?? []).some((entry) => {
    if (entry instanceof RegExp) return entry.test(target);
    return entry.endsWith('/') ? target.startsWith(entry) : entry === target;
  });
}

/** @param {string} file @param {string} target @param {'code' | 'type' | 'lazy'} kind */
function mayImport(file, target, kind) {
  const row = rows.find((candidate) => candidate.files.test(file));
  if (!row || listed(row.values, target)) return true;
  if (kind === 'type' && listed(row.types, target)) return true;
  if (kind === 'lazy' && listed(row.lazily, target)) return true;
  const adapter = row.own ? adapterOf(file) : undefined;
  if (!adapter) return false;
  const packages = /** @type {Record<string, Array<string | RegExp>>} */ (row.packages ?? {});
  return adapterOf(target) === adapter || listed(packages[adapter], target);
}

/** @param {any} node @returns {'code' | 'type' | 'lazy'} */
function kindOf(node) {
  if (node.type === 'ImportExpression') return 'lazy';
  return (node.importKind ?? node.exportKind) === 'type' || node.type === 'TSImportType' ? 'type' : 'code';
}

/** The rule that keeps the folders apart: every import is looked up in the table above. */
export const boundaries = {
  meta: { type: /** @type {const} */ ('problem'), schema: [] },
  /** @param {import('eslint').Rule.RuleContext} context */
  create(context) {
    const path = relative(root, context.filename).replaceAll('\\', '/');
    /** @param {any} node */
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      const local = source.startsWith('.');
      const found = local ? relative(root, resolve(dirname(context.filename), source)).replaceAll('\\', '/') : source;
      const target = local ? found.replace(/\.js$/, '.ts') : found;
      if (!mayImport(path, target, kindOf(node))) {
        context.report({ node, message: `${path} must not import ${target}: see the table in tools/boundaries.js.` });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};
