import { describe, expect, it } from 'vitest';

import { aStream, digest, internal, plan, reasons } from './samples.ts';

const publicImage = `docker.io/library/python@${digest('b')}`;
const publicSpec = { from: { kind: 'DockerImage', name: 'docker.io/library/python:3' } };

describe('problems with a tag', () => {
  it.each([
    ['no-status', aStream('web', { 1: { spec: publicSpec } })],
    [
      'import-failed',
      aStream('web', {
        1: { spec: publicSpec, conditions: [{ type: 'ImportSuccess', status: 'False', message: 'no such image' }] },
      }),
    ],
    [
      'import-failed',
      aStream('web', {
        1: { spec: publicSpec, items: [publicImage], conditions: [{ type: 'ImportSuccess', status: 'False' }] },
      }),
    ],
    ['deleted-tag', aStream('web', { 1: { items: [] } })],
    [
      'deleted-target',
      aStream('web', { 1: { spec: { from: { kind: 'ImageStreamTag', name: 'gone:1' } }, items: [] } }),
    ],
    [
      'deleted-target',
      aStream('web', { 1: { spec: { from: { kind: 'ImageStreamImage', name: `web@${digest('f')}` } }, items: [] } }),
    ],
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
    expect(plan([stream]).problems[0]?.message).toBe(
      'its last import from docker.io/library/python:3 did not work: NotFound',
    );
  });

  it('says so when the source of a failed import is not known', () => {
    const stream = aStream('web', { 1: { conditions: [{ type: 'ImportSuccess', status: 'False' }] } });
    expect(plan([stream]).problems[0]?.message).toContain('from its source did not work: no reason given');
  });

  it('reports a tag that was never imported beside others that were', () => {
    const stream = aStream('web', { 1: { spec: publicSpec, items: [publicImage] }, 2: { spec: publicSpec } });
    expect(reasons([stream])['shop/web:2']).toBe('problem not-imported');
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
    expect(reasons([stream])['shop/web:2']).toBe('problem not-imported');
  });

  it('has nothing to import for a tag that only points', () => {
    const stream = aStream('web', { 1: { spec: { ...publicSpec, reference: true } } });
    expect(reasons([stream])).toEqual({ 'shop/web:1': 'skip public reference-tag' });
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
