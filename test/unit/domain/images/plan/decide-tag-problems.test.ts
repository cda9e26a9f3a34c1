import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../../src/domain/core/json-object.ts';
import { aDeployment, aResource, aStream, digest, internal, plan, reasons } from '../../../../builders/image-plan.ts';

const publicImage = `docker.io/library/python@${digest('b')}`;
const publicSpec = { from: { kind: 'DockerImage', name: 'docker.io/library/python:3' } };

// A workload that pulls tag 1 of stream web.
const user = aDeployment('api', `${internal}/shop/web:1`);
const failed = [{ type: 'ImportSuccess', status: 'False', message: 'no such image' }];
// Tags without an image, whose spec the destination takes as it is.
const broken = [
  ['no-status', { spec: publicSpec }],
  ['import-failed', { spec: publicSpec, conditions: failed }],
  ['deleted-target', { spec: { from: { kind: 'ImageStreamTag', name: 'gone:1' } }, items: [] }],
] as const;

describe('a broken tag', () => {
  it.each(broken)('that a workload uses is a problem: %s', (reason, tag) => {
    const { images, skipped, problems } = plan([aStream('web', { 1: tag }), user]);
    expect({ images, skipped, reasons: problems.map((problem) => problem.reason) }).toEqual({
      images: [],
      skipped: [],
      reasons: [reason],
    });
  });

  it.each(broken)('that no workload uses is skipped, since its spec travels: %s', (reason, tag) => {
    const { images, skipped, problems } = plan([aStream('web', { 1: tag })]);
    expect({ images, problems, reasons: skipped.map((each) => each.reason) }).toEqual({
      images: [],
      problems: [],
      reasons: [reason],
    });
  });

  it('is skipped with its digest when an older import has an image', () => {
    const stream = aStream('web', { 1: { spec: publicSpec, items: [publicImage], conditions: failed } });
    expect(plan([stream]).skipped).toMatchObject([
      { reason: 'import-failed', class: 'public', digest: digest('b'), reference: publicImage },
    ]);
    const trigger = { from: { kind: 'ImageStreamTag', name: 'web:1' } };
    const config = aResource('DeploymentConfig', 'api', {
      apiVersion: 'apps.openshift.io/v1',
      spec: { triggers: [{ type: 'ImageChange', imageChangeParams: trigger }] },
    });
    expect(reasons([stream, config])).toEqual({ 'shop/web:1': 'problem import-failed' });
  });

  it.each([
    ['a stream of another namespace', { kind: 'ImageStreamTag', namespace: 'base', name: 'gone:1' }],
    ['an image that its stream does not have', { kind: 'ImageStreamImage', name: `web@${digest('f')}` }],
  ])('remains a problem when its spec cannot travel, since it names %s', (_what, from) => {
    expect(reasons([aStream('web', { 1: { spec: { from }, items: [] } })])).toEqual({
      'shop/web:1': 'problem deleted-target',
    });
  });
});

describe('a tag that only points', () => {
  const pointer = `registry.public.test/web:1`;
  const item = { items: [{ image: '', dockerImageReference: pointer }] };
  const aPointer = (spec?: JsonObject) => {
    const stream = aStream('web', { 1: spec === undefined ? {} : { spec } });
    return { ...stream, status: { tags: [{ tag: '1', ...item }] } };
  };

  it('is skipped, whether its status has an item or not, and also when a workload uses it', () => {
    const spec = { from: { kind: 'DockerImage', name: pointer }, reference: true };
    for (const stream of [aPointer(spec), aStream('web', { 1: { spec } })]) {
      expect(reasons([stream])).toEqual({ 'shop/web:1': 'skip public reference-tag' });
    }
    expect(reasons([aPointer(spec), user])).toEqual({ 'shop/web:1': 'skip public reference-tag' });
  });

  it('is known by its item when the spec has no source any more', () => {
    expect(plan([aPointer()]).skipped).toMatchObject([
      { reason: 'reference-tag', message: `only points at ${pointer}` },
    ]);
  });

  it('is judged by its spec when that is to be imported now', () => {
    expect(reasons([aPointer(publicSpec)])).toEqual({ 'shop/web:1': 'skip public not-imported' });
    expect(reasons([aPointer(publicSpec), user])).toEqual({ 'shop/web:1': 'problem not-imported' });
  });
});

describe('problems with a tag', () => {
  it.each([
    ['import-failed', aStream('web', { 1: { conditions: failed } })],
    ['deleted-tag', aStream('web', { 1: { items: [] } })],
    ['invalid-image', aStream('web', { 1: { items: [`${internal}/shop/web@sha256:short`] } })],
    ['invalid-image', aStream('web', { 1: { items: [`no image@${digest('a')}`] } })],
    ['invalid-name', aStream('a..b', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } })],
    ['invalid-name', aStream('web', { '-x': { items: [`${internal}/shop/web@${digest('a')}`] } })],
  ])('reports %s', (reason, stream) => {
    const { images, skipped, problems } = plan([stream]);
    expect({ images, skipped, reasons: problems.map((problem) => problem.reason) }).toEqual({
      images: [],
      skipped: [],
      reasons: [reason],
    });
  });

  it('says why an import did not work', () => {
    const conditions = [{ type: 'ImportSuccess', status: 'False', reason: 'NotFound' }];
    const stream = aStream('web', { 1: { spec: publicSpec, conditions } });
    expect(plan([stream, user]).problems[0]?.message).toBe(
      'its last import from docker.io/library/python:3 did not work: NotFound',
    );
  });

  it('says so when the source of a failed import is not known', () => {
    const stream = aStream('web', { 1: { conditions: [{ type: 'ImportSuccess', status: 'False' }] } });
    expect(plan([stream]).problems[0]?.message).toContain('from its source did not work: no reason given');
  });

  it('reports a tag that was never imported beside others that were', () => {
    const stream = aStream('web', { 1: { spec: publicSpec, items: [publicImage] }, 2: { spec: publicSpec } });
    expect(reasons([stream])['shop/web:2']).toBe('skip public not-imported');
  });

  it('finds the target of an alias by digest', () => {
    const stream = aStream('web', {
      1: { items: [`${internal}/shop/web@${digest('a')}`] },
      2: { spec: { from: { kind: 'ImageStreamImage', name: `web@${digest('a')}` } } },
    });
    expect(reasons([stream])['shop/web:2']).toBe('problem not-imported');
  });

  it('reports an alias without image of its own whose target has one', () => {
    const stream = aStream('web', {
      1: { spec: publicSpec, items: [publicImage] },
      2: { spec: { from: { kind: 'ImageStreamTag', name: 'web:1' } } },
    });
    expect(reasons([stream])['shop/web:2']).toBe('skip pushed not-imported');
  });

  it('reports manifests of schema 1 and copies the rest', () => {
    const stream = aStream('web', {
      old: { items: [`${internal}/shop/web@${digest('a')}`] },
      new: { items: [`${internal}/shop/web@${digest('b')}`] },
    });
    expect(reasons([stream], { schema1: new Set([digest('a')]) })).toEqual({
      'shop/web:old': 'problem schema1-manifest',
      'shop/web:new': 'copy pushed pushed',
    });
  });
});
