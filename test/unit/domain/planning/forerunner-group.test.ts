import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { isObject, type JsonObject } from '../../../../src/domain/core/json-object.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { allowedActions } from '../../../../src/domain/planning/allowed-actions.ts';
import {
  carryOver,
  copyOfRun,
  groupActionsOf,
  isWaiting,
  readGroups,
  type ForerunnerGroup,
} from '../../../../src/domain/planning/forerunner-group.ts';
import { stateOf } from '../../../../src/domain/planning/state.ts';
import { validateMoveAnswers } from '../../../../src/domain/schemas/validators/move-answers.ts';

/** What the plugin writes, as the API server has it: `wizard` is without claims, the others are one group. */
function objectsOf(...files: readonly string[]): readonly Resource[] {
  return files.flatMap((file) =>
    loadAll(readFileSync(`test/e2e/drop-in/${file}.yaml`, 'utf8'))
      .filter(isObject)
      .map((object) => object as JsonObject & Resource)
      .map((object, index) => {
        const { metadata } = object;
        const { name = `${file}-run` } = metadata as { readonly name?: string };
        const times = { uid: `uid-of-${name}`, creationTimestamp: `2022-09-1${String(index)}T00:00:00Z` };
        return { ...object, metadata: { ...metadata, name, ...times } };
      }),
  );
}

function read(objects: readonly Resource[], namespace = 'runs'): readonly ForerunnerGroup[] {
  const pipelines = objects.filter(({ kind }) => kind === 'Pipeline');
  const runs = objects.filter(({ kind }) => kind === 'PipelineRun');
  return readGroups({ pipelines, runs }, namespace);
}

function withStatus(run: Resource, status: string, request?: string): Resource {
  const spec = Object.fromEntries(Object.entries(run['spec'] as JsonObject).filter(([member]) => member !== 'status'));
  const condition = { type: 'Succeeded', status, reason: status === 'True' ? 'Succeeded' : 'Running' };
  return {
    ...run,
    spec: request === undefined ? spec : { ...spec, status: request },
    status: { conditions: [condition] },
  };
}

const stateful = ['wizard-stateful-stage', 'wizard-stateful-cutover'] as const;

function groupOf(change: (run: Resource) => Resource | undefined = (run) => run): ForerunnerGroup {
  const objects = objectsOf(...stateful).flatMap((object) =>
    object['kind'] === 'PipelineRun' ? (change(object) ?? []) : [object],
  );
  const [group] = read(objects);
  if (group === undefined) throw new Error('no group');
  return group;
}

function allowedIn(group: ForerunnerGroup, hasClusterTasks = true): Readonly<Record<string, unknown>> {
  const actions = groupActionsOf(group, hasClusterTasks).filter(({ reason }) => reason !== 'not-planned');
  return Object.fromEntries(actions.map(({ action, reason = 'allowed' }) => [action, reason]));
}

const nameOf = (run: Resource): string => run.metadata.name;

describe('readGroups', () => {
  it('reads the Pipelines of an application without claims', () => {
    expect(read(objectsOf('wizard'))).toMatchObject([
      {
        name: 'notes-group',
        root: { name: 'notes-group', uid: 'uid-of-notes-group' },
        sourceNamespace: 'notes',
        destinationNamespace: 'runs',
        claims: [],
        pipelines: { cutover: 'notes-group' },
        secrets: { source: 'source-cluster', destination: 'destination-cluster' },
      },
    ]);
  });

  it('reads claims, names, classes and sizes from the Pipelines', () => {
    const group = groupOf();
    expect(group).toMatchObject({ name: 'diary-group', sourceNamespace: 'diary' });
    expect(group.pipelines).toEqual({ stage: 'diary-group-stage', cutover: 'diary-group-cutover' });
    expect(group.claims).toEqual([
      { name: 'pages', newName: 'pages-moved', storageClass: 'local-path', size: '10Mi' },
      { name: 'data-index-0', newName: 'data-index-0', storageClass: 'local-path', size: '10Mi' },
    ]);
    const cutoverAlone = read(objectsOf('wizard-stateful-cutover'))[0];
    expect(cutoverAlone?.claims.map(({ name }) => name)).toEqual(['pages', 'data-index-0']);
    expect(cutoverAlone?.pipelines).toEqual({ cutover: 'diary-group-cutover' });
  });

  it('knows nothing of other Pipelines, of a group without its root, and of texts that are missing', () => {
    const plain: Resource = { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', metadata: { name: 'own' } };
    expect(read([plain, ...objectsOf('wizard-stateful-stage')])).toEqual([]);
    const annotations = {
      'crane-ui-plugin.konveyor.io/group': 'spoilt',
      'crane-ui-plugin.konveyor.io/action': 'cutover',
    };
    const param = (value: unknown) => [{ name: 'source-pvc-name', value }];
    const transfer = (params: unknown) => ({ taskRef: { name: 'crane-transfer-pvc' }, params });
    const spec = { tasks: [null, transfer(undefined), transfer(param('$(params.claim)')), transfer(param('data'))] };
    expect(read([{ ...plain, metadata: { name: 'spoilt', annotations }, spec }])).toEqual([
      {
        name: 'spoilt',
        root: { name: 'spoilt', uid: '' },
        createdAt: '',
        sourceNamespace: '',
        destinationNamespace: 'runs',
        claims: [{ name: 'data', newName: 'data', storageClass: '', size: '' }],
        pipelines: { cutover: 'spoilt' },
        secrets: { source: '', destination: '' },
        runs: [],
      },
    ]);
  });

  it('knows no source when the runs do not say it', () => {
    expect(groupOf((run) => ({ ...run, spec: {} }))).toMatchObject({ sourceNamespace: '', secrets: { source: '' } });
  });

  it('sorts groups by their age, then by name', () => {
    const [one] = objectsOf('wizard');
    if (one === undefined) throw new Error('no Pipeline');
    const named = (name: string, creationTimestamp: string): Resource => {
      const annotations = { ...(one.metadata['annotations'] as object), 'crane-ui-plugin.konveyor.io/group': name };
      return { ...one, metadata: { ...one.metadata, name, annotations, creationTimestamp } };
    };
    const groups = read([named('b', '2022-01-01'), named('c', '2022-02-01'), named('a', '2022-01-01')]);
    expect(groups.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });
});

describe('the actions of a group', () => {
  it('are stage and cutover while its runs wait', () => {
    expect(allowedIn(groupOf())).toEqual({
      stage: 'allowed',
      cutover: 'allowed',
      cancel: 'not-running',
      delete: 'allowed',
    });
  });

  it('are known of a run that waits', () => {
    expect(groupOf().runs.map(isWaiting)).toEqual([true, true]);
    expect(groupOf((run) => withStatus(run, 'True')).runs.map(isWaiting)).toEqual([false, false]);
  });

  it('need ClusterTasks', () => {
    expect(allowedIn(groupOf(), false)).toMatchObject({ stage: 'no-cluster-tasks', cutover: 'no-cluster-tasks' });
  });

  it('wait for a run', () => {
    const isStage = (run: Resource) => nameOf(run) === 'wizard-stateful-stage-run';
    const running = groupOf((run) => (isStage(run) ? withStatus(run, 'Unknown') : run));
    expect(allowedIn(running)).toEqual({
      stage: 'is-running',
      cutover: 'is-running',
      cancel: 'allowed',
      delete: 'is-running',
    });
    const stopping = groupOf((run) => (isStage(run) ? withStatus(run, 'Unknown', 'CancelledRunFinally') : run));
    expect(allowedIn(stopping)).toMatchObject({ cancel: 'is-stopping' });
  });

  it('end with a cutover that succeeded', () => {
    const isStage = (run: Resource) => nameOf(run) === 'wizard-stateful-stage-run';
    const staged = groupOf((run) => (isStage(run) ? withStatus(run, 'True') : run));
    expect(allowedIn(staged)).toMatchObject({ stage: 'allowed', cutover: 'allowed' });
    const moved = groupOf((run) => (isStage(run) ? run : withStatus(run, 'True')));
    expect(allowedIn(moved)).toMatchObject({ stage: 'has-succeeded', cutover: 'has-succeeded', delete: 'allowed' });
  });

  it('need the run that was made for them', () => {
    expect(allowedIn(groupOf((run) => (nameOf(run) === 'wizard-stateful-stage-run' ? undefined : run)))).toMatchObject({
      stage: 'run-deleted',
      cutover: 'allowed',
    });
  });

  it('have the names that those of a migration have', () => {
    const state = stateOf({ configMap: {}, runs: [], taskRuns: [], reports: [] });
    const names = allowedActions(state).map(({ action }) => action);
    expect(groupActionsOf(groupOf(), true).map(({ action }) => action)).toEqual(names);
  });
});

describe('carryOver', () => {
  it('gives answers that the wizard takes', () => {
    const answers = carryOver(groupOf());
    expect(validateMoveAnswers(answers)).toBe(true);
    expect(answers).toEqual({
      schemaVersion: 1,
      name: 'diary-group-2',
      action: 'application',
      source: { namespace: 'diary' },
      destination: { namespace: 'diary-wizard' },
      claims: {
        settings: [
          { name: 'pages', move: true, newName: 'pages-moved', storageClass: 'local-path', size: '10Mi' },
          { name: 'data-index-0', move: true, newName: 'data-index-0', storageClass: 'local-path', size: '10Mi' },
        ],
      },
    });
  });

  it('leaves out what the group does not say, and shortens its name', () => {
    const claims = [{ name: 'data', newName: 'data', storageClass: '', size: '' }];
    const answers = carryOver({ ...groupOf(), name: 'g'.repeat(57), claims });
    expect(answers.name).toBe(`${'g'.repeat(38)}-2`);
    expect(answers.claims?.settings).toEqual([{ name: 'data', move: true, newName: 'data' }]);
    expect(carryOver({ ...groupOf(), claims: [] })).not.toHaveProperty('claims');
  });
});

describe('copyOfRun', () => {
  it('begins again, in the same group', () => {
    const [run] = groupOf().runs;
    if (run === undefined) throw new Error('no run');
    const owned = { ...run, metadata: { ...run.metadata, ownerReferences: [{ name: 'diary-group-cutover' }] } };
    const copy = copyOfRun(owned, 'diary-group-stage-2', { more: 'yes' });
    expect(copy).toMatchObject({
      apiVersion: 'tekton.dev/v1beta1',
      kind: 'PipelineRun',
      metadata: {
        name: 'diary-group-stage-2',
        annotations: { 'crane-ui-plugin.konveyor.io/group': 'diary-group', more: 'yes' },
        ownerReferences: [{ name: 'diary-group-cutover' }],
      },
    });
    expect(copy['spec']).not.toHaveProperty('status');
    expect(copy['spec']).toHaveProperty('workspaces');
    const bare = copyOfRun({ metadata: { name: 'bare' } } as unknown as Resource, 'copy', {});
    expect(bare).toMatchObject({ metadata: { name: 'copy' }, spec: {} });
  });
});
