import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { resourcePath } from '../../../src/domain/export/export-paths.ts';
import { useExportScene } from '../../builders/export-scene.ts';
import type { ApiRequest, FakeKind } from '../../fakes/api-server.ts';

const scene = useExportScene();
const group = 'image.openshift.io';
const slow = { kind: 'delay', milliseconds: 50 } as const;

interface Tag {
  readonly name: string;
  readonly digest: string;
  /** What the spec says where it comes from; absent for a tag that was pushed. */
  readonly from?: string;
}

/** As OpenShift lists them: without what is in the image. */
function tagKind(tags: readonly Tag[]): FakeKind {
  const objects = tags.map(({ name, digest, from }) => ({
    metadata: { name, namespace: 'shop', resourceVersion: '5' },
    tag: from === undefined ? null : { name: name.split(':')[1], from: { kind: 'DockerImage', name: from } },
    image: {
      metadata: { name: digest },
      dockerImageMetadata: null,
      dockerImageReference: `registry/${name}@${digest}`,
    },
  }));
  return { group, version: 'v1', kind: 'ImageStreamTag', plural: 'imagestreamtags', objects };
}

/** The same tags in OpenShift's other view. */
function imageTagKind(tags: readonly Tag[]): FakeKind {
  const objects = tags.map(({ name, digest, from }) => ({
    metadata: { name, namespace: 'shop', resourceVersion: '5' },
    spec: from === undefined ? null : { from: { kind: 'DockerImage', name: from } },
    status: { items: [{ image: digest, dockerImageReference: `registry/${name}@${digest}` }] },
    image: null,
  }));
  return { group, version: 'v1', kind: 'ImageTag', plural: 'imagetags', objects };
}

function digestOf(number: number): string {
  return `sha256:${String(number).padStart(64, '0')}`;
}

/** The answer to a GET of a tag shows its image. */
function shown(request: ApiRequest, tags: readonly Tag[]): unknown {
  const name = /\/(?:imagestreamtags|imagetags)\/(.+)$/.exec(decodeURIComponent(request.path))?.[1];
  const tag = tags.find((each) => each.name === name);
  if (tag === undefined) return undefined;
  const labels = { 'io.openshift.build.name': 'app-1' };
  return {
    apiVersion: `${group}/v1`,
    kind: 'ImageStreamTag',
    metadata: { name, namespace: 'shop', resourceVersion: '5' },
    image: {
      metadata: { name: tag.digest },
      dockerImageMetadata: { Config: { Labels: labels } },
      dockerImageReference: `registry/${tag.name}@${tag.digest}`,
    },
  };
}

async function exportTags(tags: readonly Tag[]) {
  const reads: string[] = [];
  const run = await scene.exportFrom({
    kinds: [tagKind(tags), imageTagKind(tags)],
    decide: (request) => {
      const body = shown(request, tags);
      if (body === undefined) return slow;
      reads.push(request.path);
      return { kind: 'status', status: 200, body };
    },
  });
  return { run, reads };
}

async function readTag(folder: string, name: string, kind = 'ImageStreamTag'): Promise<unknown> {
  const key = { group: 'image.openshift.io', version: 'v1', kind, namespace: 'shop', name };
  const file = path.join(folder, resourcePath('shop', key, sha256Of));
  return yamlCodec.parse(await readFile(file, 'utf8'), file)[0];
}

describe('image tags in an export', () => {
  it('need no request of their own when they come from elsewhere: 2,700 take a score of requests, not thousands', async () => {
    const tags = Array.from({ length: 2700 }, (_, index) => ({
      name: `app-${String(index)}:latest`,
      digest: digestOf(index),
      from: 'quay.io/team/app:latest',
    }));
    const { run, reads } = await exportTags(tags);
    expect(run.results['resource-count']).toBe('5400');
    expect(reads).toEqual([]);
    expect(scene.requests().length).toBeLessThan(40);
  });

  it('are read once for each image that was pushed or built here, whatever its tags', async () => {
    const tags = Array.from({ length: 60 }, (_, index) => ({
      name: `app-${String(index % 20)}:${String(Math.floor(index / 20))}`,
      digest: digestOf(index % 20),
    }));
    const { run, reads } = await exportTags(tags);
    expect(run.results['resource-count']).toBe('120');
    expect(reads).toHaveLength(20);
    for (const name of ['app-7:0', 'app-7:2']) {
      expect(await readTag(run.folder, name)).toMatchObject({
        image: {
          metadata: { name: digestOf(7) },
          dockerImageMetadata: { Config: { Labels: { 'io.openshift.build.name': 'app-1' } } },
          dockerImageReference: `registry/${name}@${digestOf(7)}`,
        },
      });
      expect(await readTag(run.folder, name, 'ImageTag')).toMatchObject({
        image: { dockerImageReference: `registry/${name}@${digestOf(7)}` },
      });
    }
  });

  it('show what they mean now when they changed since they were listed', async () => {
    const listed = [{ name: 'app:1', digest: digestOf(1) }];
    const run = await scene.exportFrom({
      kinds: [tagKind(listed)],
      decide: (request) => {
        const body = shown(request, [{ name: 'app:1', digest: digestOf(2) }]);
        return body === undefined ? undefined : { kind: 'status', status: 200, body };
      },
    });
    expect(await readTag(run.folder, 'app:1')).toMatchObject({ image: { metadata: { name: digestOf(2) } } });
  });

  it('are each tried when the image of several cannot be read', async () => {
    const tags = ['app:1', 'app:2'].map((name) => ({ name, digest: digestOf(1) }));
    const run = await scene.exportFrom({
      kinds: [tagKind(tags)],
      decide: (request) => {
        if (request.path.endsWith('app%3A1')) return { kind: 'status', status: 403 };
        const body = shown(request, tags);
        return body === undefined ? undefined : { kind: 'status', status: 200, body };
      },
    });
    expect(run).toMatchObject({ exitCode: 4, results: { 'resource-count': '1', 'failure-count': '1' } });
    expect(run.item('image.openshift.io/v1 ImageStreamTag shop/app:1')).toMatchObject({ reason: 'forbidden' });
    expect(await readTag(run.folder, 'app:2')).toMatchObject({ image: { metadata: { name: digestOf(1) } } });
  });
});
