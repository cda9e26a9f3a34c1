import { randomBytes } from 'node:crypto';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sbomType } from '../../../src/domain/containerize/cyclonedx.ts';
import { statementType } from '../../../src/domain/containerize/provenance.ts';
import { fallbackTag } from '../../../src/domain/oci/referrers.ts';
import { attachReferrers, type AttachPorts } from '../../../src/usecases/containerize/attach-referrers.ts';
import { startReferrersRegistry } from '../../../testbed/clusters/referrers-registry.ts';
import type { Registry } from '../../../testbed/clusters/registry.ts';
import { sha256, startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import { buildArtifact, buildFallback } from '../../fakes/oci-artifacts.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const documents = [
  { type: sbomType, file: 'sbom.cdx.json', text: '{"bomFormat":"CycloneDX"}\n' },
  { type: statementType, file: 'provenance.json', text: '{"_type":"https://in-toto.io/Statement/v1"}\n' },
];

let scene: ArchiveScene;
let api: Registry;
let ports: AttachPorts;

beforeAll(async () => {
  scene = await startArchiveScene();
  api = await startReferrersRegistry(path.join(scene.folder, 'api'));
  ports = { ...scene.ports, digestOf: (bytes) => sha256(Buffer.from(bytes)) };
});

afterAll(async () => {
  await api.stop();
  await scene.stop();
});

async function pushed(host: string, name: string): Promise<BuiltImage> {
  const image = buildImage([buildLayer('own', randomBytes(3000))], name);
  await pushImage(host, `${name}:1`, image);
  return image;
}

function attach(host: string, name: string, { digest, mediaType, bytes }: BuiltImage): Promise<readonly string[]> {
  return attachReferrers(
    { image: { host, path: name, digest }, manifest: { digest, mediaType, bytes } },
    documents,
    ports,
  );
}

interface Listed {
  readonly digest: string;
  readonly artifactType: string;
}

async function listed(url: string): Promise<readonly Listed[]> {
  const answer = await fetch(url, { headers: { accept: indexType } });
  expect(answer.status, url).toBe(200);
  return ((await answer.json()) as { readonly manifests: readonly Listed[] }).manifests;
}

/** What a client reads: the manifest of an artifact, and its document. */
async function readDocument(host: string, name: string, digest: string) {
  const manifest = await fetch(`http://${host}/v2/${name}/manifests/${digest}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const { artifactType, subject, config, layers } = (await manifest.json()) as {
    readonly artifactType: string;
    readonly subject: { readonly digest: string };
    readonly config: { readonly digest: string };
    readonly layers: readonly { readonly digest: string; readonly annotations: object }[];
  };
  const blob = async (of: string): Promise<string> => (await fetch(`http://${host}/v2/${name}/blobs/${of}`)).text();
  const [layer] = layers;
  expect(await blob(config.digest)).toBe('{}');
  return {
    type: artifactType,
    file: Object.values(layer?.annotations ?? {})[0] as unknown,
    text: await blob(layer?.digest ?? ''),
    subject: subject.digest,
  };
}

describe('documents about an image', () => {
  it('are listed by the referrers API, once, also after a second run', async () => {
    const image = await pushed(api.host, 'api/lab');
    const digests = await attach(api.host, 'api/lab', image);
    expect(await attach(api.host, 'api/lab', image)).toEqual(digests);
    const entries = await listed(`http://${api.host}/v2/api/lab/referrers/${image.digest}`);
    expect(entries.map(({ artifactType, digest }) => `${artifactType} ${digest}`).sort()).toEqual(
      documents.map(({ type }, index) => `${type} ${digests[index] ?? ''}`).sort(),
    );
    const read = await Promise.all(digests.map((digest) => readDocument(api.host, 'api/lab', digest)));
    expect(read).toEqual(documents.map((document) => ({ ...document, subject: image.digest })));
    expect(await digestOf(api.host, `api/lab:${fallbackTag(image.digest)}`)).toBeUndefined();
  });

  it('are listed under the fallback tag where there is no API, beside what others listed', async () => {
    const { host } = scene.registry;
    const image = await pushed(host, 'plain/lab');
    const signature = buildArtifact('application/vnd.example.signature', randomBytes(50), image);
    await pushImage(host, `plain/lab:${fallbackTag(image.digest)}`, buildFallback([signature]));
    const digests = await attach(host, 'plain/lab', image);
    expect(await attach(host, 'plain/lab', image)).toEqual(digests);
    const entries = await listed(`http://${host}/v2/plain/lab/manifests/${fallbackTag(image.digest)}`);
    expect(entries.map(({ digest }) => digest)).toEqual([signature.digest, ...[...digests].sort()]);
    expect(entries.map(({ artifactType }) => artifactType)).toEqual(
      expect.arrayContaining(documents.map(({ type }) => type)),
    );
    const read = await Promise.all(digests.map((digest) => readDocument(host, 'plain/lab', digest)));
    expect(read).toEqual(documents.map((document) => ({ ...document, subject: image.digest })));
  });

  it('are an error with a reason where the registry can list nothing', async () => {
    const image = await pushed(scene.registry.host, 'refusing/lab');
    const { host } = await scene.front(({ method, path: target }) =>
      method === 'PUT' && target.endsWith(fallbackTag(image.digest))
        ? { kind: 'answer', status: 400, headers: {}, body: '{"errors":[{"code":"MANIFEST_INVALID"}]}' }
        : undefined,
    );
    await expect(attach(host, 'refusing/lab', image)).rejects.toMatchObject({
      code: 'registry-refused',
      kind: 'referrers-refused',
    });
  });
});
