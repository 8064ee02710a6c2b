import { fileURLToPath } from 'node:url';

/** The repository's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../', import.meta.url));

/** Lets demo and tests import the package by its own name, straight from `src/`, without a build. */
export const ownNameAliases = [
  { find: /^phone-widget$/, replacement: `${root}src/index.ts` },
  { find: /^phone-widget\/(define\/[\w-]+|[\w-]+)$/, replacement: `${root}src/$1.ts` },
];
