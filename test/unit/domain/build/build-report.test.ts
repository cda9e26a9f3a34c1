import { describe, expect, it } from 'vitest';

import { readBuildpackGroup, readBuildReport } from '../../../../src/domain/build/build-report.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the report of the lifecycle', () => {
  it('has references and digest of the image', () => {
    const report = { image: { tags: ['r.example.com/web:1', 'r.example.com/web:2'], digest, 'manifest-size': 7 } };
    expect(readBuildReport(report, 'report.toml')).toEqual({
      references: ['r.example.com/web:1', 'r.example.com/web:2'],
      digest,
    });
  });

  it.each([
    ['there is none', undefined],
    ['it has no reference', { image: { tags: [1], digest } }],
    ['it has no digest, as of an image in a daemon', { image: { tags: ['web'], 'image-id': digest } }],
    ['the digest is another text', { image: { tags: ['web'], digest: 'sha256:1' } }],
  ])('is refused when %s', (_, report) => {
    expect(refusalOf(() => readBuildReport(report, '/layers/report.toml'))).toBe(
      'invalid-file: reading /layers/report.toml: the lifecycle did not report an image with a digest',
    );
  });
});

describe('the group of buildpacks', () => {
  it('is read in its order, without entries that are not buildpacks', () => {
    const group = [{ id: 'a/b', version: '1', api: '0.10' }, { id: 'c' }, { version: '2' }, { id: 'd', version: '3' }];
    expect(readBuildpackGroup({ group })).toEqual([
      { id: 'a/b', version: '1' },
      { id: 'd', version: '3' },
    ]);
    expect(readBuildpackGroup(undefined)).toEqual([]);
  });
});
