import { describe, expect, it } from 'vitest';

import {
  apiVersionOf,
  chooseVersions,
  parseAggregated,
  parseClassicKinds,
  parseCoreVersions,
  parseNamedGroups,
  pluralWithGroup,
  type ApiKind,
} from '../../../../src/domain/kube/discovery.ts';

const verbs = ['create', 'delete', 'get', 'list'];
const deployments: ApiKind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
  verbs,
};

const aggregated = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: 'apps' },
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            { resource: 'deployments', responseKind: { group: '', kind: 'Deployment' }, scope: 'Namespaced', verbs },
          ],
        },
      ],
    },
    {
      metadata: {},
      versions: [
        { version: 'v1', resources: [{ resource: 'nodes', responseKind: { kind: 'Node' }, scope: 'Cluster' }] },
      ],
    },
  ],
};

describe('aggregated discovery', () => {
  it('gives group, version, scope and verbs of each kind', () => {
    const versions = parseAggregated(aggregated) ?? [];
    expect(versions.flatMap((version) => version.kinds)).toEqual([
      deployments,
      { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false, verbs: [] },
    ]);
  });

  it('is not taken from a server that answers in another form', () => {
    expect(parseAggregated({ kind: 'APIGroupList', groups: [] })).toBeUndefined();
  });

  it('distinguishes an API that does not answer from one without kinds', () => {
    const stale = { version: 'v1beta1', freshness: 'Stale', resources: [] };
    const empty = { version: 'v2', freshness: 'Current' };
    const document = {
      kind: 'APIGroupDiscoveryList',
      items: [{ metadata: { name: 'metrics.k8s.io' }, versions: [stale, empty, {}] }],
    };
    expect(parseAggregated(document)).toEqual([
      {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        kinds: undefined,
        reason: 'the API server that serves it does not answer',
      },
      { group: 'metrics.k8s.io', version: 'v2', kinds: [], reason: '' },
      { group: 'metrics.k8s.io', version: '', kinds: [], reason: '' },
    ]);
  });

  it('still asks for the kinds of an API that was seen before it fell silent', () => {
    const resources = [{ resource: 'widgets' }];
    const document = {
      kind: 'APIGroupDiscoveryList',
      items: [{ versions: [{ version: 'v1', freshness: 'Stale', resources }] }],
    };
    expect(parseAggregated(document)?.[0]?.kinds).toMatchObject([{ plural: 'widgets', kind: '', namespaced: false }]);
    expect(
      parseAggregated({ ...document, items: [{ versions: [{ version: 'v1', resources: [{}] }] }] })?.[0]?.kinds,
    ).toMatchObject([{ plural: '' }]);
  });
});

describe('classic discovery', () => {
  it('puts the preferred version of a group first', () => {
    const groups = {
      groups: [
        { name: 'autoscaling', preferredVersion: { version: 'v2' }, versions: [{ version: 'v1' }, { version: 'v2' }] },
        { versions: [{ version: 'v1' }, {}] },
      ],
    };
    expect(parseCoreVersions({ versions: ['v1', 1] })).toEqual([{ group: '', version: 'v1' }]);
    expect(parseNamedGroups(groups)).toEqual([
      { group: 'autoscaling', version: 'v2' },
      { group: 'autoscaling', version: 'v1' },
      { group: '', version: 'v1' },
    ]);
  });

  it('is not taken from other documents', () => {
    for (const document of [{}, [], null, 'v1', { items: [] }, { kind: 'APIGroupList', versions: {} }]) {
      expect(parseCoreVersions(document)).toBeUndefined();
      expect(parseNamedGroups(document)).toEqual((document as { kind?: string } | null)?.kind ? [] : undefined);
      expect(parseClassicKinds('', 'v1', document).kinds).toBeUndefined();
    }
  });

  it('leaves subresources out', () => {
    const list = {
      resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get', 1] }, { name: 'pods/log' }, {}],
    };
    expect(parseClassicKinds('', 'v1', list).kinds).toEqual([
      { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, verbs: ['get'] },
      { group: '', version: 'v1', kind: '', plural: '', namespaced: false, verbs: [] },
    ]);
  });
});

describe('choosing versions', () => {
  it('takes each plural once, in the first version that serves it', () => {
    const old = { ...deployments, version: 'v1beta1' };
    const only = { ...old, plural: 'scales' };
    const chosen = chooseVersions([
      { group: 'apps', version: 'v1', kinds: [deployments], reason: '' },
      { group: 'apps', version: 'v1beta1', kinds: [old, only], reason: '' },
      { group: 'gone', version: 'v1', kinds: undefined, reason: 'why' },
    ]);
    expect(chosen).toEqual({ kinds: [deployments, only], unknown: [{ group: 'gone', version: 'v1', reason: 'why' }] });
  });
});

describe('names of a kind', () => {
  const pods = { ...deployments, group: '', plural: 'pods' };

  it('are those of manifests and kubectl', () => {
    expect([apiVersionOf(deployments), apiVersionOf(pods)]).toEqual(['apps/v1', 'v1']);
    expect([pluralWithGroup(deployments), pluralWithGroup(pods)]).toEqual(['deployments.apps', 'pods']);
  });
});
