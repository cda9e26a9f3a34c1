import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { bundledPackages, packagesOf } from '../../scripts/images/bundled-packages.ts';
import {
  debianComponent,
  formatContents,
  goComponents,
  nodeComponent,
  npmComponents,
  parseControlFiles,
} from '../../scripts/images/contents.ts';
import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

const control = [
  'Package: libc6\nSource: glibc\nVersion: 2.41-12+deb13u4\nArchitecture: arm64\nDescription: GNU C Library\n more\n',
  'Package: git\nVersion: 1:2.47.3-0+deb13u1\nArchitecture: arm64\n',
].join('\n');

const goVersion = [
  '/x/kubectl: go1.26.8',
  '\tpath\tk8s.io/kubernetes/cmd/kubectl',
  '\tmod\tk8s.io/kubernetes\tv1.34.4\th1:Yy6R=',
  '\tdep\tgithub.com/blang/semver/v4\tv4.0.0\th1:1PFH=',
  '\tdep\tk8s.io/api\tv0.0.0',
  '\t=>\tk8s.io/api\tv0.34.4\th1:abc=',
  '\tbuild\t-trimpath=true',
].join('\n');

function refsOf(contents: string): readonly string[] {
  return arrayAt(JSON.parse(contents), 'components').map((component) => stringAt(component, 'bom-ref') ?? '');
}

describe('the list of what is in an image', () => {
  it('names Debian packages with version and architecture', () => {
    expect(
      parseControlFiles(`${control}\n`)
        .map(debianComponent)
        .map((component) => component['purl']),
    ).toEqual([
      'pkg:deb/debian/libc6@2.41-12%2Bdeb13u4?arch=arm64&distro=trixie',
      'pkg:deb/debian/git@1%3A2.47.3-0%2Bdeb13u1?arch=arm64&distro=trixie',
    ]);
  });

  it('names Go itself and each module of a program, what took the place of another one by its own version', () => {
    expect(goComponents(goVersion).map((component) => component['purl'])).toEqual([
      'pkg:golang/stdlib@1.26.8',
      'pkg:golang/k8s.io/kubernetes@v1.34.4',
      'pkg:golang/github.com/blang/semver/v4@v4.0.0',
      'pkg:golang/k8s.io/api@v0.34.4',
    ]);
  });

  it('is the same for the same parts, in whatever order and number', () => {
    const parts = [...parseControlFiles(control).map(debianComponent), nodeComponent('24.0.0')];
    const image = { name: 'task-runner', version: '0.1.0' };
    expect(formatContents(image, parts)).toBe(formatContents(image, [...parts].reverse()));
    expect(refsOf(formatContents(image, [...parts, ...parts]))).toHaveLength(3);
  });

  it('names the npm packages in the bundle and no other ones', async () => {
    const packages = await bundledPackages();
    const listed = npmComponents(readFileSync('package-lock.json', 'utf8'), packages).map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(['execa', '@peculiar/x509', 'yocto-queue']));
    expect(listed).not.toContain('vitest');
    expect(listed).toHaveLength(packages.length);
  });

  it('leaves out a package of which the bundle has nothing', () => {
    const input = (bytesInOutput: number) => ({ bytesInOutput });
    const inputs = {
      'src/cli.ts': input(9),
      'node_modules/@a/b/index.js': input(1),
      'node_modules/@a/b/node_modules/c/dist/c.js': input(1),
      'node_modules/d/index.js': input(0),
    };
    const output = { bytes: 11, inputs, imports: [], exports: [] };
    expect(packagesOf({ outputs: { 'dist/a.mjs': output, 'dist/b.mjs': output } })).toEqual([
      'node_modules/@a/b',
      'node_modules/@a/b/node_modules/c',
    ]);
  });

  it('names packages of npm with licence and digest', () => {
    const integrity = `sha512-${Buffer.from('digest').toString('base64')}`;
    const packages = {
      '': { name: 'crane-tasks' },
      'node_modules/@a/b': { version: '1.0.0', license: 'MIT', integrity },
      'node_modules/@a/b/node_modules/c': { version: '2.0.0', license: 'ISC', integrity },
      'node_modules/d': { version: '3.0.0', license: 'ISC', integrity },
    };
    const folders = ['node_modules/@a/b', 'node_modules/@a/b/node_modules/c'];
    expect(npmComponents(JSON.stringify({ packages }), folders)).toMatchObject([
      { purl: 'pkg:npm/%40a/b@1.0.0', licenses: [{ expression: 'MIT' }], hashes: [{ content: '646967657374' }] },
      { purl: 'pkg:npm/c@2.0.0' },
    ]);
    expect(() => npmComponents('{}', folders)).toThrow('node_modules/@a/b is missing');
  });
});

describe('package.json', () => {
  it('has the packages in the bundle as dependencies and no other ones', async () => {
    const packages = await bundledPackages();
    const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const direct = Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`);
    expect(direct.filter((folder) => !packages.includes(folder))).toEqual([]);
    expect(packages.filter((folder) => valueAt(lock, 'packages', folder, 'dev') === true)).toEqual([]);
  });

  it('has a lock file with the digest of each package, also of those for other platforms', () => {
    const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const packages = Object.entries(valueAt(lock, 'packages') as object).filter(([folder]) => folder !== '');
    const known = (entry: unknown): boolean => valueAt(entry, 'link') === true || valueAt(entry, 'inBundle') === true;
    const bare = packages.filter(([, entry]) => !known(entry) && valueAt(entry, 'integrity') === undefined);
    expect(bare.map(([folder]) => folder)).toEqual([]);
  });
});
