import { describe, expect, it } from 'vitest';

import { capabilitiesOf } from '../../../../src/domain/helm/capabilities.ts';

const kind = (group: string, version: string, name: string) => ({
  group,
  version,
  plural: `${name.toLowerCase()}s`,
  kind: name,
  namespaced: true,
  verbs: [],
  categories: [],
});

describe('the capabilities of a cluster', () => {
  it('are its group versions and their kinds, once and sorted', () => {
    const versions = [
      { group: 'apps', version: 'v1', kinds: [kind('apps', 'v1', 'Deployment')], reason: '' },
      { group: '', version: 'v1', kinds: [kind('', 'v1', 'Pod'), kind('', 'v1', 'Pod')], reason: '' },
      { group: 'silent.test', version: 'v1', kinds: undefined, reason: 'no answer' },
      { group: 'strange,test', version: 'v1', kinds: [], reason: '' },
    ];
    expect(capabilitiesOf('v1.31.2', versions)).toEqual({
      kubeVersion: 'v1.31.2',
      apiVersions: ['apps/v1', 'apps/v1/Deployment', 'silent.test/v1', 'v1', 'v1/Pod'],
    });
  });

  it.each([
    ['v1.30.4-gke.1200+a', 'v1.30.4-gke.1200+a'],
    ['1.30.4', '1.30.4'],
    ['v1.30', undefined],
    ['--debug', undefined],
    [undefined, undefined],
  ])('with the version %s have %s', (gitVersion, expected) => {
    expect(capabilitiesOf(gitVersion, []).kubeVersion).toBe(expected);
  });
});
