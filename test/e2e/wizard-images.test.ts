import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { parseJson } from '../../src/domain/core/parse-json.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { deployShop } from '../../testbed/shop/deploy.ts';
import { expectedImages } from '../../testbed/shop/record.ts';
import { describeMissing, hasInHistory, readStreams } from '../../testbed/shop/streams.ts';
import { destination, startClustersScene, type ClustersScene, type ScenePlaces } from './wizard/notes-scene.ts';

const places: ScenePlaces = { name: 'images-only', runs: 'wizard-images', from: 'shop', to: 'wizard-images-new' };
const moved = 'whole-shop';
const authorities = 'cluster-ca';
/** Another move of the sample may have the fixed port of its front end. */
const patches = 'target: { kind: Service, name: frontend }\npatch: [{ op: remove, path: /spec/ports/0/nodePort }]\n';
let scene: ClustersScene;

beforeAll(async () => {
  scene = await startClustersScene(places, deployShop);
  const ca = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await destination.apply(
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: authorities }, data: { 'ca.crt': ca } }],
    places.runs,
  );
});

afterAll(async () => {
  await scene.stop();
  const shared = [places.from, places.to].map((each) => `crane-migration-${moved}-${each}`);
  await destination.run(['delete', 'clusterrole,clusterrolebinding', ...shared, '--ignore-not-found']);
});

function answersFor(name: string, more: object): object {
  return {
    schemaVersion: 1,
    name,
    source: { context: 'source', namespace: places.from },
    destination: { namespace: places.to, createNamespace: true },
    run: { caConfigMap: authorities },
    ...more,
  };
}

interface Moved {
  /** Of the run. */
  readonly name: string;
  /** The run as the API shows it. */
  readonly json: unknown;
  /** The images as the page showed them before. */
  readonly images: readonly unknown[];
}

/** Plans and creates a migration, and runs its action. */
async function move(answers: object, start: string): Promise<Moved> {
  const inventory = await scene.takeInventory();
  const planned = await scene.ask('POST', '/plans', { inventory, answers });
  const created = await scene.ask('POST', '/migrations', { inventory, answers, start });
  expect(created.status, created.text).toBe(201);
  const name = stringAt(created.json, 'run') ?? '';
  expect(await scene.endOf(name)).toBe('succeeded');
  const { json } = await scene.ask('GET', `/runs/${name}`);
  return { name, json, images: arrayAt(planned.json, 'images') };
}

async function reportOf(run: string, task: string): Promise<unknown> {
  const { json } = await scene.ask('GET', `/runs/${run}/reports/${task}`);
  expect(stringAt(json, 'state'), task).toBe('found');
  return valueAt(json, 'report');
}

/** The report of the task that planned the images, which ran inside of another one. */
async function planReportOf(run: string): Promise<unknown> {
  const { json } = await scene.ask('GET', `/runs/${run}/reports/export`);
  return arrayAt(json, 'parts').find((part) => stringAt(part, 'task') === 'crane-skopeo-sync-gen');
}

interface Planned {
  readonly class: string | undefined;
  /** `stream@digest` of one that is copied, `stream` of one that is left. */
  readonly name: string;
  readonly tags: number;
}

/** The images that the plan of a migration copies and leaves. */
async function plannedImages(name: string) {
  const { json } = await scene.ask('GET', `/migrations/${name}`);
  const plan = valueAt(parseJson(stringAt(json, 'plan') ?? ''), 'images');
  const streamOf = (text = ''): string => text.replace(/[:@][^/]*$/, '').replace(/^.*\//, '');
  const copied = arrayAt(plan, 'images').map((image): Planned => {
    const place = `${streamOf(stringAt(image, 'destination'))}@${stringAt(image, 'digest') ?? ''}`;
    return { class: stringAt(image, 'class'), name: place, tags: arrayAt(image, 'tags').length };
  });
  const left = arrayAt(plan, 'skipped').map(
    (image): Planned => ({ class: stringAt(image, 'class'), name: streamOf(stringAt(image, 'image')), tags: 0 }),
  );
  return { copied, left, tags: copied.reduce((sum, { tags }) => sum + tags, 0) };
}

describe('the sample application, by the wizard', () => {
  it('has images copied alone, as the plan says: all that are pushed or built, none of the platform', async () => {
    const run = await move(answersFor(places.name, { action: 'images' }), 'images');
    const { copied, left, tags } = await plannedImages(places.name);
    const streams = await readStreams(clusterNamed('destination'), places.to);
    for (const image of await expectedImages()) {
      const planned = copied.find(({ name }) => name === `${image.stream}@${image.digest}`);
      const found = planned ?? left.find(({ name }) => name === image.stream);
      expect([image.stream, found?.class]).toEqual([image.stream, image.class]);
      // A public image is copied where a workload names it by the registry of the source.
      const wanted = image.class === 'public' ? planned !== undefined : image.class !== 'openshift';
      expect([image.stream, planned !== undefined]).toEqual([image.stream, wanted]);
      expect([image.stream, hasInHistory(streams, image)]).toEqual([image.stream, wanted]);
    }
    expect(valueAt(await reportOf(run.name, 'image-sync'), 'counts')).toMatchObject({ done: tags, failed: 0 });
    // The cluster noted the size of each image that was pushed or built there; an index has none.
    for (const source of ['shop/backend:latest', 'shop/frontend:1.1', 'shop/loader:stable']) {
      const image = run.images.find((each) => stringAt(each, 'source') === source);
      expect([source, valueAt(image, 'size')]).toEqual([source, expect.any(Number)]);
    }
    // The classes of the wizard are those that the run found.
    const found = arrayAt(await planReportOf(run.name), 'items').map((item) =>
      [
        stringAt(item, 'outcome'),
        ...arrayAt(item, 'evidence').filter((each) => String(each).startsWith('class: ')),
      ].join(' '),
    );
    const shown = [
      ...copied.map((image) => `done class: ${image.class ?? ''}`),
      ...left.map((image) => `skipped class: ${image.class ?? ''}`),
    ];
    expect(found.toSorted()).toEqual(shown.toSorted());
    expect(await destination.list(['deployments', '-n', places.to])).toEqual([]);
  });

  it('is moved, and the page shows the counts of the reports', async () => {
    const run = await move(answersFor(moved, { changes: { patches } }), 'app');
    const shown = (task: string, result: string) =>
      Number(
        stringAt(
          arrayAt(run.json, 'tasks').find((each) => stringAt(each, 'name') === task),
          'results',
          result,
        ),
      );
    const { tags } = await plannedImages(moved);
    expect([shown('image-sync', 'image-count'), shown('image-sync', 'present-count')]).toEqual([tags, tags]);
    expect(valueAt(await reportOf(run.name, 'image-sync'), 'counts')).toMatchObject({ planned: tags, failed: 0 });
    const objects = valueAt(await reportOf(run.name, 'apply-to-cluster'), 'counts');
    expect(objects).toMatchObject({ failed: shown('apply-to-cluster', 'failed-count') });
    expect(shown('apply-to-cluster', 'applied-count')).toBeGreaterThan(10);
    expect(valueAt(await reportOf(run.name, 'verify'), 'counts', 'failed')).toBe(0);
    const streams = await readStreams(clusterNamed('destination'), places.to);
    expect(describeMissing(streams, await expectedImages())).toBeUndefined();
    for (const name of ['frontend', 'backend'])
      await destination.run(['rollout', 'status', `deployment/${name}`, '-n', places.to, '--timeout=60s']);
  });
});
