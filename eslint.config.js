import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

import { ownKeys } from './eslint.own-keys.js';

// One process can serve several users: what a run learns must not outlive it.
const topLevel = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration';
const moduleState = [
  { selector: `${topLevel}[kind!='const']`, message: 'No variables of a module: pass a value of the run.' },
  {
    selector: `${topLevel} > VariableDeclarator > NewExpression:matches([callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0], [callee.name=/^(Redactor|SecretMatcher)$/])`,
    message: 'No collections that a module fills: pass a value of the run.',
  },
  {
    selector: `${topLevel} > VariableDeclarator > ArrayExpression[elements.length=0]`,
    message: 'No collections that a module fills: pass a value of the run.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.cache/',
      'coverage/',
      'src/domain/schemas/**',
      'src/domain/scan/gitleaks-rules.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50 }],
      'max-params': ['error', 3],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/domain/core/json-object.ts'],
    plugins: { 'crane-tasks': { rules: { 'own-keys': ownKeys } } },
    rules: { 'crane-tasks/own-keys': 'error' },
  },
  {
    // Texts come from clusters, registries, files and programs: a pattern must take linear time for each of them.
    files: ['src/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true, ignorePartial: false }],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/runtime/process.ts'],
    rules: {
      'no-extend-native': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only src/runtime/process.ts ends the process.' },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/runtime/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'Only src/runtime touches the process.' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='node:http'][importKind='value']",
          message: 'Values of node:http come from adapters/http/plain-http.ts, which says why.',
        },
        ...moduleState,
        {
          selector: 'ObjectExpression > SpreadElement > ObjectExpression',
          message: 'Write the properties one by one, and split the function when it gets too long.',
        },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/adapters/processes/start-program.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        ...['node:child_process', 'child_process', 'execa'].map((name) => ({
          name,
          message: 'Only adapters/processes/start-program.ts starts processes.',
        })),
      ],
    },
  },
  { files: ['src/cli.ts', 'src/tasks/*/*/task.ts'], rules: { 'max-lines': ['error', { max: 60 }] } },
  {
    files: ['test/**', 'testbed/**', 'bench/**', 'scripts/**', '*.ts'],
    rules: { 'no-console': 'off', 'max-lines-per-function': ['error', { max: 120 }] },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
