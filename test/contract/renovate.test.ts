import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import config from '../../.github/renovate.json' with { type: 'json' };

const paths = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trimEnd().split('\n');

describe.each(config.customManagers)("Renovate's custom manager of $depNameTemplate", (manager) => {
  it('finds a version', () => {
    // A pattern between slashes is a regular expression, any other one a glob.
    const patterns = manager.managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
    const texts = paths
      .filter((path) => patterns.some((pattern) => pattern.test(path)))
      .map((path) => readFileSync(path, 'utf8'));
    for (const match of manager.matchStrings)
      expect(texts.flatMap((text) => new RegExp(match).exec(text)?.groups?.['currentValue'] ?? [])).toHaveLength(1);
  });
});

describe('Renovate', () => {
  it('reads each go.mod: no folder of them is ignored', () => {
    const folders = config.ignorePaths.map((path) => path.replaceAll('**', ''));
    const modules = paths.filter((path) => path.endsWith('go.mod'));
    expect(modules.length).toBeGreaterThan(5);
    expect(modules.filter((path) => folders.some((folder) => path.startsWith(folder)))).toEqual([]);
  });

  it.each(['k8s.io/kubernetes', 'helm.sh/helm/v3', 'github.com/tektoncd/pipeline', 'github.com/vale-cli/vale/v3'])(
    'updates %s, which a go.mod pins as indirect',
    (name) => {
      const rule = config.packageRules.find(({ matchDepTypes }) => matchDepTypes?.includes('indirect') === true);
      expect(rule).toMatchObject({ enabled: true });
      expect(rule?.matchPackageNames).toContain(name);
      const pinned = paths.filter(
        (path) => path.endsWith('go.mod') && readFileSync(path, 'utf8').includes(`\t${name} v`),
      );
      expect(pinned.length).toBeGreaterThan(0);
    },
  );
});
