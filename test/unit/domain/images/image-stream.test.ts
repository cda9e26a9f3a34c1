import { describe, expect, it } from 'vitest';

import { readImageStream } from '../../../../src/domain/images/image-stream.ts';
import { aResource } from '../../../builders/image-plan.ts';

describe('readImageStream', () => {
  it('reads a stream that has nothing', () => {
    const stream = readImageStream({ apiVersion: 'v1', kind: 'ImageStream', metadata: { name: 'web' } });
    expect(stream).toEqual({ namespace: '', name: 'web', localLookup: false, hasStatus: false, tags: [] });
  });

  it('reads what the server adds to a tag, and survives what it never writes', () => {
    const stream = readImageStream(
      aResource('ImageStream', 'web', {
        spec: {
          lookupPolicy: { local: true },
          tags: [
            {
              name: 'b',
              from: { kind: 'ImageStreamTag', name: 'x:1', namespace: '' },
              referencePolicy: { type: 'Local' },
              annotations: null,
            },
            { name: 'c', from: { kind: 'DockerImage' }, reference: true },
            { from: {} },
            'text',
          ],
        },
        status: {
          tags: [
            { tag: 'a', items: [{}] },
            { tag: 'b', items: null, conditions: [{ type: 'ImportSuccess', status: 'True' }] },
          ],
        },
      }),
    );
    const common = {
      from: undefined,
      isReference: false,
      referencePolicy: 'Source',
      items: [],
      importFailure: undefined,
    };
    expect(stream).toEqual({
      namespace: 'shop',
      name: 'web',
      localLookup: true,
      hasStatus: true,
      tags: [
        { ...common, name: 'a', items: [{ digest: '', reference: '' }] },
        {
          ...common,
          name: 'b',
          from: { kind: 'ImageStreamTag', name: 'x:1', namespace: 'shop' },
          referencePolicy: 'Local',
        },
        { ...common, name: 'c', isReference: true },
      ],
    });
  });
});
