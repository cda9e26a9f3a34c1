import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../../src/adapters/yaml/yaml-codec.ts';
import { arrayAt, stringAt, valueAt } from '../../../../../src/domain/core/json-object.ts';
import {
  applicationActions,
  completeApplication,
  decidedText,
  readApplication,
} from '../../../../../src/domain/planning/applications/application-answers.ts';
import { applicationCommand } from '../../../../../src/domain/planning/applications/application-command.ts';
import {
  applicationObjects,
  applicationSecret,
} from '../../../../../src/domain/planning/applications/application-objects.ts';
import type { ApplicationAnswers } from '../../../../../src/domain/schemas/documents.ts';
import { anApplication, imageAnswers } from '../../../../builders/application.ts';
import { thrownBy } from '../../../../builders/task-error.ts';

const settings = {
  namespace: 'migrations',
  place: 'abc',
  image: 'registry.example.com/runner:1',
  dryRun: false,
  decided: 'sha256:1',
};

const published: Partial<ApplicationAnswers> = {
  action: 'app-publish',
  release: 'web',
  claim: 'exports',
  folder: 'a',
  publishTo: 'partner',
};

function runOf(more: Partial<ApplicationAnswers>, own: Partial<typeof settings> = {}): unknown {
  return applicationObjects(anApplication(more), { ...settings, ...own }).at(-1)?.resource;
}

function paramsOf(owner: unknown): Readonly<Record<string, string>> {
  const params = arrayAt(owner, 'params').map((each) => [stringAt(each, 'name') ?? '', stringAt(each, 'value') ?? '']);
  return Object.fromEntries(params) as Record<string, string>;
}

/** Names that a Task declares. */
function declaredIn(task: string, list: 'params' | 'workspaces'): ReadonlySet<string> {
  const [document] = yamlCodec.parse(readFileSync(`tasks/${task}/${task}.yaml`, 'utf8'), task);
  return new Set(arrayAt(document, 'spec', list).map((each) => stringAt(each, 'name') ?? ''));
}

describe('applicationObjects', () => {
  it('makes a Secret without values and a run of the Pipeline', () => {
    const [secret, run] = applicationObjects(anApplication({ registrySecret: 'login' }), settings);
    expect(secret?.login).toBe('source');
    expect(secret?.resource).toMatchObject({ kind: 'Secret', metadata: { name: 'crane-portable-image-abc' } });
    expect(secret?.resource).not.toHaveProperty('stringData');
    expect(run?.resource).toMatchObject({
      metadata: {
        generateName: 'lab-portable-image-',
        labels: { 'crane-tasks.dev/action': 'portable-image' },
        annotations: { 'crane-tasks.dev/subject': 'course deployment/lab' },
      },
      spec: {
        pipelineRef: { name: 'app-portable-image' },
        workspaces: [
          { name: 'shared-data', volumeClaimTemplate: { spec: { resources: { requests: { storage: '10Gi' } } } } },
          { name: 'registry-auth', secret: { secretName: 'login' } },
        ],
        taskRunTemplate: { serviceAccountName: 'crane-tasks', podTemplate: { securityContext: { fsGroup: 65532 } } },
      },
    });
    const params = paramsOf(valueAt(run?.resource, 'spec'));
    expect(params).toMatchObject({ 'source-cluster-secret': 'crane-portable-image-abc', 'dry-run': 'false' });
    expect(params).not.toHaveProperty('container');
  });

  it('only gives params that the Pipeline has', () => {
    const all = { container: 'c', exportName: 'n', includePaths: ['/a', '/b'], excludePaths: ['/c'] };
    const [document] = yamlCodec.parse(
      readFileSync('pipelines/app-portable-image/app-portable-image.yaml', 'utf8'),
      'the Pipeline',
    );
    const known = arrayAt(document, 'spec', 'params').map((each) => stringAt(each, 'name'));
    const params = paramsOf(valueAt(runOf(all), 'spec'));
    expect(known).toEqual(expect.arrayContaining(Object.keys(params)));
    expect(params['include-paths']).toBe('/a,/b');
  });

  it('marks a run that lists what an image would have', () => {
    const run = runOf({}, { dryRun: true });
    expect(run).toMatchObject({
      metadata: { generateName: 'lab-plan-', annotations: { 'crane-tasks.dev/planned': 'sha256:1' } },
    });
    expect(paramsOf(valueAt(run, 'spec'))['dry-run']).toBe('true');
  });

  it.each([
    ['export', { action: 'app-export', release: 'web', claim: 'exports' }],
    ['publish', { ...published, path: 'team', chartVersion: '1.2.0', registrySecret: 'r', run: { caConfigMap: 'ca' } }],
  ] as const)('gives %s params and workspaces that its Task has', (name, answers) => {
    const run = runOf(answers);
    const task = arrayAt(run, 'spec', 'pipelineSpec', 'tasks').find((each) => stringAt(each, 'name') === name);
    const taskName = stringAt(task, 'taskRef', 'name') ?? '';
    const params = declaredIn(taskName, 'params');
    expect(Object.keys(paramsOf(task)).filter((each) => !params.has(each))).toEqual([]);
    const workspaces = declaredIn(taskName, 'workspaces');
    const bound = arrayAt(task, 'workspaces').map((each) => stringAt(each, 'name') ?? '');
    expect(bound.filter((each) => !workspaces.has(each))).toEqual([]);
  });

  it('keeps exports on the claim, in the folder', () => {
    const claimOf = (more: Partial<ApplicationAnswers>): unknown => arrayAt(runOf(more), 'spec', 'workspaces')[0];
    expect(claimOf(published)).toEqual({
      name: 'shared-data',
      persistentVolumeClaim: { claimName: 'exports' },
      subPath: 'a',
    });
    expect(claimOf({ ...published, folder: '' })).not.toHaveProperty('subPath');
  });

  it('deletes with the image of the installed tasks', () => {
    const run = runOf({
      action: 'export-delete',
      export: 'id1',
      login: { kind: 'secret', secret: 'own' },
      registrySecret: 'r',
      run: { storageClass: 'fast', fsGroup: 0 },
    });
    const task = arrayAt(run, 'spec', 'pipelineSpec', 'tasks')[1];
    const [step] = arrayAt(task, 'taskSpec', 'steps');
    expect(stringAt(step, 'image')).toBe('registry.example.com/runner:1');
    expect(arrayAt(step, 'args')).toEqual(
      expect.arrayContaining(['exports-delete', '--export=id1', '--registry-auth=$(workspaces.registry-auth.path)']),
    );
    expect(valueAt(run, 'spec', 'taskRunTemplate', 'podTemplate', 'securityContext')).toEqual({ runAsNonRoot: true });
    expect(valueAt(run, 'spec', 'workspaces', '0')).toBeUndefined();
    const [login] = arrayAt(run, 'spec', 'pipelineSpec', 'tasks');
    expect(paramsOf(login)['cluster-secret']).toBe('own');
  });

  it('makes no Secret where one is named', () => {
    const answers = anApplication({ login: { kind: 'secret', secret: 'own' } });
    expect(applicationObjects(answers, settings)).toHaveLength(1);
    expect(applicationSecret(answers, settings)).toBe('own');
  });

  it.each([
    ['statefulset/a.b', 'a-b-portable-image-'],
    [`deployment/${'long-'.repeat(12)}x`, `${'long-'.repeat(6)}long-portable-image-`],
    [`deployment/${'y'.repeat(60)}`, 'portable-image-portable-image-'],
  ])('names the run of %s so that its name is a label', (workload, name) => {
    expect(stringAt(runOf({ workload }), 'metadata', 'generateName')).toBe(name);
  });
});

describe('answers', () => {
  it('are read, and refused with the place of a mistake', async () => {
    expect(readApplication(imageAnswers)).toEqual(imageAnswers);
    const error = await thrownBy(() => readApplication({ ...imageAnswers, action: 'other' }));
    expect([error.code, error.message]).toEqual(['invalid-file', expect.stringContaining('action')]);
  });

  it('have defaults for the platform', () => {
    const answers = completeApplication({ ...imageAnswers, action: 'app-export' }, { isOpenShift: true });
    expect(answers.run).toMatchObject({ fsGroup: 0, volumeSize: '1Gi' });
    expect(answers.systemNamespace).toBe('epinio');
    expect(applicationActions).toContain(answers.action);
  });

  it('decide the same with and without the confirmation', () => {
    expect(decidedText(anApplication({ confirmPublic: true }))).toBe(decidedText(anApplication()));
    expect(decidedText(anApplication({ exportName: 'x' }))).not.toBe(decidedText(anApplication()));
  });
});

describe('applicationCommand', () => {
  it.each([
    [
      {},
      'crane-tasks app containerize deployment/lab --namespace=course --destination-registry=registry.example.com --destination-path=course/exports',
    ],
    [
      { includeWorkspace: false, confirmPublic: true },
      'crane-tasks app containerize deployment/lab --namespace=course --destination-registry=registry.example.com --destination-path=course/exports --include-workspace=false --confirm-public=true',
    ],
    [
      { action: 'app-export', release: 'web', claim: 'c' },
      'crane-tasks app export web --namespace=course --app-dir=app',
    ],
    [
      { ...published, path: '' },
      'crane-tasks app publish --app-dir=a/app --release=web --registry=partner --system-namespace=epinio',
    ],
    [
      { action: 'export-delete', export: 'id1', deleteSharedTags: true },
      'crane-tasks exports delete id1 --namespace=course --delete-shared-tags=true',
    ],
  ] as const)('does what %j asks for', (more, line) => {
    expect(applicationCommand(anApplication(more))).toBe(line);
  });
});
