import { setImmediate } from 'node:timers/promises';

import { location } from '../../../../builders/image-plan.ts';
import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import type { SyncRequest } from '../../../../../src/usecases/images/copy/read-request.ts';
import { requestsAtOnce } from '../../../../../src/usecases/images/copy/ports.ts';
import { syncImages } from '../../../../../src/usecases/images/copy/sync-images.ts';
import { parseSyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { memoryImage, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';

const options = { ifExists: 'fail', referrers: 'true', parallel: 4, retries: 0, platforms: [] } as const;

/** A plan of images that are at the source, each with its tags. */
function plan(ports: MemoryPorts, images: Readonly<Record<string, readonly string[]>>): SyncRequest {
  const planned = Object.entries(images).map(([name, tags]) => {
    const manifest = memoryImage({ [name]: 10 });
    ports.from.put(`shop/${name}`, 'any', manifest);
    return {
      source: `a.example/shop/${name}`,
      digest: manifest.digest,
      destination: `b.example/new/${name}`,
      tags,
      class: 'pushed',
      reason: 'pushed',
      usedBy: [],
    };
  });
  const text = JSON.stringify({
    schemaVersion: 1,
    source: { registry: 'a.example', internalRegistry: 'a.internal:5000' },
    destination: { registry: 'b.example', namespace: 'new' },
    images: planned,
    skipped: [],
    problems: [],
  });
  return {
    kind: 'plan',
    plan: parseSyncPlan(text, 'plan.json'),
    leftOut: [],
    excluded: [],
    sourceRegistry: 'a.example',
    destinationRegistry: 'b.example',
  };
}

/** The most requests to the registries that are under way at a time, so far. */
function countRequests(ports: MemoryPorts): () => number {
  let [now, most] = [0, 0];
  for (const registry of [ports.from, ports.to]) {
    for (const name of ['read', 'tag', 'referrers', 'listTags'] as const) {
      const ask = registry[name].bind(registry) as (...args: readonly unknown[]) => Promise<never>;
      registry[name] = async (...args: readonly unknown[]) => {
        now += 1;
        most = Math.max(most, now);
        await setImmediate();
        return ask(...args).finally(() => (now -= 1));
      };
    }
  }
  return () => most;
}

describe('syncImages', () => {
  it('asks the registries for a few things at a time, however many images and tags there are', async () => {
    const ports = memoryPorts();
    const tags = Array.from({ length: 200 }, (_, number) => `v${String(number)}`);
    const single = Array.from({ length: 200 }, (_, number) => [`app-${String(number)}`, ['1']] as const);
    const request = plan(ports, { ...Object.fromEntries(single), web: tags });
    const most = countRequests(ports);
    const first = await syncImages(request, options, ports);
    expect(first.results).toMatchObject({ 'copied-count': '400' });
    // Meanwhile the source is asked twice for each image: for its tags and its referrers.
    expect(most()).toBeLessThanOrEqual(3 * requestsAtOnce);
    const again = await syncImages(request, options, ports);
    expect(again.results).toMatchObject({ 'present-count': '400' });
    expect(most()).toBeLessThanOrEqual(3 * requestsAtOnce);
  });

  it('counts tags, names proven images, and copies nothing the second time', async () => {
    const ports = memoryPorts();
    const request = plan(ports, { web: ['1', 'latest'], api: ['1'] });
    const first = await syncImages(request, options, ports);
    expect(first.results).toMatchObject({
      'image-count': '3',
      'copied-count': '3',
      'present-count': '0',
      'failed-count': '0',
    });
    expect(first.results.IMAGES.split(',')).toHaveLength(2);
    expect(first.summary).toBe('3 images: 3 copied, 0 there already, 0 skipped, 0 failed');
    const second = await syncImages(request, options, ports);
    expect(second.results).toMatchObject({ 'copied-count': '0', 'present-count': '3' });
    expect(ports.copied).toHaveLength(2);
  });

  it('sets a missing tag of an image that is there, and calls it tagged', async () => {
    const ports = memoryPorts();
    await syncImages(plan(ports, { web: ['1'] }), options, ports);
    const outcome = await syncImages(plan(ports, { web: ['1', '2'] }), options, ports);
    expect(outcome.items.map(({ reason }) => reason)).toEqual(['present', 'tagged']);
    expect(ports.copied).toHaveLength(1);
  });

  it('continues when an image is gone at the source, and says so', async () => {
    const ports = memoryPorts();
    const request = plan(ports, { web: ['1'], gone: ['1', '2'] });
    for (const key of ports.from.content.keys()) if (key.startsWith('shop/gone')) ports.from.content.delete(key);
    const outcome = await syncImages(request, options, ports);
    expect(outcome.items.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'b.example/new/gone:1 not-found',
      'b.example/new/gone:2 not-found',
      'b.example/new/web:1 copied',
    ]);
    expect(outcome.remedy).toContain('b.example/new/gone:1, b.example/new/gone:2');
    expect(ports.warnings.join()).toContain('the registry does not have it');
  });

  it('knows what images that are there already have, and mounts it for those that share it', async () => {
    const ports = memoryPorts();
    await syncImages(plan(ports, { web: ['1'] }), options, ports);
    expect(ports.to.mounts).toEqual([]);
    const web = plan(ports, { web: ['1'] });
    const twin = memoryImage({ web: 10, own: 5 });
    ports.from.put('shop/twin', 'any', twin);
    if (web.kind !== 'plan') throw new Error('expected a plan');
    const [first] = web.plan.images;
    const names = {
      source: location('a.example/shop/twin'),
      destination: location('b.example/new/twin'),
      digest: twin.digest,
    };
    const images = first === undefined ? [] : [first, { ...first, ...names }];
    await syncImages({ ...web, plan: { ...web.plan, images } }, options, ports);
    expect(ports.to.mounts).toHaveLength(1);
    expect(ports.to.mounts[0]).toMatch(/^new\/web@sha256:[0-9a-f]{64} to new\/twin$/);
  });

  it('throws when all images fail for one outside reason', async () => {
    const ports = memoryPorts({
      beforeCopy: () => {
        throw new SyncFailure('unauthorized', 'pushing: 401');
      },
    });
    const run = syncImages(plan(ports, { web: ['1'], api: ['1'] }), options, ports);
    await expect(run).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'copying b.example/new/api:1 (and 1 more images alike): pushing: 401',
    });
  });

  it('does not throw when all fail for reasons of their own', async () => {
    const ports = memoryPorts();
    const request = plan(ports, { web: ['1'] });
    ports.from.content.clear();
    expect((await syncImages(request, options, ports)).results['failed-count']).toBe('1');
  });

  it('has nothing to do with an empty plan', async () => {
    const ports = memoryPorts();
    expect(await syncImages(plan(ports, {}), options, ports)).toMatchObject({
      items: [],
      results: { 'image-count': '0', IMAGES: '' },
    });
  });

  it('cuts the list of images after the last that fits', async () => {
    const ports = memoryPorts();
    const names = Array.from({ length: 40 }, (_, number) => `application-${String(number)}`);
    const outcome = await syncImages(
      plan(ports, Object.fromEntries(names.map((name) => [name, ['1']]))),
      options,
      ports,
    );
    expect(outcome.results.IMAGES.length).toBeLessThanOrEqual(1024);
    expect(outcome.summary).toMatch(/; the result IMAGES holds \d+ of 40$/);
    for (const image of outcome.results.IMAGES.split(','))
      expect(image).toMatch(/^b\.example\/new\/application-\d+@sha256:[0-9a-f]{64}$/);
  });
});
