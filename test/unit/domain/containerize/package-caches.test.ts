import { describe, expect, it } from 'vitest';

import { findPackageCaches } from '../../../../src/domain/containerize/package-caches.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

const link = (path: string, target: string) => fileEntry(path, { kind: 'symlink', target });
const conda = ['/opt/conda', '/opt/conda/conda-meta', '/opt/conda/pkgs', '/opt/conda/pkgs/cache'].map((path) =>
  folderEntry(path),
);

describe('caches of packages', () => {
  it('are those of conda, pip, uv and npm', () => {
    const others = ['/lib/pkgs', '/lib/.cache/pip', '/lib/.npm/_cacache', '/lib/.cache'].map((path) =>
      folderEntry(path),
    );
    const inside = link('/opt/conda/pkgs/a', 'b');
    const elsewhere = [link('/opt/conda/lib', '/usr/lib'), fileEntry('/opt/conda/bin'), link('/opt/conda/x', '')];
    expect(findPackageCaches([...conda, ...others, inside, ...elsewhere])).toEqual([
      '/lib/.cache/pip',
      '/lib/.npm/_cacache',
      '/opt/conda/pkgs',
    ]);
    expect(findPackageCaches([fileEntry('/opt/conda/pkgs'), folderEntry('/opt/conda/conda-meta')])).toEqual([]);
  });

  it('stay where a link points into them', () => {
    expect(findPackageCaches([...conda, link('/opt/conda/lib', '../conda/pkgs/python/lib')])).toEqual([]);
    const unread = fileEntry('/opt/conda/lib', { kind: 'symlink', target: undefined });
    expect(findPackageCaches([...conda, unread])).toEqual(['/opt/conda/pkgs']);
  });
});
