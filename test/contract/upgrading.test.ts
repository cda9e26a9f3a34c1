import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { interfaceOf, type TaskInterface } from '../../scripts/forms/interfaces.ts';
import { loadDefinitions } from './task-files.ts';

/** crane-runner's ClusterTasks as their users know them: params with their defaults (null: required), workspaces, results. */
const predecessor: Readonly<Record<string, TaskInterface>> = {
  'crane-kubeconfig-generator': {
    params: { 'cluster-secret': null, 'context-name': null },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'crane-export': {
    params: { context: null, namespace: null },
    workspaces: { export: 'required', kubeconfig: 'required' },
    results: [],
  },
  'crane-transform': {
    params: { 'optional-flags': '' },
    workspaces: { export: 'required', transform: 'required', 'ignored-patches': 'optional', craneconfig: 'optional' },
    results: [],
  },
  'crane-apply': {
    params: {},
    workspaces: { export: 'required', transform: 'required', apply: 'required' },
    results: [],
  },
  'crane-image-sync': {
    params: {
      'src-context': null,
      'src-internal-registry-url': null,
      'src-public-registry-url': null,
      'src-tls-verify': 'true',
      'dest-context': null,
      'dest-public-registry-url': null,
      'dest-namespace': null,
      'dest-tls-verify': 'true',
    },
    workspaces: { export: 'required', skopeo: 'required', kubeconfig: 'required' },
    results: [],
  },
  'oc-registry-info': {
    params: { context: null, strict: 'false' },
    workspaces: { kubeconfig: 'required' },
    results: ['internal', 'public'],
  },
  'crane-transfer-pvc': {
    params: {
      'source-context': null,
      'source-namespace': null,
      'source-pvc-name': null,
      'dest-context': null,
      'dest-pvc-name': '',
      'dest-namespace': '',
      'dest-storage-class-name': '',
      'dest-storage-requests': '',
      'endpoint-type': '',
      verify: 'false',
    },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'kubectl-scale-down': {
    params: { context: '', namespace: '', 'resource-type': null },
    workspaces: { kubeconfig: 'required' },
    results: [],
  },
  'crane-kustomize-init': {
    params: { 'source-namespace': '', labels: '', 'name-prefix': '', namespace: '', 'name-suffix': '' },
    workspaces: { apply: 'required', kustomize: 'required' },
    results: [],
  },
  'kubectl-apply-kustomize': {
    params: { context: '' },
    workspaces: { kustomize: 'required', kubeconfig: 'optional' },
    results: [],
  },
  'kubectl-apply-files': {
    params: { context: '' },
    workspaces: { apply: 'required', kubeconfig: 'optional' },
    results: [],
  },
  'git-init-push': {
    params: { 'git-remote-url': null, 'user-name': null, 'user-email': null },
    workspaces: { 'uninitialized-git-repo': 'required' },
    results: [],
  },
};

const present = new Map((await loadDefinitions()).map((task) => [task.name, interfaceOf(task)]));
const notes = readFileSync('UPGRADING.md', 'utf8');

describe.each(Object.entries(predecessor))('%s', (name, old) => {
  const now = present.get(name);

  it('takes what crane-runner takes, with the same defaults, and asks for nothing more', () => {
    expect(now?.params).toMatchObject(
      Object.fromEntries(Object.entries(old.params).filter(([, value]) => value !== null)),
    );
    expect(Object.keys(now?.params ?? {})).toEqual(expect.arrayContaining(Object.keys(old.params)));
    const required = Object.entries(now?.params ?? {}).filter(([, value]) => value === null);
    for (const [param] of required) expect(old.params, param).toHaveProperty(param, null);
    expect(Object.keys(now?.workspaces ?? {})).toEqual(expect.arrayContaining(Object.keys(old.workspaces)));
    const bound = Object.entries(now?.workspaces ?? {}).filter(([, value]) => value === 'required');
    for (const [workspace] of bound) expect(old.workspaces).toHaveProperty(workspace, 'required');
    expect(now?.results).toEqual(expect.arrayContaining([...old.results]));
  });

  it('has a line in UPGRADING.md that names each param and workspace it had', () => {
    const line = notes.split('\n').find((candidate) => candidate.startsWith(`| \`${name}\` |`)) ?? '';
    for (const each of [...Object.keys(old.params), ...Object.keys(old.workspaces), ...old.results])
      expect(line, each).toContain(`\`${each}\``);
  });
});

describe('UPGRADING.md', () => {
  it('names no Task that there is not', () => {
    const rows = [...notes.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name);
    expect(rows.filter((name) => !present.has(name))).toEqual([]);
  });
});
