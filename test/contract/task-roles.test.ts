import { existsSync, readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/resources/resource.ts';
import { foldersIn, readManifest, readTask } from './task-files.ts';

const tasks = foldersIn('tasks');
const withRoles = tasks.filter((name) => existsSync(`tasks/${name}/rbac.yaml`));

/** A Task that does the work of others needs their roles, and none of its own. */
const together: ReadonlyMap<string, readonly string[]> = new Map([
  ['crane-migrate', ['crane-export', 'oc-registry-info', 'crane-skopeo-sync', 'kubectl-apply-kustomize']],
]);

describe('roles', () => {
  it('come with each Task that talks to a cluster', () => {
    const talking = tasks.filter((name) =>
      arrayAt(readTask(name), 'spec', 'workspaces').some((workspace) => stringAt(workspace, 'name') === 'kubeconfig'),
    );
    const needed = talking.flatMap((name) => together.get(name) ?? [name]);
    expect(needed.filter((name) => !withRoles.includes(name))).toEqual([]);
  });

  it('are installed together', () => {
    const listed = arrayAt(readManifest('forms/roles/kustomization.yaml'), 'resources');
    expect([...listed].sort()).toEqual(withRoles.map((name) => `${name}.yaml`));
  });
});

describe.each(withRoles)('the roles of Task %s', (name) => {
  const roles = loadAll(readFileSync(`tasks/${name}/rbac.yaml`, 'utf8'));
  const rules = roles.flatMap((role) => arrayAt(role, 'rules'));

  it('are named after it, and marked as no part of an application', () => {
    for (const role of roles) {
      expect(stringAt(role, 'kind')).toMatch(/^(Cluster)?Role$/);
      expect(stringAt(role, 'metadata', 'name')).toMatch(new RegExp(`^${name}(-[a-z]+)*$`));
      expect(valueAt(role, 'metadata', 'labels')).toEqual({ 'app.kubernetes.io/part-of': 'crane-tasks' });
    }
    const names = roles.map((role) => `${stringAt(role, 'kind') ?? ''} ${stringAt(role, 'metadata', 'name') ?? ''}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('grant no wildcard, and nothing by which an account could get more rights', () => {
    for (const rule of rules) {
      for (const field of ['apiGroups', 'resources', 'verbs']) {
        expect(arrayAt(rule, field).length).toBeGreaterThan(0);
        expect(arrayAt(rule, field)).not.toContain('*');
      }
      for (const verb of ['escalate', 'bind', 'impersonate']) expect(arrayAt(rule, 'verbs')).not.toContain(verb);
    }
  });

  it('grant nothing twice', () => {
    const grants = roles.flatMap((role) =>
      arrayAt(role, 'rules').flatMap((rule) =>
        arrayAt(rule, 'apiGroups').flatMap((group) =>
          arrayAt(rule, 'resources').flatMap((resource) =>
            arrayAt(rule, 'verbs').map((verb) =>
              JSON.stringify([
                stringAt(role, 'metadata', 'name'),
                group,
                resource,
                valueAt(rule, 'resourceNames'),
                verb,
              ]),
            ),
          ),
        ),
      ),
    );
    expect(grants.length).toBe(new Set(grants).size);
  });
});
