import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { prepareNames } from '../forms/moves.ts';
import { deployNotes, notes } from '../forms/notes.ts';
import type { MoveNames } from '../../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';
import { startRun } from '../../../testbed/demo/start-run.ts';
import { watchRun, type FinishedRun } from '../../../testbed/demo/watch-run.ts';

// Alone, because the flag holds for all runs of the destination: a run that has begun beside one another must end so.
const names: MoveNames = { runs: 'coscheduling', application: notes, movedTo: 'coscheduling-notes' };
const source = localKubectl('source');
const destination = localKubectl('destination');
const flags = ['configmap', 'feature-flags', '-n', 'tekton-pipelines'];
let usual: string | undefined;

async function modeOf(cluster: Kubectl): Promise<string | undefined> {
  return stringAt(await cluster.get(flags), 'data', 'coschedule');
}

/** Null removes the flag. */
async function setMode(mode: string | null): Promise<void> {
  const patch = JSON.stringify({ data: { coschedule: mode } });
  await destination.run(['patch', ...flags, '--type=merge', '-p', patch]);
}

async function moveImages(): Promise<FinishedRun> {
  const name = await startRun(destination, {
    sample: 'samples/app-migration/image-migration-pipelinerun.yaml',
    namespace: names.runs,
    user: arbitraryUser,
    params: { 'source-namespace': notes, 'destination-namespace': 'coscheduling-notes' },
  });
  return watchRun(destination, { namespace: names.runs, name, deadlineSeconds: 540 });
}

/** Whether the pods of a run were to be placed beside one another. */
async function affinities(run: FinishedRun): Promise<readonly boolean[]> {
  const pods = await destination.list(['pods', '-n', names.runs, '-l', `tekton.dev/pipelineRun=${run.name}`]);
  return pods
    .filter((pod) => arrayAt(pod, 'spec', 'volumes').length > 0 && stringAt(pod, 'status', 'phase') === 'Succeeded')
    .map((pod) => valueAt(pod, 'spec', 'affinity', 'podAffinity') !== undefined);
}

beforeAll(async () => {
  await deployNotes(source);
  await prepareNames(names, destination);
  await installTasks(destination, names.runs, await loadTaskImage());
  usual = await modeOf(destination);
});

afterAll(async () => {
  await setMode(usual ?? null);
  await destination.run(['delete', 'namespace', names.runs, 'coscheduling-notes', '--wait=false']);
  await source.run(['delete', 'namespace', names.runs, '--wait=false', '--ignore-not-found']);
});

describe('a Pipeline on the newest Tekton', () => {
  it('is run by the other tests with the tasks of a run beside one another there, and each by itself on Tekton 0.70', async () => {
    expect(usual ?? 'workspaces').toBe('workspaces');
    expect(await modeOf(source)).toBe('disabled');
  });

  it('runs as well with coscheduling switched off', async () => {
    await setMode('disabled');
    const run = await moveImages().finally(() => setMode(usual ?? null));
    expect(run.message, [...run.logs.values()].join('\n')).toMatch(/^(Succeeded|Completed)/);
    const placed = await affinities(run);
    expect(placed.length).toBeGreaterThan(2);
    expect(placed).not.toContain(true);
  });
});
