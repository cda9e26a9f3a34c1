import { describe, expect, it } from 'vitest';

import {
  parseRegistryNames,
  type ExternalRegistry,
} from '../../../../../src/domain/images/plan/external-registries.ts';
import { parseImageExclude } from '../../../../../src/domain/images/plan/image-choice.ts';
import { parsePlacingRules } from '../../../../../src/domain/images/plan/placing-rules.ts';
import { formatReplacementPairs } from '../../../../../src/domain/images/plan/replacement-pairs.ts';
import { findRunningDigests } from '../../../../../src/domain/images/plan/running-images.ts';
import { formatSkopeoSource } from '../../../../../src/domain/images/skopeo/skopeo-source.ts';
import { findWorkloadImages } from '../../../../../src/domain/images/workload-images.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { refusalOf } from '../../../../builders/task-error.ts';
import {
  aDeployment,
  aResource,
  aStream,
  destination,
  digest,
  internal,
  outside,
  plan,
  location,
} from '../../../../builders/image-plan.ts';

const inside = 'registry.internal:5000';
const named = { inside, outside: 'registry.example.com' };

function other(resources: readonly Resource[], host = inside, read = named.outside): ExternalRegistry {
  const hosts = new Set([host]);
  const found = resources.map((resource) => findWorkloadImages(resource, hosts));
  return {
    inside: host,
    outside: read,
    images: found.flatMap(({ images }) => images),
    mentions: found.flatMap(({ mentions }) => mentions),
    running: findRunningDigests(resources, hosts),
    split: new Map(),
  };
}

const aPod = (image: string, imageID: string): Resource =>
  aResource('Pod', 'web-1', {
    spec: { containers: [{ name: 'main', image }] },
    status: { containerStatuses: [{ name: 'main', imageID }] },
  });
const anOldRevision = aResource('ReplicaSet', 'web-1', {
  apiVersion: 'apps/v1',
  metadata: { ownerReferences: [{ controller: true }] },
  spec: { replicas: 0, template: { spec: { containers: [{ image: `${inside}/team/web:0` }] } } },
});

it('plans what texts name with a tag, and names what they leave open', () => {
  const operator = aResource('Deployment', 'operator', {
    spec: { args: [`--reloader=${inside}/tools/reloader:1`, `oci://${inside}/models/price`], env: [{ value: inside }] },
  });
  const map = aResource('ConfigMap', 'settings', { data: { 'a.yaml': `image: ${inside}/tools/agent` } });
  const { unpinned, skipped } = plan([], { others: [other([operator, map])] });
  expect(unpinned).toMatchObject([{ source: location(`${named.outside}/tools/reloader`), tag: '1' }]);
  const shared = { class: 'other-registry', reason: 'named-without-tag' };
  expect(skipped).toMatchObject([
    { ...shared, image: inside, usedBy: ['Deployment shop/operator'] },
    { ...shared, image: `${inside}/models/price`, usedBy: ['Deployment shop/operator'] },
    { ...shared, image: `${inside}/tools/agent`, usedBy: ['ConfigMap shop/settings'] },
  ]);
});

describe('images of other registries that are left out on request', () => {
  const running = (path: string, digit: string) => [
    aDeployment(path.replaceAll(/\W/g, '-'), `${inside}/${path}`),
    aPod(`${inside}/${path}`, `${inside}/${path.split(':')[0] ?? ''}@${digest(digit)}`),
  ];
  const resources = [...running('team/web:1', 'a'), ...running('team/web:2', 'b'), ...running('team/db:1', 'c')];
  const pairsOf = (exclude: string) => {
    const choice = { isSkipped: false, excluded: parseImageExclude(exclude) };
    const found = plan([], { others: [other(resources)], choice });
    return { found, pairs: formatReplacementPairs(found, [named]).split(',').sort() };
  };

  it('are named by both addresses of their registry', () => {
    const { found } = pairsOf(`${inside}/team/db,${named.outside}/team/web:1`);
    expect(found.skipped.map(({ image, reason }) => [image, reason])).toEqual([
      [`${inside}/team/db:1`, 'excluded'],
      [`${inside}/team/web:1`, 'excluded'],
    ]);
    expect(found.skipped[0]?.usedBy).toEqual(['Deployment shop/team-db-1', 'Pod shop/web-1']);
  });

  it('keep their names, while the others of their folder and repository get new ones', () => {
    expect(pairsOf('').pairs).toEqual([`${inside}/team=${destination}/shop-new`]);
    expect(pairsOf('db').pairs).toEqual([`${inside}/team/web=${destination}/shop-new/web`]);
    expect(pairsOf('web:2').pairs).toEqual([
      `${inside}/team/db=${destination}/shop-new/db`,
      `${inside}/team/web:1=${destination}/shop-new/web:1`,
      `${inside}/team/web@${digest('a')}=${destination}/shop-new/web@${digest('a')}`,
    ]);
  });

  it('are pinned by tag alone where no pod runs them', () => {
    const idle = [aDeployment('a', `${inside}/team/a:1`), aDeployment('b', `${inside}/team/a:2`)];
    const choice = { isSkipped: false, excluded: parseImageExclude('a:2') };
    const found = plan([], { others: [other(idle)], choice });
    expect(formatReplacementPairs(found, [named])).toBe(`${inside}/team/a:1=${destination}/shop-new/a:1`);
  });
});

describe('images of other registries', () => {
  it('are pinned to what runs, or to the digest that the workload names', () => {
    const resources = [
      aDeployment('web', `${inside}/team/web:1`),
      aPod(`${inside}/team/web:1`, `${inside}/team/web@${digest('a')}`),
      aDeployment('fixed', `${inside}/team/api:2@${digest('b')}`),
    ];
    const { images, unpinned } = plan([], { others: [other(resources)] });
    expect(
      images.map(({ source, digest: pinned, destination: to, tags, reason }) => [source, pinned, to, tags, reason]),
    ).toEqual([
      [
        location(`${named.outside}/team/api`),
        digest('b'),
        location(`${destination}/shop-new/api`),
        ['digest-bbbbbbbbbbbbbbbb'],
        'named-by-digest',
      ],
      [
        location(`${named.outside}/team/web`),
        digest('a'),
        location(`${destination}/shop-new/web`),
        ['1'],
        'running-image',
      ],
    ]);
    expect(unpinned).toBeUndefined();
  });

  it('are unpinned where nothing has the digest of their tag, and are planned once', () => {
    const resources = [aDeployment('web', `${inside}/team/web`), aDeployment('api', `${inside}/team/web:latest`)];
    const { images, unpinned } = plan([], { others: [other(resources)] });
    expect(images).toEqual([]);
    expect(unpinned).toEqual([
      {
        source: location(`${named.outside}/team/web`),
        destination: location(`${destination}/shop-new/web`),
        tag: 'latest',
        class: 'other-registry',
        reason: 'digest-unknown',
        usedBy: ['Deployment shop/api', 'Deployment shop/web'],
      },
    ]);
  });

  it('are left out when only history names them', () => {
    const byDigest = { ...anOldRevision, spec: { replicas: 0, image: `${inside}/team/web@${digest('c')}` } };
    const { skipped } = plan([], { others: [other([anOldRevision, byDigest])] });
    expect(skipped.map(({ image, reason }) => [image, reason])).toEqual([
      [`${inside}/team/web:0`, 'unused-history'],
      [`${inside}/team/web@${digest('c')}`, 'unused-history'],
    ]);
    const used = plan([], { others: [other([anOldRevision, aDeployment('web', `${inside}/team/web:0`)])] });
    expect(used.unpinned).toHaveLength(1);
  });

  it('may not take the place of one another, pinned or not', () => {
    const two = other([aDeployment('a', `${inside}/a/web:1`), aDeployment('b', `${inside}/b/web:1`)]);
    expect(() => plan([], { others: [two] })).toThrow(`${destination}/shop-new/web:1 would be both`);
    const stream = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
    const one = other([aDeployment('a', `${inside}/a/web:1`)]);
    expect(() => plan([stream], { others: [one] })).toThrow(`${outside}/shop/web@${digest('a')}`);
  });

  it('are sorted by their places, and listed for skopeo under their own hosts', () => {
    const resources = [aDeployment('b', `${inside}/t/b:1`), aDeployment('a', `${inside}/t/a:1`)];
    const stream = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
    const made = plan([stream], { others: [other(resources)] });
    expect(made.unpinned?.map(({ source }) => source.path)).toEqual(['t/a', 't/b']);
    expect(formatSkopeoSource(made)).toBe(
      `"${outside}":\n  "images":\n    "shop/web":\n      - "1" # ${digest('a')}\n` +
        `"${named.outside}":\n  "images":\n    "t/a":\n      - "1"\n    "t/b":\n      - "1"\n`,
    );
    const none = { ...made, source: { registry: '', internalRegistry: '' }, images: [], unpinned: [] };
    expect(formatSkopeoSource(none)).toBe('{}\n');
  });
});

describe('formatReplacementPairs', () => {
  const uses = (...images: readonly string[]) => [
    other(images.map((image, number) => aDeployment(String(number), image))),
  ];

  it('has one pair for repositories of one folder, and one for each that is renamed', () => {
    const made = plan([], { others: uses(`${inside}/team/web:1`, `${inside}/team/api:1`, `${inside}/base/tool:1`) });
    expect(formatReplacementPairs(made, [named])).toBe(
      `${inside}/base=${destination}/shop-new,${inside}/team=${destination}/shop-new`,
    );
    const rules = parsePlacingRules([{ repositories: { 'team/web': 'shop-new/front' } }], 'map.yaml', 'shop-new');
    const mapped = plan([], { rules, others: uses(`${inside}/team/web:1`, `${inside}/team/api:1`) });
    expect(formatReplacementPairs(mapped, [named])).toBe(
      `${inside}/team/api=${destination}/shop-new/api,${inside}/team/web=${destination}/shop-new/front`,
    );
  });

  it('covers images that are pinned, and has none where nothing is moved', () => {
    const pinned = plan([], { others: uses(`${inside}/team/web@${digest('a')}`) });
    expect(formatReplacementPairs(pinned, [named])).toBe(`${inside}/team=${destination}/shop-new`);
    const stream = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
    expect(formatReplacementPairs(plan([stream]), [named])).toBe('');
  });

  it('names the destination as its pods do, and nothing of registries that were not asked for', () => {
    const made = plan([], { others: uses(`${inside}/web:1`) });
    const known = { ...made, destination: { ...made.destination, internalRegistry: 'registry.new:5000' } };
    expect(formatReplacementPairs(known, [named])).toBe(`${inside}=registry.new:5000/shop-new`);
    expect(formatReplacementPairs({ ...known, destination: made.destination }, [])).toBe('');
  });
});

describe('parseRegistryNames', () => {
  it('reads hosts, each with the address to read from where that is another one', () => {
    expect(parseRegistryNames(' Registry.internal:5000 , old.example:443=new.example,')).toEqual([
      { inside, outside: inside },
      { inside: 'old.example', outside: 'new.example' },
    ]);
    expect(parseRegistryNames('')).toEqual([]);
  });

  it.each(['a b', 'a.example=', '=a.example', 'a.example=b=c', 'a.example/team', 'docker.io', 'Index.Docker.io'])(
    'refuses %j',
    (text) => {
      expect(refusalOf(() => parseRegistryNames(text))).toContain('invalid-param: reading registries');
    },
  );
});
