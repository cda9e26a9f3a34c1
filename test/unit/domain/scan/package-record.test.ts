import { describe, expect, it } from 'vitest';

import { addPackageRecord, isPackageRecord, sourceOfCompiled } from '../../../../src/domain/scan/package-record.ts';

const hex = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const base64 = 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ';
const site = '/lib/python3/site-packages';

function read(path: string, text: string) {
  const records = new Map<string, string>();
  return { done: addPackageRecord(path, text, records), records: Object.fromEntries(records) };
}

describe('the list of files of a package', () => {
  it.each([
    [`${site}/a-1.dist-info/RECORD`, true],
    ['/opt/conda/conda-meta/a-1.json', true],
    [`${site}/a-1.dist-info/METADATA`, false],
    ['/opt/RECORD', false],
  ])('is %s: %j', (path, is) => {
    expect(isPackageRecord(path)).toBe(is);
  });

  it('of Python has checksums in base64, and quoted names', () => {
    const text = [
      `a/b.py,sha256=${base64},5`,
      `"a/c,""d"".py",sha256=${base64},5`,
      `../../../bin/./a,sha256=${base64},5`,
      `/etc/a,sha256=${base64},5`,
      'a/b.pyc,,',
      'broken',
    ].join('\r\n');
    expect(read(`${site}/a-1.dist-info/RECORD`, text)).toEqual({
      done: true,
      records: { [`${site}/a/b.py`]: hex, [`${site}/a/c,"d".py`]: hex, '/bin/a': hex, '/etc/a': hex },
    });
  });

  it('of conda has checksums of the installed form', () => {
    const paths = [
      { _path: 'bin/a', sha256: 'other', sha256_in_prefix: hex },
      { _path: 'bin/b', sha256: hex },
      { _path: 'bin/c' },
      { sha256: hex },
      'text',
    ];
    const text = JSON.stringify({ paths_data: { paths } });
    expect(read('/opt/conda/conda-meta/a.json', text)).toEqual({
      done: true,
      records: { '/opt/conda/bin/a': hex, '/opt/conda/bin/b': hex },
    });
  });

  it.each(['{}', '{"paths_data": {"paths": 1}}', '{'])('of conda is refused: %s', (text) => {
    expect(read('/opt/conda/conda-meta/a.json', text)).toEqual({ done: false, records: {} });
  });

  it('is cut at its limit', () => {
    const records = new Map(Array.from({ length: 400_000 }, (_, index) => [String(index), 'x'] as const));
    expect(addPackageRecord(`${site}/a-1.dist-info/RECORD`, `a/b.py,sha256=${base64},5`, records)).toBe(false);
  });
});

describe('the source of a compiled file', () => {
  it.each([
    ['/a/__pycache__/b.cpython-312.pyc', '/a/b.py'],
    ['/a/__pycache__/b.cpython-312.opt-1.pyc', '/a/b.py'],
    ['/a/b.pyc', undefined],
    ['/a/b.py', undefined],
  ])('of %s is %s', (path, source) => {
    expect(sourceOfCompiled(path)).toBe(source);
  });
});
