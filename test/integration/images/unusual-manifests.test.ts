import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildImage, buildIndex, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import { makeWorkspace, runSync, startSyncScene, type SyncScene } from '../../fakes/sync-scene.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(() => scene.stop());

const oci = 'application/vnd.oci.image.manifest.v1+json';
const docker = 'application/vnd.docker.distribution.manifest.v2+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const ociConfig = 'application/vnd.oci.image.config.v1+json';
const ociLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';
const dockerConfig = 'application/vnd.docker.container.image.v1+json';

const base = buildImage([buildLayer('file', randomBytes(2000))], 'base');
const [config, layer] = base.blobs;
const descriptor = (mediaType: string, { digest, bytes }: { digest: string; bytes: Buffer }): object => ({
  mediaType,
  digest,
  size: bytes.length,
});

function manifest(mediaType: string, fields: object, parts: Partial<BuiltImage> = {}): BuiltImage {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...fields }));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { blobs: base.blobs, children: [], ...parts, digest, bytes, mediaType };
}

/** Such as builders of other ecosystems, and attestations of BuildKit, have them. */
function odderManifests(): Readonly<Record<string, BuiltImage>> {
  if (config === undefined || layer === undefined) throw new Error('no parts');
  const parts = { config: descriptor(ociConfig, config), layers: [descriptor(ociLayer, layer)] };
  const own = descriptor(ociLayer, layer);
  const attestation = manifest(oci, { mediaType: oci, ...parts, annotations: { 'in-toto.io/predicate-type': 'x' } });
  const entry = { ...descriptor(oci, base), platform: { architecture: 'amd64', os: 'linux' } };
  const unknown = { architecture: 'unknown', os: 'unknown' };
  const marks = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': base.digest };
  const nested = manifest(ociIndex, { mediaType: ociIndex, manifests: [entry] }, { blobs: [], children: [base] });
  const spaced = Buffer.from(
    `{ "schemaVersion":2,\n\t"mediaType": "${oci}", "z\\u00e4": "\\u003c" , ${JSON.stringify(parts).slice(1)}\n\n`,
  );
  const long = buildLayer('long', randomBytes(6_000_000));
  return {
    'attestation of BuildKit': manifest(
      ociIndex,
      {
        mediaType: ociIndex,
        manifests: [entry, { ...descriptor(oci, attestation), platform: unknown, annotations: marks }],
      },
      { blobs: [], children: [base, attestation] },
    ),
    'Docker list with OCI children': manifest(
      dockerList,
      { mediaType: dockerList, manifests: [entry] },
      { blobs: [], children: [base] },
    ),
    'bytes that are not canonical': {
      ...base,
      bytes: spaced,
      mediaType: oci,
      digest: `sha256:${createHash('sha256').update(spaced).digest('hex')}`,
    },
    'one layer several times': manifest(oci, { mediaType: oci, config: parts.config, layers: [own, own, own] }),
    'an empty list of addresses': manifest(oci, {
      mediaType: oci,
      config: parts.config,
      layers: [{ ...own, urls: [] }],
    }),
    'a subject that is nowhere': manifest(oci, {
      mediaType: oci,
      ...parts,
      subject: { mediaType: oci, digest: `sha256:${'0'.repeat(64)}`, size: 7 },
    }),
    'odd annotations': manifest(oci, {
      mediaType: oci,
      ...parts,
      annotations: { '': 'x', 'ä/ö': '', __proto__x: '1', constructor: '<&>' },
    }),
    'an index within an index beside an image with a large layer': manifest(
      ociIndex,
      { mediaType: ociIndex, manifests: [descriptor(ociIndex, nested), descriptor(oci, buildImage([long], 'long'))] },
      { blobs: [], children: [nested, buildImage([long], 'long')] },
    ),
  };
}

function manifests(): Readonly<Record<string, BuiltImage>> {
  if (config === undefined || layer === undefined) throw new Error('no parts');
  const index = buildIndex(new Map([['amd64', base]]));
  const entry = { ...descriptor(oci, base), platform: { architecture: 'amd64', os: 'linux' } };
  const layers = [descriptor(ociLayer, layer)];
  const empty = { digest: `sha256:${createHash('sha256').update('{}').digest('hex')}`, bytes: Buffer.from('{}') };
  const chart = descriptor('application/vnd.cncf.helm.config.v1+json', config);
  const chartLayer = descriptor('application/vnd.cncf.helm.chart.content.v1.tar+gzip', layer);
  return {
    'index within an index': manifest(
      ociIndex,
      { mediaType: ociIndex, manifests: [descriptor(ociIndex, index)] },
      { blobs: [], children: [index] },
    ),
    'Docker manifest with OCI layers': manifest(docker, {
      mediaType: docker,
      config: descriptor(dockerConfig, config),
      layers,
    }),
    'OCI manifest with Docker configuration': manifest(oci, {
      mediaType: oci,
      config: descriptor(dockerConfig, config),
      layers,
    }),
    'layers null': manifest(oci, { mediaType: oci, config: descriptor(ociConfig, config), layers: null }),
    chart: manifest(oci, { config: chart, layers: [chartLayer] }),
    'empty configuration': manifest(
      oci,
      { mediaType: oci, config: descriptor('application/vnd.oci.empty.v1+json', empty), layers },
      { blobs: [empty, layer] },
    ),
    'index with a type': manifest(
      ociIndex,
      { mediaType: ociIndex, artifactType: 'application/vnd.example', manifests: [entry] },
      { blobs: [], children: [base] },
    ),
    'empty index': manifest(ociIndex, { mediaType: ociIndex, manifests: [] }, { blobs: [] }),
    'index null': manifest(ociIndex, { mediaType: ociIndex, manifests: null }, { blobs: [] }),
    'no mediaType': manifest(oci, { config: descriptor(ociConfig, config), layers }),
    'one child twice': manifest(
      ociIndex,
      { mediaType: ociIndex, manifests: [entry, entry] },
      { blobs: [], children: [base] },
    ),
  };
}

describe('an unusual manifest', () => {
  it.for(Object.entries({ ...manifests(), ...odderManifests() }))(
    'arrives byte for byte: %s',
    async ([name, image]) => {
      const repository = name.replaceAll(/\W+/g, '-').toLowerCase();
      await pushImage(scene.source.host, `odd/${repository}:1`, image);
      const [source, destination] = [await scene.front('source'), await scene.front('destination')];
      const workspace = await makeWorkspace(scene, {
        'source.yaml': JSON.stringify({ [source.host]: { images: { [`odd/${repository}`]: ['1'] } } }),
      });
      const run = await runSync(workspace, [
        `--destination-registry-public=${destination.host}`,
        '--destination-namespace=odd',
        `--ca-bundle=${scene.caFile}`,
      ]);
      expect(run.exitCode, run.stderr).toBe(0);
      expect(await digestOf(scene.destination.host, `odd/${repository}:1`)).toBe(image.digest);
    },
  );
});
