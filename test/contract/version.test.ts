import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { versionedFiles, writeVersion } from '../../scripts/forms/version-places.ts';
import { valueAt } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';

/** Files that name versions of their own: history, what npm and Go write, what is generated, what tests compare. */
const others =
  /^(?:forms|pipelines|test|bench)\/|CHANGELOG\.md$|^package(?:-lock)?\.json$|^tasks\/interfaces\.json$|^src\/tasks\/shared\/details\.ts$|go\.(?:mod|sum)$/;

const byHand = new RegExp(String.raw`(?<![\d.])${version.replaceAll('.', String.raw`\.`)}(?!\.?\d)`);

describe('the version', () => {
  it('is that of package.json, also in the lock file', () => {
    const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(valueAt(manifest, 'version')).toBe(version);
    expect([valueAt(lock, 'version'), valueAt(lock, 'packages', '', 'version')]).toEqual([version, version]);
  });

  it.each([
    ['image: ghcr.io/crane-tasks/task-runner:0.1.0\n', 'image: ghcr.io/crane-tasks/task-runner:2.0.0-rc.1\n'],
    [
      'pull registry.example.com/a/transfer:0.1.0@sha256:12',
      'pull registry.example.com/a/transfer:2.0.0-rc.1@sha256:12',
    ],
    [
      'ARG BASE=ghcr.io/crane-tasks/task-runtime:1.0.0-rc.2\n',
      'ARG BASE=ghcr.io/crane-tasks/task-runtime:2.0.0-rc.1\n',
    ],
    ['app.kubernetes.io/version: "0.1.0"', 'app.kubernetes.io/version: "2.0.0-rc.1"'],
    ['newName: a.example/b/transfer\n    newTag: "0.1.0"', 'newName: a.example/b/transfer\n    newTag: "2.0.0-rc.1"'],
  ])('is written into %j', (text, expected) => {
    expect(writeVersion(text, '2.0.0-rc.1')).toBe(expected);
  });

  it.each([
    'image: docker.io/library/redis:7.4.0',
    'newName: a.example/b/redis\n    newTag: "7.4.0"',
    'version: "1.2.3"',
  ])('is not written into %j', (text) => {
    expect(writeVersion(text, '2.0.0')).toBe(text);
  });

  it('is in no other place', async () => {
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    });
    const paths = listed.split('\n').filter((path) => path !== '' && !others.test(path));
    expect(paths.length).toBeGreaterThan(500);
    const versioned = new Set(await versionedFiles());
    const strays = paths.filter((path) => {
      const text = readFileSync(path, 'utf8');
      return byHand.test(versioned.has(path) ? writeVersion(text, '') : text);
    });
    expect(strays).toEqual([]);
  });
});
