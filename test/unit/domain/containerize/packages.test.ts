import { describe, expect, it } from 'vitest';

import { findPackageFiles, type PackageFormat } from '../../../../src/domain/containerize/package-files.ts';
import { packageUrlParts, parsePackage, sortPackages } from '../../../../src/domain/containerize/packages.ts';
import { fileEntry } from '../../../builders/image-summary.ts';

const site = '/opt/conda/lib/python3.12/site-packages';

describe('files that describe packages', () => {
  it.each([
    [`${site}/numpy-2.1.0.dist-info/METADATA`, 'python'],
    [`${site}/old.egg-info/PKG-INFO`, 'python'],
    ['/opt/conda/conda-meta/numpy-2.1.0-py312_0.json', 'conda'],
    ['/usr/lib/R/library/ggplot2/DESCRIPTION', 'r'],
    ['/app/node_modules/left-pad/package.json', 'node'],
    ['/app/node_modules/@jupyterlab/ui/package.json', 'node'],
    ['/root/.local/share/code-server/extensions/ms-python.python-2024.1/package.json', 'vscode'],
    ['/app/node_modules/.bin/package.json', 'node'],
    ['/app/node_modules/a/dist/package.json', undefined],
    ['/app/package.json', undefined],
    [`${site}/numpy-2.1.0.dist-info/RECORD`, undefined],
    ['/x/conda-meta/history', undefined],
  ])('%s: %s', (path, format) => {
    expect(findPackageFiles([fileEntry(path, 10)]).map((file) => file.format)).toEqual(format ? [format] : []);
  });

  it.each([
    ['empty', fileEntry('/conda-meta/a.json', 0)],
    ['huge', fileEntry('/opt/conda-meta/a.json', 17 * 1024 * 1024)],
    ['a link', fileEntry('/opt/conda-meta/a.json', 10, { kind: 'symlink' })],
  ])('are none when they are %s', (_, entry) => {
    expect(findPackageFiles([entry])).toEqual([]);
  });
});

const metadata = (...lines: readonly string[]): string => ['Metadata-Version: 2.4', ...lines, ''].join('\n');
const json = (value: unknown): string => JSON.stringify(value);

type Described = readonly [what: string, format: PackageFormat, path: string, text: string, expected: string];

const described: readonly Described[] = [
  [
    'of Python with an SPDX expression',
    'python',
    `${site}/a.dist-info/METADATA`,
    metadata('Name: NumPy', 'Version: 2.1.0', 'License: see below', 'License-Expression: BSD-3-Clause'),
    'pypi NumPy 2.1.0 BSD-3-Clause',
  ],
  [
    'of Python with a name of a licence, and another name in its description',
    'python',
    `${site}/a.dist-info/METADATA`,
    metadata('Name: a', 'Version: 1', 'License: MIT', '', 'Name: other', 'Version: 9'),
    'pypi a 1 MIT',
  ],
  [
    'of Python with the text of a licence and classifiers',
    'python',
    `${site}/a.dist-info/METADATA`,
    metadata(
      'Name: a',
      'Version: 1',
      'License: Copyright',
      '        all rights',
      'Classifier: License :: OSI Approved :: MIT License',
      'Classifier: Programming Language :: Python',
      'Classifier: License :: OSI Approved :: BSD License',
    ),
    'pypi a 1 MIT License, BSD License',
  ],
  [
    'of Python without a licence',
    'python',
    `${site}/a.dist-info/METADATA`,
    '  stray\r\nno colon\r\nName: a\r\nVersion: 1\r\nLicense: UNKNOWN\r\n',
    'pypi a 1 ',
  ],
  [
    'of conda',
    'conda',
    '/opt/conda/conda-meta/a.json',
    json({ name: 'numpy', version: '2', license: 'BSD-3-Clause' }),
    'conda numpy 2 BSD-3-Clause',
  ],
  ['of conda without a licence', 'conda', '/c/conda-meta/a.json', json({ name: 'a', version: '2' }), 'conda a 2 '],
  [
    'of R',
    'r',
    '/usr/lib/R/library/ggplot2/DESCRIPTION',
    'Package: ggplot2\nVersion: 3.5.1\nLicense: MIT + file LICENSE\nBuilt: R 4.4.1; ; ; unix\n',
    'cran ggplot2 3.5.1 MIT + file LICENSE',
  ],
  [
    'of Bioconductor',
    'r',
    '/r/limma/DESCRIPTION',
    'Package: limma\nVersion: 3\nbiocViews: ExonArray\nBuilt: R 4\n',
    'bioconductor limma 3 ',
  ],
  [
    'of npm with a scope',
    'node',
    '/a/node_modules/@jupyterlab/ui/package.json',
    json({ name: '@jupyterlab/ui', version: '4.0.0', license: 'BSD-3-Clause' }),
    'npm @jupyterlab/ui 4.0.0 BSD-3-Clause',
  ],
  [
    'of npm with licences of an old form',
    'node',
    '/a/node_modules/a/package.json',
    json({ name: 'a', version: '1.0.0', licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }, {}] }),
    'npm a 1.0.0 MIT, GPL-2.0',
  ],
  [
    'of npm with a licence that is an object',
    'node',
    '/a/node_modules/a/package.json',
    json({ name: 'a', version: '1.0.0', license: { type: 'ISC' } }),
    'npm a 1.0.0 ISC',
  ],
  [
    'that is an extension of VS Code',
    'vscode',
    '/e/extensions/ms-python.python-2024.1/package.json',
    json({ name: 'python', publisher: 'ms-python', version: '2024.1', engines: { vscode: '^1.90.0' } }),
    'vscode-extension ms-python/python 2024.1 ',
  ],
];

const none: readonly (readonly [what: string, format: PackageFormat, path: string, text: string])[] = [
  ['a broken file', 'conda', '/c/conda-meta/a.json', '{'],
  ['no name of conda', 'conda', '/c/conda-meta/a.json', json({ version: '1' })],
  ['no version of npm', 'node', '/a/node_modules/a/package.json', json({ name: 'a' })],
  [
    'an extension without a version',
    'vscode',
    '/e/extensions/a/package.json',
    json({ name: 'a', publisher: 'p', engines: { vscode: '1' } }),
  ],
  ['no version', 'python', `${site}/a.dist-info/METADATA`, 'Name: a\n'],
  ['no name', 'python', `${site}/a.dist-info/METADATA`, 'Version: 1\n'],
  ['a control character', 'conda', '/c/conda-meta/a.json', json({ name: 'a\u0000', version: '1' })],
  ['a long name', 'conda', '/c/conda-meta/a.json', json({ name: 'a'.repeat(201), version: '1' })],
  ['sources of R', 'r', '/src/a/DESCRIPTION', 'Package: a\nVersion: 1\n'],
  ['another folder', 'r', '/r/b/DESCRIPTION', 'Package: a\nVersion: 1\nBuilt: R 4\n'],
  ['no package of R', 'r', '/r/b/DESCRIPTION', 'Built: R 4\n'],
  ['a part of a package of npm', 'node', '/a/node_modules/a/package.json', json({ type: 'module' })],
  ['a web extension', 'vscode', '/e/extensions/a/package.json', json({ name: 'a', publisher: 'p', version: '1' })],
  [
    'no publisher',
    'vscode',
    '/e/extensions/a/package.json',
    json({ name: 'a', version: '1', engines: { vscode: '1' } }),
  ],
  [
    'an extension without a name',
    'vscode',
    '/e/extensions/a/package.json',
    json({ publisher: 'p', version: '1', engines: { vscode: '1' } }),
  ],
];

describe('a package', () => {
  it.each(described.map((row) => ({ what: row[0], row })))('$what', ({ row: [, format, path, text, expected] }) => {
    const { ecosystem, name, version, licence, ...rest } = parsePackage(format, path, text) ?? {};
    expect([ecosystem, name, version, licence].join(' ')).toBe(expected);
    expect(rest).toEqual({ path });
  });

  it.each(none.map((row) => ({ what: row[0], row })))('is none: $what', ({ row: [, format, path, text] }) => {
    expect(parsePackage(format, path, text)).toBeUndefined();
  });
});

describe('packages', () => {
  const of = (name: string, path = '/p', ecosystem = 'pypi') => ({ ecosystem, name, version: '1', licence: '', path });

  it('are sorted by ecosystem and name, each of them once', () => {
    const sorted = sortPackages([of('b'), of('B', '/o'), of('a', '/p', 'npm'), of('b'), of('a')]);
    expect(sorted.map(({ name, path, ecosystem }) => `${ecosystem} ${name} ${path}`)).toEqual([
      'npm a /p',
      'pypi a /p',
      'pypi B /o',
      'pypi b /p',
    ]);
  });

  it('have the parts of a package URL', () => {
    expect(packageUrlParts(of('@scope/a', '/p', 'npm'))).toEqual({
      type: 'npm',
      namespace: '@scope',
      name: 'a',
      version: '1',
    });
    expect(packageUrlParts(of('a')).namespace).toBeUndefined();
  });
});
