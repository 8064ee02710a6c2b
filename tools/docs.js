import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { format, resolveConfig } from 'prettier';
import { root } from './own-name.js';

// Writes the tables of docs/elements.md and the sizes of README.md from what `npm run build` made.
// `--check` changes no file, and fails if one is out of date.

/**
 * What is read of the manifest.
 * @typedef {{ name: string, description?: string, type?: { text: string }, default?: string }} Item
 * @typedef {Item & { kind: string, privacy?: string, static?: boolean, readonly?: boolean, attribute?: string, parameters?: Item[], inheritedFrom?: { name: string } }} Member
 * @typedef {{ name: string, tagName?: string, description?: string, superclass?: { name: string }, members?: Member[], attributes?: (Item & { fieldName?: string })[], slots?: Item[], events?: Item[], cssParts?: Item[], cssProperties?: Item[] }} Declaration
 */

const order = ['phone-widget', 'phone-provider', 'phone-status-select', 'phone-conversation', 'phone-status-settings'];

/** @returns {Declaration[]} */
function declarations() {
  const { modules } = JSON.parse(readFileSync(`${root}dist/custom-elements.json`, 'utf8'));
  return modules.flatMap((/** @type {{ declarations?: Declaration[] }} */ { declarations = [] }) => declarations);
}

/** Text in a cell of a table. @param {string} [text] */
const cell = (text = '') => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
/** @param {string} [text] */
const code = (text) => (text ? `\`${cell(text)}\`` : '');

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  if (rows.length === 0) return '';
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param {string} title @param {Item[]} [items] */
const named = (title, items = []) =>
  table(
    [title, 'meaning'],
    items.map(({ name, description }) => [code(name), cell(description)]),
  );

/** What a user of the element calls or sets: what has a description and is public. @param {Declaration} declaration */
function publicMembers({ members = [] }) {
  return members.filter((member) => member.description && (member.privacy ?? 'public') === 'public' && !member.static);
}

/** @param {Declaration} declaration @param {readonly Member[]} members */
function fields({ attributes = [] }, members) {
  const rows = members
    .filter(({ kind }) => kind === 'field')
    .map(({ name, type, readonly, description }) => {
      const attribute = attributes.find((one) => (one.fieldName ?? one.name) === name)?.name;
      return [
        code(attribute),
        code(name),
        code(type?.text.replaceAll(' | undefined', '')),
        cell(`${readonly ? 'Read-only. ' : ''}${description ?? ''}`),
      ];
    });
  return table(['attribute', 'property', 'type', 'meaning'], rows);
}

/** @param {readonly Member[]} members */
function methods(members) {
  const rows = members
    .filter(({ kind }) => kind === 'method')
    .map(({ name, parameters = [], description }) => {
      return [code(`${name}(${parameters.map((one) => one.name).join(', ')})`), cell(description)];
    });
  return table(['method', 'meaning'], rows);
}

/** @param {Declaration} declaration @param {{ own?: readonly Member[], events?: Item[] }} shown */
function section(declaration, { own = publicMembers(declaration), events = declaration.events ?? [] }) {
  const { description = '', slots, cssParts } = declaration;
  return [
    description.replace(/\s+/g, ' '),
    fields(declaration, own),
    methods(own),
    named('event', events),
    named(
      'slot',
      slots?.map((slot) => ({ ...slot, name: slot.name || '(default)' })),
    ),
    named('part', cssParts),
  ].filter(Boolean);
}

/** @param {readonly Declaration[]} all */
function elements(all) {
  const tags = order.map((tag) => all.find(({ tagName }) => tagName === tag));
  const missing = order.filter((_, index) => !tags[index]);
  if (missing.length > 0) throw new Error(`The manifest has no ${missing.join(', ')}. Run npm run build first.`);
  const found = /** @type {Declaration[]} */ (tags);
  const base = all.find(({ name, tagName }) => !tagName && found.some(({ superclass }) => superclass?.name === name));
  const heirs = found.filter(({ superclass }) => superclass?.name === base?.name);
  const shared = heirs[0]?.events ?? [];
  const parts = found.flatMap((element) => {
    const isHeir = heirs.includes(element);
    const own = publicMembers(element).filter(({ inheritedFrom }) => !isHeir || !inheritedFrom);
    return [`## \`<${element.tagName}>\``, ...section(element, { own, events: isHeir ? [] : (element.events ?? []) })];
  });
  const names = new Intl.ListFormat('en-GB').format(heirs.map(({ tagName }) => `\`<${tagName}>\``));
  const common = base ? ['## In common', `${names} share this.`, ...section(base, { events: shared })] : [];
  const properties = new Map(found.flatMap(({ cssProperties = [] }) => cssProperties.map((one) => [one.name, one])));
  return [
    ...common,
    ...parts,
    '## Custom properties',
    'All elements read these.',
    named('property', [...properties.values()]),
  ];
}

/** The file of that name; a star stands for the part that changes with its content. @param {string} path */
function fileOf(path) {
  const [start = '', end] = path.split('*');
  if (end === undefined) return path;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const found = readdirSync(`${root}${folder}`).find(
    (name) => `${folder}${name}`.startsWith(start) && name.endsWith(end),
  );
  if (!found) throw new Error(`There is no file ${path}. Run npm run build first.`);
  return folder + found;
}

/** @param {string} path */
function gzipped(path) {
  return `${Math.ceil(gzipSync(readFileSync(root + fileOf(path)), { level: 9 }).length / 1000)} kB`;
}

function sizes() {
  const limits = /** @type {{ name: string, path: string, limit: string }[]} */ (
    JSON.parse(readFileSync(`${root}.size-limit.json`, 'utf8'))
  );
  const rows = limits.map(({ name, path, limit }) => [name.replace(/<[\w-]+>/g, '`$&`'), gzipped(path), limit]);
  return [table(['what (minified, gzip, elements with Lit)', 'measured', 'limit'], rows)];
}

/** @param {{ file: string, text: string, name: string, parts: readonly string[] }} block */
function rewrite({ file, text, name, parts }) {
  const block = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[^]*?(<!-- /${name} -->)`);
  if (!block.test(text)) throw new Error(`${file} has no block <!-- ${name}: … --> … <!-- /${name} -->.`);
  return text.replace(block, (_, start, end) => `${start}\n${parts.join('\n\n')}\n\n${end}`);
}

const written = [
  { file: 'docs/elements.md', name: 'elements', parts: elements(declarations()) },
  { file: 'README.md', name: 'sizes', parts: sizes() },
];
for (const { file, name, parts } of written) {
  const path = root + file;
  const before = readFileSync(path, 'utf8');
  const after = await format(rewrite({ file, text: before, name, parts }), {
    ...(await resolveConfig(path)),
    filepath: path,
  });
  if (after === before) continue;
  if (process.argv.includes('--check')) throw new Error(`${file} is out of date: run npm run docs.`);
  writeFileSync(path, after);
}
