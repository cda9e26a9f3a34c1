import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import type { AnyTask } from '../../src/runtime/define-task.ts';
import { version } from '../../src/runtime/version.ts';
import { loadDefinitions, readTask } from './task-files.ts';

const definitions = await loadDefinitions();
const manifest = readTask('buildpacks-build');
const steps = arrayAt(manifest, 'spec', 'steps');
const own = definitions.filter(({ stepOf }) => stepOf?.task === 'buildpacks-build');

/** Steps that run code of buildpacks. */
const foreign = ['detect', 'build'];

function stepNamed(name: string): unknown {
  return steps.find((step) => stringAt(step, 'name') === name);
}

function namesAt(step: unknown, field: string): readonly string[] {
  return arrayAt(step, field).map((entry) => stringAt(entry, 'name') ?? '');
}

/** The name of the option, and the param or workspace of the Task that it gets. */
function expectedArgs({ params, workspaces }: AnyTask): readonly string[] {
  const declared = namesAt(valueAt(manifest, 'spec'), 'workspaces');
  const given = Object.entries(workspaces).filter(([name]) => declared.includes(name));
  return [
    ...Object.keys(params).map((name) => `--${name}=$(params.${name})`),
    ...given.map(([name, { flag }]) => `--${flag}=$(workspaces.${name}.path)`),
  ];
}

describe('the steps of buildpacks-build', () => {
  it('are the phases of the lifecycle between two programs of this project', () => {
    expect(steps.map((step) => [stringAt(step, 'name'), valueAt(step, 'command', 0)])).toEqual([
      ['prepare', 'crane-tasks'],
      ['analyze', '/cnb/lifecycle/analyzer'],
      ['detect', '/cnb/lifecycle/detector'],
      ['restore', '/cnb/lifecycle/restorer'],
      ['build', '/cnb/lifecycle/builder'],
      ['export', '/cnb/lifecycle/exporter'],
      ['result', 'crane-tasks'],
    ]);
  });

  it('have no script and no user of their own', () => {
    for (const step of steps) expect(valueAt(step, 'script')).toBeUndefined();
    expect(JSON.stringify(manifest)).not.toContain('runAsUser');
  });

  it.each(own.map((task) => [task.name, task] as const))('give %s its params and workspaces', (name, task) => {
    const step = steps.find((one) => valueAt(one, 'args', 0) === name);
    expect(stringAt(step, 'image')).toBe(`ghcr.io/crane-tasks/task-runner:${version}`);
    expect(arrayAt(step, 'args')).toEqual(
      expect.arrayContaining([...expectedArgs(task), '--results-dir=/tekton/results']),
    );
    const options = [
      ...Object.keys(task.params),
      ...Object.values(task.workspaces).map(({ flag }) => flag),
      'results-dir',
    ];
    const flags = arrayAt(step, 'args')
      .slice(1)
      .map((arg) => /^--([\w-]+)=/.exec(String(arg))?.[1]);
    expect([...flags].sort()).toEqual(options.sort());
  });

  it('run under the restricted policy, without a token of the account', () => {
    for (const step of steps) {
      expect(valueAt(step, 'securityContext')).toEqual({
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(arrayAt(step, 'volumeMounts')).toContainEqual({
        name: 'no-token',
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
        readOnly: true,
      });
    }
  });

  it('mount logins only where no code of buildpacks runs', () => {
    const mounting = steps.filter((step) => namesAt(step, 'volumeMounts').includes('lifecycle-auth'));
    expect(mounting.map((step) => stringAt(step, 'name'))).toEqual(['prepare', 'analyze', 'restore', 'export']);
    for (const name of ['registry-auth', 'build-env', 'ca-bundle'])
      expect(steps.filter((step) => namesAt(step, 'workspaces').includes(name))).toEqual([stepNamed('prepare')]);
    for (const name of foreign) expect(namesAt(stepNamed(name), 'workspaces')).toEqual(['bindings']);
    for (const name of foreign) expect(JSON.stringify(stepNamed(name))).not.toMatch(/DOCKER_CONFIG|cache|-auth/);
  });

  it('share no folder for temporary files with code of buildpacks', () => {
    const shared = ['layers', 'platform-env', 'no-token'];
    const seen = foreign.flatMap((name) => namesAt(stepNamed(name), 'volumeMounts'));
    for (const step of steps.filter((one) => !foreign.includes(stringAt(one, 'name') ?? '')))
      expect(namesAt(step, 'volumeMounts').filter((name) => seen.includes(name) && !shared.includes(name))).toEqual([]);
  });

  it('set no variable to the user, which the builder image has, and give no flag that may be empty', () => {
    const phases = steps.slice(1, -1);
    expect(JSON.stringify(phases)).not.toMatch(/CNB_USER_ID|CNB_GROUP_ID|"-/);
    const variables = (name: string): readonly string[] => namesAt(stepNamed(name), 'env');
    // The other phases refuse it.
    expect(phases.filter((step) => namesAt(step, 'env').includes('CNB_RUN_IMAGE'))).toEqual([stepNamed('analyze')]);
    for (const step of phases) expect(variables(stringAt(step, 'name') ?? '')).toContain('CNB_PLATFORM_API');
  });
});
