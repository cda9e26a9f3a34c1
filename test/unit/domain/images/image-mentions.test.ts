import { describe, expect, it } from 'vitest';

import { findMentions, joinedName } from '../../../../src/domain/images/image-mentions.ts';
import { formatImageName } from '../../../../src/domain/oci/image-location.ts';
import { digest } from '../../../builders/image-plan.ts';

const host = 'registry.internal:5000';
const hosts = new Set([host]);

describe('findMentions', () => {
  it.each([
    [`--prometheus-config-reloader=${host}/tools/reloader:v0.60`, 'tools/reloader:v0.60'],
    [String.raw`{"run":"docker pull\n${host}/tools/agent:1\tdone"}`, 'tools/agent:1'],
    [`IMAGES=${host}/tools/agent:1,`, 'tools/agent:1'],
    [`docker-image://${host}/tools/agent:1`, 'tools/agent:1'],
    [`3.4.0=${host}/tools/broker:3.4.0\n3.5.0=`, 'tools/broker:3.4.0'],
    [`oci://${host}/models/price:2`, 'models/price:2'],
    [`docker://${host}/models/price@${digest('a')}`, `models/price@${digest('a')}`],
    [`exec run "${host}/tools/agent:1", then`, 'tools/agent:1'],
    [`pull ${host}/tools/agent:1.`, 'tools/agent:1'],
    [`{"image":"${host}/tools/agent:1"}`, 'tools/agent:1'],
    [`sidecarImage: '${host}/tools/sidecar:1'\n`, 'tools/sidecar:1'],
    [`FROM --platform=linux/amd64 ${host}/tools/base:9 AS build`, 'tools/base:9'],
    [`image:${host.toUpperCase()}/tools/agent:1;`, undefined],
    [`(${host.toUpperCase()}/tools/agent:1)`, 'tools/agent:1'],
  ])('finds the image in %s', (text, name) => {
    expect([...findMentions(text, hosts).exact.keys()]).toEqual(name === undefined ? [] : [`${host}/${name}`]);
  });

  it.each([
    [`--repository=${host}/tools`, [`${host}/tools`]],
    [`oci://${host}/models/price`, [`${host}/models/price`]],
    [`https://${host}/tools/agent`, [`${host}/tools/agent`]],
    [`REGISTRY=${host}`, [host]],
    [`http://${host}/`, [host]],
    [`https://${host}/v2/tools/agent/manifests/1`, []],
    [`https://${host}/v2`, []],
    [`other.${host}/tools/agent:1`, []],
    [`${host}0/tools/agent:1`, []],
    [`my${host}/tools`, []],
    [`quay.io/tools/agent:1`, []],
    [`${host}/Tools/Agent`, []],
  ])('finds what is left open in %s', (text, open) => {
    const found = findMentions(text, hosts);
    expect([...found.open]).toEqual(open);
    expect(found.exact.size).toBe(0);
  });

  it('takes linear time for a long text', () => {
    const text = `${'/:.@-'.repeat(200_000)} ${'a'.repeat(500_000)}://`;
    const start = performance.now();
    expect(findMentions(text, hosts).exact.size).toBe(0);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('joinedName', () => {
  it.each([
    [{ repository: `${host}/tools/agent`, tag: 'v1' }, 'tools/agent:v1'],
    [{ registry: host, repository: 'tools/agent', tag: 'v1' }, 'tools/agent:v1'],
    [{ imageRegistry: host, image: 'tools/agent', imageTag: 'v1' }, 'tools/agent:v1'],
    [{ baseImage: `${host}/tools/agent`, version: 'v1' }, 'tools/agent:v1'],
    [{ repository: `${host}/tools/agent`, tag: 'v1', digest: digest('a') }, `tools/agent@${digest('a')}`],
    [{ repository: `${host}/tools/agent`, sha: 'a'.repeat(64) }, `tools/agent@${digest('a')}`],
  ])('reads %j', (value, name) => {
    const found = joinedName(value, hosts);
    expect(found && formatImageName(found)).toBe(`${host}/${name}`);
  });

  it.each([
    [{}],
    [{ repository: `${host}/tools/agent` }],
    [{ repository: `${host}/tools/agent`, tag: '' }],
    [{ repository: `${host}/tools/agent`, tag: 'no tag' }],
    [{ repository: `${host}/tools/agent:1`, tag: '2' }],
    [{ repository: `${host}/tools/agent@${digest('a')}`, tag: '2' }],
    [{ repository: 'quay.io/tools/agent', tag: '2' }],
    [{ registry: host, repository: 'No Path', tag: '2' }],
    [{ repository: 7, tag: 2 }],
  ])('reads none in %j', (value) => {
    expect(joinedName(value, hosts)).toBeUndefined();
  });
});
