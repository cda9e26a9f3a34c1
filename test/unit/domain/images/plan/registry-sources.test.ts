import { describe, expect, it } from 'vitest';

import { registrySources } from '../../../../../src/domain/images/plan/registry-sources.ts';
import { internal, outside } from '../../../../builders/image-plan.ts';

function read(id: string, answer: unknown) {
  return registrySources.find((source) => source.id === id)?.read(answer);
}

describe('registrySources', () => {
  it('asks the configuration before streams, and streams before routes', () => {
    expect(registrySources.map(({ id }) => id)).toEqual([
      'image-config',
      'openshift-streams',
      'any-streams',
      'default-route',
      'docker-registry-route',
    ]);
  });

  it.each([
    [
      { status: { internalRegistryHostname: internal, externalRegistryHostnames: [outside, 'second.test'] } },
      internal,
      outside,
    ],
    [{ spec: { externalRegistryHostnames: ['spec.test'] }, status: {} }, undefined, 'spec.test'],
    [{ status: { externalRegistryHostnames: ['', 7, outside] } }, undefined, outside],
    [{ status: { internalRegistryHostname: 'a b\n', externalRegistryHostnames: ['https://x'] } }, undefined, undefined],
    [undefined, undefined, undefined],
  ])('reads the configuration %j', (config, inside, public_) => {
    expect(read('image-config', config)).toEqual({ internal: inside, public: public_ });
  });

  it.each(['openshift-streams', 'any-streams'])('reads %s: the first with an answer', (id) => {
    const items = [
      {},
      { status: { dockerImageRepository: `${internal}/openshift/php` } },
      { status: { publicDockerImageRepository: `${outside}/openshift/php` } },
      { status: { dockerImageRepository: 'other/openshift/php' } },
    ];
    expect(read(id, { items })).toEqual({ internal, public: outside });
    expect(read(id, { items: [] })).toEqual({});
  });

  it.each([
    [{ spec: { host: 'wanted.test' }, status: { ingress: [{ host: outside }] } }, outside],
    [{ spec: { host: 'wanted.test' }, status: {} }, 'wanted.test'],
    [{}, undefined],
  ])('reads the route %j', (route, host) => {
    expect(read('default-route', route)).toEqual({ public: host });
    expect(read('docker-registry-route', route)).toEqual({ public: host });
  });
});
