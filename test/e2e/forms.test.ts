import { beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import {
  bundleRepository,
  installClusterTasks,
  mirror,
  moveWithBundles,
  moveWithClusterTasks,
  moveWithResolver,
  moveWithWizard,
  refParams,
  taskRefsOf,
  type FormMove,
} from './forms/moves.ts';
import { foldersIn } from '../contract/task-files.ts';
import { deployNotes, notes, runningImage, waitForNotes } from './forms/notes.ts';
import { destinationNamespace } from '../../testbed/demo/accounts.ts';
import { loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
let moves: Awaited<ReturnType<typeof moveAll>>;

/** All forms side by side, on both clusters: most of a run is waiting for pods. */
async function moveAll() {
  await deployNotes(source);
  await installClusterTasks();
  const image = await loadTaskImage();
  const [legacy, resolver, bundles, wizard, mirrored] = await Promise.all([
    moveWithClusterTasks(),
    moveWithResolver(image),
    moveWithBundles(image),
    moveWithWizard(),
    mirror(),
  ]);
  return { legacy, resolver, bundles, wizard, mirrored };
}

function expectSuccess({ run }: FormMove): void {
  expect(run.message, [...run.logs.values()].join('\n')).toMatch(/^(Succeeded|Completed)/);
}

async function expectMoved(move: FormMove): Promise<void> {
  expectSuccess(move);
  const namespace = destinationNamespace(move.names);
  await waitForNotes(destination, namespace);
  const [before, after] = await Promise.all([runningImage(source, notes), runningImage(destination, namespace)]);
  expect(after).toEqual({ ...before, name: before.name.replace(`/${notes}/`, `/${namespace}/`) });
  expect(after.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
}

beforeAll(async () => {
  moves = await moveAll();
});

describe('the ClusterTasks and their Pipelines on Tekton 0.70, in a restricted namespace', () => {
  it('move an application to a cluster with a newer Tekton', () => expectMoved(moves.legacy));

  it('run as ClusterTasks', async () => {
    const refs = await taskRefsOf(source, moves.legacy);
    expect(refs.length).toBeGreaterThan(5);
    for (const ref of refs) expect(stringAt(ref, 'kind')).toBe('ClusterTask');
  });
});

describe('Pipelines that were written for other Tasks of these names, on Tekton 0.70', () => {
  it("a wizard's Pipeline waits until it is released, then moves the application", async () => {
    expect(moves.wizard.stateBefore).toBe('PipelineRunPending');
    await expectMoved(moves.wizard);
  });

  it('a Pipeline that mirrors with a kubeconfig of its user applies to the context it names', async () => {
    expectSuccess(moves.mirrored);
    expect(await destination.get(['deployment', 'httpd', '-n', notes])).toBeDefined();
  });
});

describe('the Pipelines of the cluster resolver, with the Tasks in a namespace of their own', () => {
  it('move an application', () => expectMoved(moves.resolver));

  it('take no Task from the namespace of the run', async () => {
    expect(await destination.list(['tasks.tekton.dev', '-n', moves.resolver.names.runs])).toEqual([]);
    for (const ref of await taskRefsOf(destination, moves.resolver))
      expect(refParams(ref)).toMatchObject({ namespace: 'forms-tasks' });
  });
});

describe('the sample of each Task', () => {
  it.each(foldersIn('tasks'))('is taken by Tekton as it is: %s', async (name) => {
    const place = ['-n', 'forms-tasks', '-f', `tasks/${name}/samples/taskrun.yaml`];
    expect(await destination.run(['create', '--dry-run=server', ...place])).toContain('created (server dry run)');
  });
});

describe('the Pipelines of the bundles', () => {
  it('move images', async () => {
    expectSuccess(moves.bundles);
    const { names, run } = moves.bundles;
    const object = await destination.get(['pipelinerun', run.name, '-n', names.runs]);
    const results = arrayAt(object, 'status', 'results').map((result) => [
      stringAt(result, 'name'),
      valueAt(result, 'value'),
    ]);
    const { 'images-copied': copied, 'images-present': present } = Object.fromEntries(results) as Record<
      string,
      unknown
    >;
    expect(Number(copied) + Number(present)).toBe(1);
  });

  it('take each Task from its bundle, whose digest the run records', async () => {
    const { names, run, bundles } = moves.bundles;
    const digests = new Map(bundles.map(({ name, digest }) => [name, digest]));
    const runs = await destination.list(['taskruns', '-n', names.runs, '-l', `tekton.dev/pipelineRun=${run.name}`]);
    expect(runs.length).toBeGreaterThan(3);
    for (const each of runs) {
      const { name } = refParams(valueAt(each, 'spec', 'taskRef'));
      const origin = valueAt(each, 'status', 'provenance', 'refSource');
      expect(`sha256:${stringAt(origin, 'digest', 'sha256') ?? ''}`).toBe(digests.get(String(name)));
      expect(stringAt(origin, 'uri')).toBe(`${bundleRepository}/${String(name)}`);
    }
  });
});
