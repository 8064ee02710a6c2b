import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { root } from './own-name.js';

const IMPORT = /^(?:import|export)\b[^'"]*?\bfrom\s*'(\.[^']+)'|^import\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/gm;

/** @type {Map<string, readonly string[]>} */
const graph = new Map();

/** The files that a file imports by a relative path, types included. @param {string} file */
function importsOf(file) {
  const known = graph.get(file);
  if (known) return known;
  const found = [...read(file).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const imports = found.map((path) => resolve(dirname(file), path).replace(/\.js$/, '.ts'));
  graph.set(file, imports);
  return imports;
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A file that the build makes, or a script of tools/: neither is part of a circle.
    return '';
  }
}

/** The shortest way from a file back to itself by imports. @param {string} file */
function circleOf(file) {
  const ways = [[file]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of importsOf(way.at(-1) ?? file)) {
      if (next === file) return [...way, file];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** The rule that no file imports itself by way of others; type-only imports count. */
export const circles = {
  meta: { type: /** @type {const} */ ('problem'), schema: [] },
  /** @param {import('eslint').Rule.RuleContext} context */
  create(context) {
    return {
      /** @param {any} node */
      Program(node) {
        const circle = circleOf(context.filename);
        if (!circle) return;
        const names = circle.map((file) => relative(root, file)).join(' → ');
        context.report({ node, message: `A circle of files: ${names}. Move what both need into a file of its own.` });
      },
    };
  },
};
