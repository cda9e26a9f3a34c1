import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { buildImage, type BaseImage, type ImageOptions } from '../../../../src/domain/containerize/image-config.ts';
import type { ContainerizePlan } from '../../../../src/domain/containerize/plan.ts';
import { containerizePlan } from '../../../builders/containerize-plan.ts';

const dockerType = 'application/vnd.docker.distribution.manifest.v2+json';
const ociType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const baseLayer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
  digest: digestOf('b'),
  size: 5,
  annotations: { a: 'b' },
};
const baseConfig = {
  created: '2024-05-01T00:00:00Z',
  architecture: 'arm64',
  variant: 'v8',
  os: 'linux',
  container_config: { Env: ['OLD_SECRET=x'] },
  config: {
    Env: ['PATH=/bin', 'LANG=C', 7],
    Entrypoint: ['/start'],
    Cmd: ['serve'],
    User: 'jovyan',
    Volumes: { '/data/': {}, '/cache': {} },
    ExposedPorts: { '80/tcp': {} },
    Healthcheck: { Test: ['CMD', 'check'], Interval: 5 },
    Labels: {
      keep: 'me',
      'org.opencontainers.image.revision': 'of-the-base',
      'org.opencontainers.image.licenses': 'MIT',
    },
  },
  rootfs: { type: 'layers', diff_ids: [digestOf('d')] },
  history: [{ created_by: 'RUN base', created: '2024-05-01T00:00:00Z' }],
};

function baseOf(config: unknown = baseConfig, mediaType = ociType): BaseImage {
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'base/config', digest: digestOf('c'), size: 3 },
    layers: [baseLayer],
  };
  return {
    manifest: { bytes: Buffer.from(JSON.stringify(manifest)), digest: digestOf('e'), mediaType },
    configBytes: Buffer.from(JSON.stringify(config)),
  };
}

const layers = [{ digest: digestOf('1'), size: 11, diffId: digestOf('2'), title: 'library, part 1' }];
const options: ImageOptions = {
  names: { exportId: 'abc-123', title: 'my-notebook', source: 'https://git.example.com/x', revision: undefined },
  created: undefined,
  paths: ['/data/model.bin', '/app/a'],
  sha256: sha256Of,
};

function build(changes: Partial<ContainerizePlan> = {}, base = baseOf(), more: Partial<ImageOptions> = {}) {
  const built = buildImage(base, containerizePlan(changes), { ...options, ...more, layers });
  const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, never>;
  const config = parse(built.config.bytes);
  return {
    ...built,
    config,
    descriptor: built.config,
    document: parse(built.manifest.bytes),
    start: config['config'] as unknown,
  };
}

const noStart = { entrypoint: undefined, arguments: undefined, workingFolder: undefined, user: undefined, ports: [] };

describe('the manifest of an image', () => {
  it('has the layers of the base image as they are described there, then its own', () => {
    const { document, descriptor, manifest } = build();
    expect(document).toMatchObject({
      schemaVersion: 2,
      mediaType: ociType,
      config: { mediaType: 'base/config', digest: descriptor.digest, size: descriptor.bytes.length },
      layers: [
        baseLayer,
        { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf('1'), size: 11 },
      ],
    });
    expect(manifest).toMatchObject({ mediaType: ociType, digest: sha256Of(manifest.bytes) });
    expect(descriptor.digest).toBe(sha256Of(descriptor.bytes));
  });

  it('has the standard annotations in the form of OCI, and none in that of Docker', () => {
    expect(build().document['annotations']).toEqual({
      'org.opencontainers.image.created': '2024-05-01T00:00:00Z',
      'org.opencontainers.image.title': 'my-notebook',
      'org.opencontainers.image.source': 'https://git.example.com/x',
      'org.opencontainers.image.base.name': 'registry.example.com/tools/lab:1',
      'org.opencontainers.image.base.digest': digestOf('e'),
    });
    const { document } = build({}, baseOf(baseConfig, dockerType));
    expect(document).not.toHaveProperty('annotations');
    expect(document['layers']).toEqual([
      baseLayer,
      expect.objectContaining({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }),
    ]);
  });

  it('is the same for the same input, and differs by the id of the export', () => {
    expect(build().manifest.digest).toBe(build().manifest.digest);
    const names = { ...options.names, exportId: 'other' };
    expect(build({}, baseOf(), { names }).manifest.digest).not.toBe(build().manifest.digest);
  });
});

describe('the configuration of an image', () => {
  it('is that of the base image but for what the plan and the layers change', () => {
    const { config, start } = build();
    expect(config).toMatchObject({
      created: '2024-05-01T00:00:00Z',
      architecture: 'arm64',
      variant: 'v8',
      rootfs: { type: 'layers', diff_ids: [digestOf('d'), digestOf('2')] },
      history: [
        baseConfig.history[0],
        { created: '2024-05-01T00:00:00Z', created_by: 'crane-tasks app-containerize', comment: 'library, part 1' },
      ],
    });
    expect(config).not.toHaveProperty('container_config');
    expect(start).toMatchObject({
      Entrypoint: ['/start'],
      Cmd: ['serve'],
      User: 'jovyan',
      Healthcheck: { Test: ['CMD', 'check'], Interval: 5 },
      ExposedPorts: { '80/tcp': {} },
    });
  });

  it('keeps labels of the base image that are true of the new one', () => {
    expect(build().start).toHaveProperty('Labels', {
      keep: 'me',
      'org.opencontainers.image.licenses': 'MIT',
      ...(build().document['annotations'] as unknown as object),
      'crane-tasks.dev/export-id': 'abc-123',
    });
  });

  it('replaces variables in their place and adds others in their order', () => {
    const environment = [
      { name: 'ZED', value: 'a=b' },
      { name: 'LANG', value: 'C.UTF-8' },
      { name: 'A', value: '' },
    ];
    expect(build({ environment }).start).toHaveProperty('Env', ['PATH=/bin', 'LANG=C.UTF-8', 'ZED=a=b', 'A=']);
  });

  it.each([
    ['neither', noStart, { Entrypoint: ['/start'], Cmd: ['serve'] }],
    ['a command', { ...noStart, entrypoint: ['lab'] }, { Entrypoint: ['lab'], Cmd: undefined }],
    ['arguments', { ...noStart, arguments: ['--x'] }, { Entrypoint: ['/start'], Cmd: ['--x'] }],
    ['both', { ...noStart, entrypoint: ['lab'], arguments: ['--x'] }, { Entrypoint: ['lab'], Cmd: ['--x'] }],
  ])('starts as Kubernetes does it where the container has %s', (_, start, expected) => {
    const found = build({ start }).start as { Entrypoint?: unknown; Cmd?: unknown };
    expect({ Entrypoint: found.Entrypoint, Cmd: found.Cmd }).toEqual(expected);
  });

  it('has working folder, user and ports of the container', () => {
    const start = { ...noStart, workingFolder: '/work', user: '1000:0', ports: ['8888', '53/udp'] };
    expect(build({ start }).start).toMatchObject({
      WorkingDir: '/work',
      User: '1000:0',
      ExposedPorts: { '80/tcp': {}, '8888/tcp': {}, '53/udp': {} },
    });
  });

  it('declares no volume that would hide files of the image', () => {
    const { removedVolumes, start } = build();
    expect(removedVolumes).toEqual(['/data/']);
    expect(start).toHaveProperty('Volumes', { '/cache': {} });
    const all = build({}, baseOf(), { paths: ['/data', '/cache/x'] });
    expect(all.removedVolumes).toEqual(['/data/', '/cache']);
    expect(all.start).not.toHaveProperty('Volumes');
    expect(build({}, baseOf(), { paths: ['/database', '/'] }).start).toHaveProperty(
      'Volumes',
      baseConfig.config.Volumes,
    );
  });

  it('has the time that was asked for, or the epoch where the base image has none', () => {
    expect(build({}, baseOf(), { created: '2026-01-01T00:00:00Z' }).config['created']).toBe('2026-01-01T00:00:00Z');
    expect(build({}, baseOf({})).config['created']).toBe('1970-01-01T00:00:00Z');
  });

  it('is made from a base image that says next to nothing', () => {
    const empty = {
      manifest: { bytes: Buffer.from('{}'), digest: digestOf('e'), mediaType: ociType },
      configBytes: Buffer.from('[]'),
    };
    const { document, start, config } = build({}, empty);
    expect(document['layers']).toHaveLength(1);
    expect(document['config']).toMatchObject({ mediaType: 'application/vnd.oci.image.config.v1+json' });
    expect(start).toMatchObject({ Env: [] });
    expect(config['rootfs']).toEqual({ type: 'layers', diff_ids: [digestOf('2')] });
  });
});

describe('the texts of the documents', () => {
  const environment = [{ name: 'OWN', value: 'planted-1' }];
  const start = { ...noStart, entrypoint: ['lab', '--token=planted-2'], workingFolder: '/planted-3' };
  const names = { ...options.names, title: 'planted-4' };
  const { texts } = build({ environment, start }, baseOf(), { names });

  it.each([
    ['planted-1', ['environment OWN']],
    ['planted-2', ['start command']],
    ['planted-3', ['image config']],
    ['planted-4', ['label org.opencontainers.image.title', 'annotation org.opencontainers.image.title']],
    ['library, part 1', ['history']],
  ])('have %s in its place', (value, places) => {
    const found = texts.filter(({ text }) => text.includes(value));
    expect(found.map(({ place }) => place)).toEqual(places);
    expect(found.every(({ isBase }) => !isBase)).toBe(true);
  });

  it('say what is in the base image already', () => {
    const places = texts.filter(({ isBase }) => isBase).map(({ place, text }) => [place, text]);
    expect(places).toContainEqual(['environment PATH', 'PATH=/bin']);
    expect(places).toContainEqual(['label keep', 'me']);
    expect(places).toContainEqual(['history', expect.stringContaining('RUN base')]);
    expect(places).toContainEqual(['image config', 'Healthcheck: Test\nCMD\ncheck\nInterval\n5']);
    const unchanged = build().texts.filter(({ place }) => place === 'start command');
    expect(unchanged.map(({ text, isBase }) => [text, isBase])).toEqual([
      ['/start', true],
      ['serve', true],
    ]);
  });
});
