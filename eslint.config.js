import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/boundaries.js';
import { circles } from './tools/circles.js';

/** What is allowed in named places only, and why. */
const guarded = {
  customElements: 'Only src/define* registers elements.',
  indexedDB: 'Only the browser store uses IndexedDB.',
  BroadcastChannel: 'Messages between pages go through src/platform/channel.ts.',
  localStorage: 'Storage goes through src/platform/storage.ts.',
  sessionStorage: 'Storage goes through src/platform/storage.ts.',
  fetch: 'Only the http store and the command fetch.',
  setTimeout: 'Time goes through src/platform/time.ts.',
  clearTimeout: 'Time goes through src/platform/time.ts.',
  setInterval: 'Time goes through src/platform/time.ts.',
  clearInterval: 'Time goes through src/platform/time.ts.',
  'Date.now': 'Time goes through src/platform/time.ts.',
  'performance.now': 'Time goes through src/platform/time.ts.',
  'navigator.locks': 'Web Locks go through src/platform/locks.ts.',
};

const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
const storage = ['localStorage', 'sessionStorage'];

/** The allow-list: which files may use which of the guarded names. */
const allowed = [
  { files: ['src/define.ts', 'src/define/**'], names: ['customElements'] },
  { files: ['src/platform/time.ts'], names: ['Date.now', 'performance.now', ...timers] },
  { files: ['src/platform/locks.ts'], names: ['navigator.locks'] },
  { files: ['src/platform/channel.ts'], names: ['BroadcastChannel'] },
  { files: ['src/platform/storage.ts'], names: storage },
  { files: ['src/server/streams/{event-stream,event-loop-turn,streams}.ts', 'src/server/cli/serve.ts'], names: timers },
  { files: ['src/stores/browser-store/indexed-db-documents.ts'], names: ['indexedDB'] },
  { files: ['src/stores/http-store/http-client.ts'], names: ['fetch'] },
  { files: ['src/server/cli/conformance.ts'], names: ['fetch'] },
];

/** @param {readonly string[]} names the guarded names that are free here */
function guards(names) {
  const rest = Object.entries(guarded).filter(([name]) => !names.includes(name));
  const whole = rest.filter(([name]) => !name.includes('.'));
  const members = rest.filter(([name]) => name.includes('.'));
  return {
    'no-restricted-globals': ['error', ...whole.map(([name, message]) => ({ name, message }))],
    'no-restricted-properties': [
      'error',
      ...members.map(([name, message]) => ({ object: name.split('.')[0], property: name.split('.')[1], message })),
      ...['globalThis', 'window', 'self'].flatMap((object) =>
        whole.map(([property, message]) => ({ object, property, message })),
      ),
    ],
  };
}

const syntax = [
  { selector: 'TSEnumDeclaration', message: 'A union of literals says the same and costs nothing.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
];
const noClock = { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: guarded['Date.now'] };

/** @param {number} lines */
const functionLimit = (lines) => ['error', { max: lines, skipBlankLines: true, skipComments: true }];

export default tseslint.config(
  { ignores: ['dist/**', 'dist-size/**', 'coverage/**', '.cache/**'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { house: { rules: { boundaries, circles } } },
    rules: {
      'house/boundaries': 'error',
      'house/circles': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': functionLimit(60),
      'max-params': ['error', 3],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', ...syntax],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, lit.configs['flat/recommended'], wc.configs['flat/best-practice']],
    plugins: { 'lit-a11y': litA11y },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.config.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    settings: { wc: { elementBaseClasses: ['LitElement'] } },
    rules: {
      ...litA11y.configs.recommended.rules,
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An element is registered in src/define*, away from its class; a class may stay unregistered.
      'wc/define-tag-after-class-definition': 'off',
      'wc/file-name-matches-element': 'off',
      'wc/tag-name-matches-class': 'off',
      'wc/guard-define-call': 'off',
    },
  },
  { files: ['src/**/*.ts'], rules: { ...guards([]), 'no-restricted-syntax': ['error', ...syntax, noClock] } },
  ...allowed.map(({ files, names }) => ({ files, rules: guards(names) })),
  { files: ['src/model/**', 'src/session/**'], rules: { 'max-lines-per-function': functionLimit(40) } },
  {
    files: ['src/model/**'],
    rules: {
      // `recordEvent(account, record, event, now)` sets the number for its parts.
      'max-params': ['error', 4],
      // Every branch is covered by a test: one that cannot be reached has no place here.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An interface keeps the name of a shape in hints and declarations.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    files: ['test/**', 'demo/**', 'tools/**', '*.config.*'],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'wc/no-constructor-params': 'off',
      'wc/no-typos': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  // A test file is a table of cases; it may be long.
  { files: ['test/**'], rules: { 'max-lines': 'off' } },
  {
    files: ['test/types/**'],
    rules: { '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }] },
  },
  // Configuration files are read by their default export.
  {
    files: ['*.config.*', 'test/e2e/*.config.ts', 'tools/**'],
    rules: { 'no-restricted-syntax': ['error', syntax[0]] },
  },
);
