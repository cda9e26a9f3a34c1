import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { writeBundles } from '../../scripts/forms/bundles.ts';
import { arrayAt, stringAt, valueAt } from '../../src/domain/resources/resource.ts';
import { version } from '../../src/runtime/version.ts';
import { pushImage } from '../cluster/image-store.ts';
import { checkoutCacheFolder } from '../cluster/places.ts';
import { publicRegistryHost } from '../cluster/sites.ts';
import { deployNotes, notes, runningImage, waitForNotes } from './forms/notes.ts';
import { destinationNamespace, prepareAccounts, type MoveNames } from './move/accounts.ts';
import { arbitraryUser } from './move/demo.ts';
import { installForm, loadTaskImage } from './move/install.ts';
import { localKubectl, type Kubectl } from './move/kubectl.ts';
import { startRun } from './move/start-run.ts';
import { watchRun, type FinishedRun } from './move/watch-run.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const bundleRepository = `${publicRegistryHost}/crane-tasks/bundles`;

/** Prepares the namespaces and accounts of a move of its own, whose runs happen on either cluster. */
async function prepare(form: string, home: Kubectl): Promise<MoveNames> {
  const names = { runs: `forms-${form}`, application: notes, movedTo: `${notes}-${form}` };
  const registryCertificates = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await prepareAccounts({ podSecurity: 'restricted', source, destination, home, names, registryCertificates });
  return names;
}

async function move(
  home: Kubectl,
  names: MoveNames,
  { sample, params = {} }: { sample: string; params?: Readonly<Record<string, string>> },
): Promise<FinishedRun> {
  const places = { 'source-namespace': notes, 'destination-namespace': destinationNamespace(names) };
  const all = { ...places, ...params };
  const name = await startRun(home, { sample, namespace: names.runs, user: arbitraryUser, params: all });
  return watchRun(home, { namespace: names.runs, name, deadlineSeconds: 540, print: () => undefined });
}

async function expectMoved(run: FinishedRun, names: MoveNames): Promise<void> {
  expect(run.message, [...run.logs.values()].join('\n')).toMatch(/^(Succeeded|Completed)/);
  const namespace = destinationNamespace(names);
  await waitForNotes(destination, namespace);
  const [before, after] = await Promise.all([runningImage(source, notes), runningImage(destination, namespace)]);
  expect(after).toBe(before.replace(`/${notes}/`, `/${namespace}/`));
  expect(after).toMatch(/@sha256:[0-9a-f]{64}$/);
}

beforeAll(async () => {
  await deployNotes(source);
});

describe('the ClusterTasks and their Pipelines on Tekton 0.70, in a restricted namespace', () => {
  let names: MoveNames;
  let run: FinishedRun;
  beforeAll(async () => {
    names = await prepare('legacy', source);
    const image = await loadTaskImage('source');
    const parts = ['forms/cluster-tasks'];
    await installForm(source, { form: 'install-cluster-tasks', parts, namespace: names.runs, image });
    run = await move(source, names, { sample: 'forms/cluster-tasks/samples/pipelinerun.yaml' });
  });

  it('move an application to a cluster with a newer Tekton', () => expectMoved(run, names));

  it('run as ClusterTasks', async () => {
    const runs = await source.list(['taskruns.v1beta1.tekton.dev', '-n', names.runs]);
    expect(runs.length).toBeGreaterThan(10);
    for (const each of runs) expect(stringAt(each, 'spec', 'taskRef', 'kind')).toBe('ClusterTask');
  });
});

describe('the Pipelines of the cluster resolver, with the Tasks in a namespace of their own', () => {
  let names: MoveNames;
  let run: FinishedRun;
  beforeAll(async () => {
    names = await prepare('resolver', destination);
    const image = await loadTaskImage();
    await destination.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'forms-tasks' } }]);
    await installForm(destination, { form: 'install-tasks', parts: ['tasks'], namespace: 'forms-tasks', image });
    const parts = ['forms/cluster-resolver'];
    await installForm(destination, { form: 'install-cluster-resolver', parts, namespace: names.runs, image });
    const sample = 'samples/app-migration/pipelinerun.yaml';
    run = await move(destination, names, { sample, params: { 'tasks-namespace': 'forms-tasks' } });
  });

  it('move an application', () => expectMoved(run, names));

  it('take no Task from the namespace of the run', async () => {
    expect(await destination.list(['tasks.tekton.dev', '-n', names.runs])).toEqual([]);
  });
});

describe('the Pipelines of the bundles', () => {
  let names: MoveNames;
  let run: FinishedRun;
  let digests: ReadonlyMap<string, string>;
  beforeAll(async () => {
    names = await prepare('bundles', destination);
    const image = await loadTaskImage();
    const folder = join(checkoutCacheFolder, 'bundles-of-test');
    const bundles = await writeBundles({ folder, revision: '0'.repeat(40), image });
    digests = new Map(bundles.map(({ name, digest }) => [name, digest]));
    for (const { name, layout } of bundles)
      await pushImage({ name, tag: version, layout }, 'public', `crane-tasks/bundles/${name}:${version}`);
    const parts = ['forms/bundles'];
    await installForm(destination, { form: 'install-bundles', parts, namespace: names.runs, image });
    const sample = 'samples/app-migration/pipelinerun.yaml';
    run = await move(destination, names, { sample, params: { 'bundle-repository': bundleRepository } });
  });

  it('move an application', () => expectMoved(run, names));

  it('take each Task from its bundle, whose digest the run records', async () => {
    const runs = await destination.list(['taskruns', '-n', names.runs]);
    expect(runs.length).toBeGreaterThan(10);
    for (const each of runs) {
      const params = arrayAt(each, 'spec', 'taskRef', 'params');
      const name =
        stringAt(
          params.find((param) => valueAt(param, 'name') === 'name'),
          'value',
        ) ?? '';
      const origin = valueAt(each, 'status', 'provenance', 'refSource');
      expect(`sha256:${stringAt(origin, 'digest', 'sha256') ?? ''}`).toBe(digests.get(name));
      expect(stringAt(origin, 'uri')).toBe(`${bundleRepository}/${name}`);
    }
  });
});
