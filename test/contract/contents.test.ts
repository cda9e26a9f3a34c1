import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  debianComponent,
  formatContents,
  goComponents,
  nodeComponent,
  npmComponents,
  parseControlFiles,
} from '../../scripts/images/contents.ts';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';

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

  it('names every npm package that a bundle is made of', async () => {
    const { build } = await import('esbuild');
    const { metafile } = await build({
      ...{ entryPoints: ['src/cli.ts'], outdir: '/none', write: false, bundle: true, splitting: true },
      ...{ format: 'esm', platform: 'node', metafile: true, logLevel: 'silent' },
    });
    const bundled = Object.keys(metafile.inputs).flatMap(
      (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
    );
    const listed = npmComponents(readFileSync('package-lock.json', 'utf8')).map((component) => component['name']);
    expect(new Set(bundled).size).toBeGreaterThan(5);
    expect(listed).toEqual(expect.arrayContaining([...new Set(bundled)]));
  });

  it('names packages of npm with licence and digest, those of development left out', () => {
    const integrity = `sha512-${Buffer.from('digest').toString('base64')}`;
    const packages = {
      '': { name: 'crane-tasks' },
      'node_modules/@a/b': { version: '1.0.0', license: 'MIT', integrity },
      'node_modules/@a/b/node_modules/c': { version: '2.0.0', license: 'ISC', integrity },
      'node_modules/d': { version: '3.0.0', license: 'ISC', integrity, dev: true },
    };
    expect(npmComponents(JSON.stringify({ packages }))).toMatchObject([
      { purl: 'pkg:npm/%40a/b@1.0.0', licenses: [{ expression: 'MIT' }], hashes: [{ content: '646967657374' }] },
      { purl: 'pkg:npm/c@2.0.0' },
    ]);
    expect(() => npmComponents('{}')).toThrow('no packages');
  });
});
