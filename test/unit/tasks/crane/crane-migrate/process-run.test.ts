import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../../src/domain/core/errors.ts';
import { craneAppMigration } from '../../../../../src/pipelines/crane-app-migration.ts';
import { runnableStages } from '../../../../../src/pipelines/runnable-stages.ts';
import type { ValuesOf } from '../../../../../src/runtime/define-task.ts';
import type { migrateParams } from '../../../../../src/tasks/crane/crane-migrate/params.ts';
import { moveOf, processRunOf } from '../../../../../src/tasks/crane/crane-migrate/process-run.ts';

const params: ValuesOf<typeof migrateParams> = {
  'source-cluster-secret': undefined,
  'source-context': undefined,
  'source-namespace': 'shop',
  'destination-cluster-secret': undefined,
  'destination-context': undefined,
  'destination-namespace': 'moved',
  'source-registry-internal': undefined,
  'source-registry-public': undefined,
  'destination-registry-internal': undefined,
  'destination-registry-public': undefined,
  'claim-settings': undefined,
  'label-selector': undefined,
  'include-resources': '',
  'exclude-resources': '',
  'namespace-mapping': 'ledger=books',
  modernize: '',
  'skip-plugins': '',
  images: 'copy',
  'image-exclude': '',
  'built-images': 'copy',
  'mapping-file': undefined,
  registries: '',
  'allow-problems': '',
  'allow-forbidden': '',
  'if-exists': 'fail',
  referrers: 'true',
  platforms: '',
  'create-projects': false,
  validate: false,
  verify: true,
  'ready-timeout': 120,
  'allow-unready': '',
  'kubeconfig-digest': '',
};
const bySecrets = { ...params, 'source-cluster-secret': 'a', 'destination-cluster-secret': 'b' };
const byContexts = { ...params, 'source-context': 'east', 'destination-context': 'west' };
const paths = {
  sharedData: '/work',
  kubeconfig: '/home/me/config',
  'ca-bundle': '/ca',
  mapping: '/rules',
  patches: '/patches',
  craneconfig: undefined,
};

function stagesOf(given: typeof params) {
  const stages = runnableStages(craneAppMigration, processRunOf(given, paths));
  return new Map(
    stages.map(({ name, after, input }) => [name, { after, ...input((stage, result) => `${stage} ${result}`) }]),
  );
}

describe('a move in one process', () => {
  it('makes the contexts of Secrets in the shared folder', () => {
    const stages = stagesOf(bySecrets);
    expect(stages.get('contexts')).toMatchObject({
      params: { 'source-cluster-secret': 'a', 'source-context': 'source', 'destination-cluster-secret': 'b' },
      workspaces: { kubeconfig: '/work/kubeconfig' },
    });
    expect(stages.get('image-sync')).toMatchObject({
      params: {
        'source-context': 'source',
        'destination-context': 'destination',
        'kubeconfig-digest': 'contexts source-kubeconfig-digest,contexts destination-kubeconfig-digest',
      },
      workspaces: { kubeconfig: '/work/kubeconfig', 'ca-bundle': '/ca' },
    });
  });

  it('uses contexts of a kubeconfig, with the digests that its user gave', () => {
    const stages = stagesOf({ ...byContexts, 'kubeconfig-digest': 'one,two' });
    expect(stages.has('contexts')).toBe(false);
    expect(stages.get('export')).toMatchObject({
      after: [],
      params: { 'source-context': 'east', 'kubeconfig-digest': 'one,two,one,two' },
      workspaces: { kubeconfig: '/home/me/config' },
    });
    expect(stages.get('apply-to-cluster')).toMatchObject({
      params: { context: 'west', 'cluster-uid': '', 'kubeconfig-digest': 'one,two' },
    });
    expect(moveOf(byContexts, processRunOf(byContexts, paths))).toEqual({
      source: { context: 'east', namespace: 'shop' },
      destination: { context: 'west', namespace: 'moved' },
    });
  });

  it('validates on request, before anything is written', () => {
    expect(stagesOf(byContexts).has('validate')).toBe(false);
    expect(stagesOf(byContexts).get('image-sync')?.after).not.toContain('validate');
    const stages = stagesOf({ ...byContexts, validate: true });
    expect(stages.get('image-sync')?.after).toContain('validate');
    expect(stages.get('validate')).toMatchObject({
      params: { steps: 'export,images,apply', images: 'copy' },
      workspaces: { manifests: '/work/export' },
    });
  });

  it('changes the resources as the user wants', () => {
    expect(stagesOf(byContexts).get('manifests')).toMatchObject({
      params: { 'namespace-mapping': 'shop=moved,ledger=books' },
      workspaces: { kustomize: '/work/kustomize', patches: '/patches', craneconfig: undefined },
    });
  });

  it('verifies by default', () => {
    expect(stagesOf(byContexts).has('verify')).toBe(true);
    expect(stagesOf({ ...byContexts, verify: false }).has('verify')).toBe(false);
  });

  it.each([
    params,
    { ...bySecrets, ...{ 'source-context': 'east' } },
    { ...byContexts, 'source-context': undefined },
    { ...byContexts, 'destination-context': undefined, 'destination-cluster-secret': 'b' },
  ])('refuses clusters that are not given in one way: %#', (given) => {
    expect(() => processRunOf(given, paths)).toThrow(TaskError);
  });
});
