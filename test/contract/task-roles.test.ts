import { existsSync, readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { isResource } from '../../src/domain/kube/resource.ts';
import {
  applyRights,
  exportRights,
  imageRights,
  quiesceRights,
  volumeRights,
  type UsedRights,
} from '../../src/domain/validate/rights.ts';
import { pluralOf, rulesOf } from '../builders/role-scene.ts';
import { kindsToApply } from '../fakes/kinds-to-apply.ts';
import { foldersIn, readManifest, readTask } from './task-files.ts';

const tasks = foldersIn('tasks');
const withRoles = tasks.filter((name) => existsSync(`tasks/${name}/rbac.yaml`));

/** A Task that does the work of others needs their roles, and none of its own. */
const together: ReadonlyMap<string, readonly string[]> = new Map([
  ['crane-cluster-contexts', ['crane-kubeconfig-generator']],
  ['crane-export-plan', ['crane-export', 'oc-registry-info']],
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

// Not asked for: it is only read where the account may.
const namespaceOfVolumes: UsedRights = { group: '', resources: ['namespaces'], verbs: ['get'] };
const eventsOfWorkloads: UsedRights = { group: '', resources: ['events'], verbs: ['list'] };

/** Not asked for: which of them is used depends on the endpoint. */
const forwardRights: UsedRights = { group: '', resources: ['pods/portforward'], verbs: ['create', 'get'] };
const endpointRights: readonly UsedRights[] = [
  forwardRights,
  { group: 'networking.k8s.io', resources: ['ingresses'], verbs: ['create', 'get'] },
  { group: 'networking.k8s.io', resources: ['networkpolicies'], verbs: ['create'] },
  { group: 'route.openshift.io', resources: ['routes'], verbs: ['create', 'get'] },
  { group: 'route.openshift.io', resources: ['routes/custom-host'], verbs: ['create'] },
];

describe('what crane-validate asks for', () => {
  it.each<[string, readonly UsedRights[]]>([
    ['kubectl-scale-down kubectl-scale-down', quiesceRights],
    ['crane-skopeo-sync crane-skopeo-sync-source', imageRights.source],
    ['crane-skopeo-sync crane-skopeo-sync-destination', imageRights.destination],
    ['crane-transfer-pvc crane-transfer-pvc-source', [namespaceOfVolumes, ...volumeRights.source, forwardRights]],
    [
      'crane-transfer-pvc crane-transfer-pvc-destination',
      [namespaceOfVolumes, ...volumeRights.destination, ...endpointRights],
    ],
    ['kubectl-apply-files kubectl-apply-files-destination', [...appliedRights(), eventsOfWorkloads]],
  ])('is what the role of the Task grants: %s', (role, used) => {
    const [task = '', name = ''] = role.split(' ');
    expect(grantsOf(rulesOf(task, name))).toEqual(expandRights(used));
  });

  it('is what the role of crane-export grants for the kinds that it names', () => {
    const rules = rulesOf('crane-export', 'crane-export-source');
    const kinds = rules.flatMap((rule) =>
      arrayAt(rule, 'resources').map((plural) => ({
        group: String(arrayAt(rule, 'apiGroups')[0]),
        plural: String(plural),
      })),
    );
    expect(grantsOf(rules)).toEqual(expandRights(kinds.map(exportRights)));
  });
});

/** What applying one object of each kind uses. */
function appliedRights(): readonly UsedRights[] {
  return kindsToApply('shop', 'registry.test/all:1')
    .filter(isResource)
    .flatMap((resource) => applyRights(resource, pluralOf(resource.kind.toLowerCase())));
}

/** `verb plural.group`, sorted, each once. */
function expandRights(used: readonly UsedRights[]): readonly string[] {
  const all = used.flatMap(({ group, resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
  );
  return [...new Set(all)].sort();
}

function grantsOf(rules: readonly JsonObject[]): readonly string[] {
  const used = rules.map((rule) => ({
    group: String(arrayAt(rule, 'apiGroups')[0]),
    resources: arrayAt(rule, 'resources').map(String),
    verbs: arrayAt(rule, 'verbs').map(String),
  }));
  return expandRights(used);
}

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
