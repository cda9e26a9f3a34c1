import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { families, familiesFor } from '../../../../testbed/clusters/programs.ts';

describe('the programs of the clusters', () => {
  it('are fewer for the demo', () => {
    expect(familiesFor('demo')).toEqual([
      'kubernetes',
      'local-path-provisioner',
      'kubectl',
      'tools',
      'helm',
      'tekton',
      'coredns',
    ]);
  });

  it('are all families but those that single suites build for tests', () => {
    const others = ['lifecycle', 's3-server', 'vale'];
    expect(new Set(familiesFor('tests'))).toEqual(
      new Set(Object.keys(families).filter((name) => !others.includes(name))),
    );
  });

  it('build the kustomize that is within kubectl', () => {
    const versionIn = (folder: string): string | undefined =>
      /kustomize\/kustomize\/v5 (v\S+)/.exec(readFileSync(`${folder}/go.mod`, 'utf8'))?.[1];
    expect(versionIn(families.tools.folder)).toMatch(/^v5/);
    expect(versionIn(families.tools.folder)).toBe(versionIn(families.kubectl.folder));
  });

  it('build helm with the versions of its go.mod', () => {
    const modules = readFileSync('images/tools/helm/go.mod', 'utf8');
    const helm = /helm\.sh\/helm\/v3 (v\S+)/.exec(modules)?.[1] ?? '';
    const minor = /k8s\.io\/client-go v0\.(\d+)\./.exec(modules)?.[1] ?? '';
    expect(families.helm.ldflags).toContain(`version.version=${helm} `);
    expect(families.helm.ldflags).toContain(`chartutil.k8sVersionMinor=${minor}`);
  });
});
