import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { outsideItems } from '../../../../src/usecases/app/outside-items.ts';
import { findReleaseName, listReleases, readRelease } from '../../../../src/usecases/app/read-release.ts';
import { releaseObject, type ReleaseParts } from '../../../builders/helm-release.ts';
import { aResource } from '../../../builders/image-plan.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { releaseScene, secrets } from '../../../fakes/release-scene.ts';

const sha1 = (text: string): string => hash('sha1', text);

function stored(...all: readonly ReleaseParts[]): Readonly<Record<string, JsonObject>> {
  const objects = all.map((parts) => releaseObject(parts));
  return Object.fromEntries(
    objects.map((object) => [
      `${secrets}/${object.metadata.name}`,
      { ...object, metadata: { ...object.metadata, namespace: 'shop' } },
    ]),
  );
}

async function open(objects: Readonly<Record<string, JsonObject>>) {
  const { cluster } = releaseScene({ objects }).ports;
  const reader = { cluster, sha1, gunzip: (bytes: Uint8Array) => gunzipSync(bytes) };
  return { reader, releases: await listReleases(cluster, 'shop') };
}

describe('the releases of a namespace', () => {
  it('are found by their names and by those of Epinio applications', async () => {
    const generated = `sample-${sha1('sample')}`;
    const { reader, releases } = await open(stored({}, { name: generated }, { revision: 2 }));
    expect([...releases.byName.keys()]).toEqual([generated, 'web']);
    expect(await findReleaseName('web', releases, reader)).toBe('web');
    expect(await findReleaseName('sample', releases, reader)).toBe(generated);
  });

  it('are named when there is no such one', async () => {
    const { reader, releases } = await open(stored({}));
    const error = await thrownBy(() => findReleaseName('other', releases, reader));
    expect(error).toMatchObject({ code: 'release-not-found', remedy: 'Name one of: web.' });
  });

  it('can be of Helm 2, which is refused', async () => {
    const metadata = { name: 'old.v1', namespace: 'shop', labels: { OWNER: 'TILLER', NAME: 'old' } };
    const { reader, releases } = await open({ [`${secrets}/old.v1`]: { apiVersion: 'v1', kind: 'Secret', metadata } });
    const error = await thrownBy(() => findReleaseName('old', releases, reader));
    expect(error.code).toBe('release-invalid');
    expect(error.message).toContain('Helm 2');
  });
});

describe('the deployed revision', () => {
  it('is read, and what looks secret in its values is redacted from then on', async () => {
    const config =
      '{"db":{"password":"very-secret-word"},"env":[{"name":"A","value":"value-of-env"}],"plain":"plain-text"}';
    const { reader, releases } = await open(stored({ status: 'superseded' }, { revision: 2, config }));
    expect(await readRelease('web', releases, reader)).toMatchObject({ name: 'web', revision: 2 });
    expect(reader.cluster.redactor.redact('very-secret-word value-of-env plain-text')).toBe('*** *** plain-text');
  });

  it('is refused when its object holds another one', async () => {
    const other = releaseObject({ revision: 3 });
    const mixed = Object.entries(stored({ revision: 2 })).map(([path, object]) => [
      path,
      { ...object, data: other.data },
    ]);
    const { reader, releases } = await open(Object.fromEntries(mixed) as Readonly<Record<string, JsonObject>>);
    expect((await thrownBy(() => readRelease('web', releases, reader))).code).toBe('release-invalid');
  });
});

describe('a record that Helm 3 did not write', () => {
  // Helm has each record in one object; halves are what a copy with a limit leaves.
  it.each<[string, (record: string) => string]>([
    ['is empty', () => ''],
    ['is not base64', () => '%%%'],
    ['was replaced', () => btoa('text')],
    ['has only its first half', (record) => record.slice(0, 4 * Math.floor(record.length / 8))],
    ['has only its second half', (record) => record.slice(4 * Math.floor(record.length / 8))],
  ])('is refused with its object when it %s', async (_what, change) => {
    const changed = Object.entries(stored({})).map(([path, object]) => {
      const { release = '' } = object['data'] as Readonly<Record<string, string>>;
      return [path, { ...object, data: { release: change(release) } }];
    });
    const { reader, releases } = await open(Object.fromEntries(changed) as Readonly<Record<string, JsonObject>>);
    const error = await thrownBy(() => readRelease('web', releases, reader));
    expect([error.code, error.message]).toEqual(['release-invalid', expect.stringContaining('Secret shop/')]);
  });
});

describe('what a release needs besides', () => {
  it('is listed with its name', async () => {
    const epinio = { appName: 'web', configurations: ['settings'], routes: [{ secret: 'tls' }], imageURL: 'r/web:1' };
    const { reader, releases } = await open(stored({ config: JSON.stringify({ epinio }) }));
    const spec = { containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'map' } }] }] };
    const objects = [aResource('Pod', 'web', { spec }), aResource('PersistentVolumeClaim', 'data')];
    const items = outsideItems(await readRelease('web', releases, reader), objects);
    expect(items.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      'ConfigMap shop/map: not-in-export',
      'Secret shop/settings: not-in-export',
      'Secret shop/tls: not-in-export',
      'PersistentVolumeClaim shop/data: data-not-in-export',
      'epinio.imageURL r/web:1: origin-address',
    ]);
    expect(items[1]).toMatchObject({ message: 'a configuration or service of the application' });
  });
});
