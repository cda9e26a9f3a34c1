import { describe, expect, it } from 'vitest';

import {
  exportLabel,
  formatRecord,
  imageOf,
  isExportId,
  pinnedImageOf,
  readRecord,
  recordKey,
} from '../../../../src/domain/exports/export-record.ts';
import { anExport } from '../../../builders/exports.ts';

describe('the record of an export', () => {
  it('is read as it was written, with the version of its ConfigMap', () => {
    for (const entry of [anExport(), anExport({ isPublic: true })]) {
      const resource = formatRecord(entry, 'run-1');
      const metadata = { ...resource.metadata, uid: 'u', resourceVersion: '7' };
      expect(readRecord({ ...resource, metadata })).toEqual({ entry, owner: 'run-1', uid: 'u', resourceVersion: '7' });
    }
    const { name, labels } = formatRecord(anExport(), 'run-1').metadata;
    expect(readRecord({ ...formatRecord(anExport(), 'run-1'), metadata: { name, labels } })?.entry.namespace).toBe('');
  });

  it.each([
    ['no record', { data: {} }],
    ['no data', { data: undefined }],
    ['another label', { metadata: { name: 'export-id1', labels: { [exportLabel]: 'id2' } } }],
    ['another name', { metadata: { name: 'export-id2', labels: { [exportLabel]: 'id1' } } }],
  ])('is not one with %s', (_, change) => {
    expect(readRecord({ ...formatRecord(anExport(), 'run-1'), ...change })).toBeUndefined();
  });

  it.each(['web', 'registry.example.com/web', 'registry.example.com/web:1@sha256:0', 'registry.example.com/Web:1'])(
    'is not one with the image %s',
    (image) => {
      expect(readRecord(formatRecord(anExport({ image }), 'run-1'))).toBeUndefined();
    },
  );

  it('is not one with members that commands could not print safely', () => {
    const { run } = anExport();
    const supply = [{ name: 'A; rm', source: 'x' }];
    expect(readRecord(formatRecord(anExport({ run: { ...run, supply } }), 'r'))).toBeUndefined();
    expect(readRecord(formatRecord(anExport({ run: { ...run, ports: ['$(x)'] } }), 'r'))).toBeUndefined();
    const volumes = [{ path: 'a:b', reason: '' }];
    expect(readRecord(formatRecord(anExport({ run: { ...run, volumes } }), 'r'))).toBeUndefined();
    expect(recordKey).toBe('export.json');
  });
});

describe('an image of an export', () => {
  it('is pinned when its digest is known', () => {
    expect(pinnedImageOf(anExport())).toBe(`registry.example.com/team/exports@${anExport().digest}`);
    expect(pinnedImageOf(anExport({ digest: '' }))).toBe(anExport().image);
    expect(imageOf({ image: 'web' })).toEqual({ host: '', path: 'web', tag: '' });
  });

  it.each([
    ['4f2a91c07b1e', true],
    ['a-b', true],
    ['-a', false],
    ['A', false],
    ['a'.repeat(51), false],
    ['', false],
  ])('has the id %s: %s', (id, isValid) => {
    expect(isExportId(id)).toBe(isValid);
  });
});
