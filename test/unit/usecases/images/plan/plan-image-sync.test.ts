import type { PlanSyncInput } from '../../../../../src/usecases/images/plan/plan-sync-input.ts';
import { copyAll, parseImageExclude } from '../../../../../src/domain/images/plan/image-choice.ts';
import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../../../src/adapters/yaml/yaml-codec.ts';
import { TaskError } from '../../../../../src/domain/core/errors.ts';
import { formatExportIndex } from '../../../../../src/domain/export/export-index.ts';
import { resourcePath } from '../../../../../src/domain/export/export-paths.ts';
import { keyOf, type Resource } from '../../../../../src/domain/kube/resource.ts';
import { planImageSync } from '../../../../../src/usecases/images/plan/plan-image-sync.ts';
import type { Log, Folder } from '../../../../../src/domain/core/ports.ts';
import {
  aDeployment,
  aResource,
  aStream,
  destination,
  digest,
  internal,
  outside,
} from '../../../../builders/image-plan.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';
import { longFiles, type ShortFiles } from '../../../../builders/long-files.ts';

const quiet: Log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

/** A folder in memory that remembers what was read. */
function memoryFolder(files: Map<string, string>, read: string[] = [], below = ''): Folder {
  const short: ShortFiles = {
    read(path) {
      read.push(below + path);
      return Promise.resolve(files.get(below + path));
    },
    write: (path, text) => Promise.resolve(void files.set(below + path, text)),
    list: () =>
      Promise.resolve(
        [...files.keys()].filter((path) => path.startsWith(below)).map((path) => path.slice(below.length)),
      ),
  };
  return {
    path: `/memory/${below}`,
    ...short,
    ...longFiles(short),
    remove: (path) => Promise.resolve(void files.delete(below + path)),
    folder: (path) => memoryFolder(files, read, `${below}${path}/`),
  };
}

function exportOf(resources: readonly Resource[]): Map<string, string> {
  const written = resources.map((resource) => {
    const text = yamlCodec.format(resource);
    const { apiVersion, kind, metadata } = resource;
    const path = resourcePath('shop', keyOf(resource), sha256Of);
    const file = {
      path,
      apiVersion,
      kind,
      namespace: 'shop',
      name: metadata.name,
      resourceVersion: '1',
      digest: sha256Of(text),
    };
    return { file, text };
  });
  const index = formatExportIndex({
    schemaVersion: 1,
    cluster: { context: 'source', uid: 'uid-of-source' },
    namespace: 'shop',
    files: written.map(({ file }) => file),
  });
  return new Map([['index.json', index], ...written.map(({ file, text }) => [file.path, text] as const)]);
}

async function plan(files: Map<string, string>, yaml = yamlCodec, changes: Partial<PlanSyncInput> = {}) {
  const read: string[] = [];
  const made = new Map<string, string>();
  const { outcome } = await planImageSync(
    {
      exportFolder: memoryFolder(files, read),
      planFolder: memoryFolder(made),
      sourceFile: 'source.yaml',
      indexDigest: undefined,
      source: { registry: outside, internalRegistry: internal },
      destination: {
        registry: destination,
        internalRegistry: '',
        namespace: 'shop-new',
        clusterUid: 'destination-uid',
      },
      choice: copyAll,
      mappingFolder: undefined,
      builtImages: 'copy',
      allowProblems: [],
      others: [],
      mappingFile: undefined,
      emptyAddresses: 'refuse',
      names: {
        registry: 'registry-url',
        internalRegistry: 'internal-registry-url',
        destinationRegistry: 'destination-registry-public',
        namespace: 'destination-namespace',
      },
      ...changes,
    },
    { yaml, sha256: sha256Of, log: quiet },
  );
  return {
    outcome,
    made,
    kindsRead: read.flatMap((path) => /resources\/shop\/([A-Za-z]+)_/.exec(path)?.[1] ?? []).sort(),
  };
}

const pushed = aStream('web', {
  1: { items: [`${internal}/shop/web@${digest('a')}`] },
  2: { items: [`docker.io/library/web@${digest('b')}`] },
});
const tag = (name: string) => aResource('ImageStreamTag', name, { apiVersion: 'image.openshift.io/v1', image: {} });

describe('planImageSync', () => {
  it('opens only files that can have images', async () => {
    const { kindsRead } = await plan(
      exportOf([
        pushed,
        tag('web:1'),
        tag('web:2'),
        aDeployment('web', `${internal}/shop/web:1`),
        aResource('ConfigMap', 'settings'),
        aResource('Secret', 'credentials'),
        aResource('Route', 'web', { apiVersion: 'route.openshift.io/v1' }),
        aResource('Backup', 'nightly', { apiVersion: 'example.com/v1' }),
      ]),
    );
    expect(kindsRead).toEqual(['Backup', 'ConfigMap', 'Deployment', 'ImageStream', 'ImageStreamTag']);
  });

  it('parses only those that mention the registry', async () => {
    const parsed: string[] = [];
    const counting = {
      ...yamlCodec,
      parse(text: string, source: string) {
        parsed.push(source);
        return yamlCodec.parse(text, source);
      },
    };
    await plan(
      exportOf([pushed, tag('web:1'), aDeployment('web', `${internal}/shop/web:1`), aDeployment('proxy', 'nginx')]),
      counting,
    );
    expect(parsed.map((path) => path.split('_').at(-1)).sort()).toEqual(['web.yaml', 'web.yaml']);
  });

  it('finds workloads that name a stream by a short name only', async () => {
    const stream = aStream(
      'web',
      { latest: { items: [`${internal}/shop/web@${digest('a')}`] } },
      { lookupPolicy: { local: true } },
    );
    const { outcome } = await plan(exportOf([stream, aDeployment('api', 'web')]));
    expect(outcome.items[0]?.message).toBe(`to ${destination}/shop-new/web; used by Deployment shop/api`);
  });

  it('reports each image, with counts, the digest of the plan, and the cluster it is for', async () => {
    const { outcome, made } = await plan(exportOf([pushed, aStream('gone', { 1: { items: [] } })]));
    expect(outcome.results).toEqual({
      'image-count': '1',
      'skipped-count': '1',
      'problem-count': '1',
      'registry-replacement': '',
      'plan-digest': sha256Of(made.get('plan.json') ?? ''),
    });
    expect(outcome.items.map(({ id, outcome: end, reason }) => [id, end, reason])).toEqual([
      ['shop/web:1', 'done', 'pushed'],
      ['shop/web:2', 'skipped', 'public-source'],
      ['shop/gone:1', 'failed', 'deleted-tag'],
    ]);
    expect(outcome.stdout).toBe(made.get('source.yaml'));
    expect(JSON.parse(made.get('plan.json') ?? '')).toMatchObject({ source: { clusterUid: 'uid-of-source' } });
  });

  it('reports an indexed file that is not a Kubernetes object, and plans the rest', async () => {
    const files = exportOf([pushed, aResource('BuildConfig', 'api', { spec: {} })]);
    const path = [...files.keys()].find((each) => each.includes('BuildConfig')) ?? '';
    const broken = (text: string) => {
      const index = (files.get('index.json') ?? '').replace(sha256Of(files.get(path) ?? ''), sha256Of(text));
      return new Map([...files, ['index.json', index], [path, text]]);
    };
    for (const text of ['[]', 'kind: [']) {
      const { outcome } = await plan(broken(text));
      expect(outcome.items.map(({ id, outcome: end }) => [id, end])).toContainEqual([path, 'failed']);
      expect(outcome.results['image-count']).toBe('1');
    }
  });

  it('does not hide a defect of the YAML reader', async () => {
    const yaml = {
      ...yamlCodec,
      parse: () => {
        throw new RangeError('defect');
      },
    };
    await expect(plan(exportOf([pushed]), yaml)).rejects.toThrow(RangeError);
  });

  it('refuses two images for one tag', async () => {
    const refusal = await plan(
      exportOf([
        pushed,
        {
          ...aStream('web', { 1: { items: [`${internal}/back/web@${digest('c')}`] } }),
          metadata: { name: 'web', namespace: 'back' },
        },
      ]),
    ).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TaskError);
    expect(refusal).toMatchObject({ code: 'name-collision' });
  });
});

describe('planImageSync with images that the user does not want, or elsewhere', () => {
  it('names entries of image-exclude that no image has', async () => {
    const excluded = parseImageExclude('web:1,docker.io/*/web,wbe,shop/web:2');
    const choice = { isSkipped: false, excluded };
    const { outcome } = await plan(exportOf([pushed, aDeployment('web', 'web:1')]), yamlCodec, { choice });
    expect(outcome.items.map(({ id, outcome: end, reason }) => [id, end, reason])).toEqual([
      ['shop/web:1', 'skipped', 'excluded'],
      ['shop/web:2', 'skipped', 'public-source'],
      ['image-exclude docker.io/*/web', 'skipped', 'exclusion-unused'],
      ['image-exclude wbe', 'skipped', 'exclusion-unused'],
    ]);
  });

  it('needs no registry where no image is copied', async () => {
    const changes = {
      choice: { ...copyAll, isSkipped: true },
      source: { registry: '', internalRegistry: '' },
      destination: { registry: '', internalRegistry: undefined, namespace: 'shop-new', clusterUid: undefined },
      emptyAddresses: 'accept-unneeded',
    } as const;
    const { outcome } = await plan(
      exportOf([pushed, aDeployment('api', `${internal}/shop/web:1`)]),
      yamlCodec,
      changes,
    );
    expect(outcome.results).toMatchObject({ 'image-count': '0', 'problem-count': '0', 'registry-replacement': '' });
    expect(outcome.items.find(({ id }) => id === 'shop/web:1')).toMatchObject({
      outcome: 'skipped',
      reason: 'images-skipped',
      message: expect.stringContaining('used by Deployment shop/api') as string,
    });
  });

  it('reads the mapping file from its own folder', async () => {
    const mappingFolder = memoryFolder(new Map([['rules.yaml', 'prefix: team/apps\n']]));
    const { outcome } = await plan(exportOf([pushed]), yamlCodec, { mappingFile: 'rules.yaml', mappingFolder });
    expect(outcome.items[0]?.message).toContain(`${destination}/team/apps/web`);
  });
});
