import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

describe('the packages of npm', () => {
  const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const found = valueAt(lock, 'packages');
  const packages = Object.entries(isObject(found) ? found : {}).filter(([folder]) => folder !== '');

  it('have a SHA-512 digest each', () => {
    const isWithin = (entry: unknown): boolean =>
      valueAt(entry, 'link') === true || valueAt(entry, 'inBundle') === true;
    const weak = packages.filter(
      ([, entry]) => !isWithin(entry) && !/^sha512-[\w+/]{86}==$/.test(stringAt(entry, 'integrity') ?? ''),
    );
    expect(packages.length).toBeGreaterThan(100);
    expect(weak.map(([folder]) => folder)).toEqual([]);
  });

  it('are from its registry alone', () => {
    // An entry without an address is from the registry that npm is set up with.
    const addresses = packages.flatMap(([, entry]) => stringAt(entry, 'resolved') ?? []);
    expect(addresses.filter((address) => !address.startsWith('https://registry.npmjs.org/'))).toEqual([]);
    const settings = readFileSync('.npmrc', 'utf8').split('\n');
    expect(settings.filter((line) => /^(?:@[^:]+:)?registry|^strict-ssl/.test(line))).toEqual([]);
  });

  it('are wanted in one version each, not by address', () => {
    const wanted = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.filter((version) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('programs that are built', () => {
  it.each(globSync('{images,scripts,testbed}/**/go.mod'))('from %s have the digests of their modules', (file) => {
    const text = readFileSync(file, 'utf8');
    const sums = new Set(
      readFileSync(file.replace(/mod$/, 'sum'), 'utf8')
        .split('\n')
        .map((line) => line.split(' ', 2).join(' ')),
    );
    // go refuses to build with a replacement that has no digest; one that is not used needs none.
    const replaced = new Set([...text.matchAll(/^(?:replace|\t)\s*(\S+)(?: v\S+)? => /gm)].map(([, name]) => name));
    const required = [...text.matchAll(/^(?:require |\t)(\S+) (v\S+)(?: \/\/ indirect)?$/gm)];
    const bare = required
      .filter(([, name]) => !replaced.has(name))
      .map(([, name = '', version = '']) => `${name} ${version}`)
      .filter((one) => !sums.has(one) && !sums.has(`${one}/go.mod`));
    expect(required.length).toBeGreaterThan(0);
    expect(bare).toEqual([]);
  });

  it('are downloaded by nothing that knows no digests', () => {
    const programs = '{Makefile,images/**,scripts/**/*.ts,testbed/**/*.ts,.github/workflows/*,.devcontainer/*}';
    const files = globSync(programs, { withFileTypes: true }).filter((entry) => entry.isFile());
    const unchecked = /GONOSUM|GOINSECURE|GOSUMDB=off|\bcurl -|\bwget |allow-unauthenticated|--no-check-certificate/;
    const skipping = files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => unchecked.test(readFileSync(file, 'utf8')));
    expect(files.length).toBeGreaterThan(100);
    expect(skipping).toEqual([]);
  });
});
