import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../tools/own-name.js';
import { filesIn } from './built-package.js';

/** One fenced block of a document. */
export interface CodeBlock {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Files that a `<!-- given my-file.ts … -->` before the block stands for; the name is empty where its text goes before the code. */
  readonly given: readonly { readonly name: string; readonly code: string }[];
  /** The status that the widget shows in the end: a `<!-- test: shows "Busy" -->` before the block. */
  readonly shows: string | undefined;
}

/** Every document for readers, as paths of the repository. */
export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesIn('docs').filter((path) => path.endsWith('.md')),
];

/** The text of a document. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const FENCE = /^(`{3,})([\w-]*)\n([^]*?)^\1$/gm;
const BEFORE = /((?:<!--(?:(?!-->)[^])*-->\s*)+)$/;
const COMMENT = /<!--((?:(?!-->)[^])*)-->/g;

/** The fenced blocks of a document, in order. */
export function codeBlocks(file: string, text = textOf(file)): readonly CodeBlock[] {
  return [...text.matchAll(FENCE)].map(({ index, 2: language = '', 3: code = '' }) => {
    const before = text.slice(0, index);
    const comments = [...(BEFORE.exec(before)?.[1] ?? '').matchAll(COMMENT)].map(([, comment = '']) => comment.trim());
    const given = comments.flatMap((comment) => {
      const [, name = '', given] = /^given([^\n]*)\n([^]*)$/.exec(comment) ?? [];
      return given === undefined ? [] : [{ name: name.trim(), code: given }];
    });
    const shows = comments.map((comment) => /^test: shows "(.+)"$/.exec(comment)?.[1]).find(Boolean);
    return { file, line: before.split('\n').length, language, code, given, shows };
  });
}

/** The document without its code: links in code are examples. */
function prose(text: string): string {
  return text
    .replace(FENCE, '')
    .replace(/<!--[^]*?-->/g, '')
    .replace(/`[^`\n]*`/g, (span) => span.replace(/[[\]()<>#]/g, ''));
}

/** A link of a document to a file of the repository. */
export interface Link {
  readonly from: string;
  readonly target: string;
  /** The file, as a path of the repository. */
  readonly file: string;
  /** The heading in it; empty where the file is meant as a whole. */
  readonly anchor: string;
}

/** Every relative link of a document: to files, to headings and to pictures. */
export function relativeLinks(file: string, text = textOf(file)): readonly Link[] {
  const patterns = [/\]\(([^)\s]+)(?:\s[^)]*)?\)/g, /^\[[^\]]+\]:\s+(\S+)/gm, /\b(?:src|srcset|href)="([^"]+)"/g];
  const targets = patterns.flatMap((pattern) => [...prose(text).matchAll(pattern)].map(([, target = '']) => target));
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { from: file, target, file: path === '' ? file : join(dirname(file), path).replaceAll('\\', '/'), anchor };
    });
}

/** The anchors of a document's headings, as they are made from their words. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, title = ''] of text.replace(FENCE, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let name = slug;
    for (let count = 1; found.has(name); count += 1) name = `${slug}-${count}`;
    found.add(name);
  }
  return found;
}

/** The first column of the table that follows a heading: the names in its code spans. */
export function tableNames(text: string, heading: string): readonly string[] {
  const section = text.slice(text.indexOf(heading)).split(/\n#+ /)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Commands of the shell blocks of a document, one after another, without comments. */
export function commands(file: string): readonly string[] {
  const shell = codeBlocks(file).filter(({ language }) => language === 'sh');
  const lines = shell.flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'));
  return lines
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
