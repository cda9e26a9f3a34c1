import { describe, expect, it } from 'vitest';

import { namespaced } from '../../../../src/domain/kube/known-kinds.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { collectObjects, listVersions } from '../../../../src/usecases/cluster/list-objects.ts';
import { readStreams } from '../../../../src/usecases/cluster/read-streams.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { aResource } from '../../../builders/transform.ts';

const kind = namespaced('v1', 'ConfigMap', 'configmaps');
const item = (name: string, namespace = 'shop') => ({ metadata: { name, namespace, resourceVersion: `of ${name}` } });
const page = (items: readonly unknown[], token = '') => ({ items, metadata: { continue: token } });
const expired = (token = '') =>
  new ClusterStatusError('listing', {
    ...{ status: 410, reason: 'Expired', message: 'too old' },
    body: { metadata: { continue: token } },
  });

/** A cluster that gives these answers in turn; an error is thrown. */
function clusterOf(answers: readonly unknown[], tokens: (string | undefined)[] = []): Cluster {
  const left = [...answers];
  return aClusterWith(({ query }) => {
    tokens.push(query?.['continue']);
    const answer = left.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
}

function collect(answers: readonly unknown[], tokens?: (string | undefined)[]) {
  return collectObjects({ cluster: clusterOf(answers, tokens), kind, namespace: 'shop' });
}

describe('collecting a list', () => {
  it('takes all pages', async () => {
    const tokens: (string | undefined)[] = [];
    const found = await collect([page([item('a')], 'next'), page([item('b')])], tokens);
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(tokens).toEqual([undefined, 'next']);
  });

  it('continues with the token that replaces an expired one', async () => {
    const tokens: (string | undefined)[] = [];
    const found = await collect([page([item('a')], 'old'), expired('fresh'), page([item('b')])], tokens);
    expect(found).toHaveLength(2);
    expect(tokens).toEqual([undefined, 'old', 'fresh']);
  });

  it('begins again where there is no such token, and reports each unexpected object once', async () => {
    const refused: string[] = [];
    const first = page([item('a'), item('x', 'other')], 'old');
    const cluster = clusterOf([first, expired(), first, page([item('b')])]);
    const found = await collectObjects({ cluster, kind, namespace: 'shop' }, ({ name }) => refused.push(name));
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(refused).toEqual(['x']);
  });

  it.each([
    ['at once', ['a', 'a']],
    ['later', ['a', 'b', 'a']],
  ])('ends with an error when a token repeats: %s', async (_when, tokens) => {
    const pages = tokens.map((token) => page([item('x')], token));
    await expect(collect(pages)).rejects.toMatchObject({ code: 'cluster-refused' });
  });

  it('ends with an unexpected object that nothing takes, and with a list that expires again and again', async () => {
    const other = collect([page([item('a'), item('x', 'other')])]);
    await expect(other).rejects.toMatchObject({ code: 'unexpected-object' });
    await expect(collect([page([{}])])).rejects.toMatchObject({ code: 'cluster-refused' });
    await expect(collect(Array.from({ length: 9 }, () => expired('again')))).rejects.toMatchObject({ status: 410 });
  });
});

describe('a list of other objects', () => {
  it('reports a thousand of them, over all pages, and ends with the next one', async () => {
    const others = (count: number) => Array.from({ length: count }, () => item('x', 'other'));
    const refused: string[] = [];
    const refuse = ({ name }: { readonly name: string }): void => void refused.push(name);
    const request = { cluster: clusterOf([page(others(600), 'more'), page(others(500))]), kind, namespace: 'shop' };
    await expect(collectObjects(request, refuse)).rejects.toMatchObject({ code: 'unexpected-object' });
    expect(refused).toHaveLength(1000);
  });
});

describe('the versions of a collection', () => {
  const versions = (answers: readonly unknown[]) =>
    listVersions({ cluster: clusterOf(answers), kind, namespace: 'shop' });

  it('are known by name, also when a list begins again', async () => {
    const found = await versions([page([item('a')], 'old'), expired(), page([item('b')])]);
    expect([...(found ?? [])]).toEqual([['b', 'of b']]);
  });

  it('are unknown where the account may not list, or another object is in the list', async () => {
    expect(await versions([new ClusterStatusError('GET', { status: 403, reason: '', message: '' })])).toBeUndefined();
    expect(await versions([page([item('a'), item('x', 'other')])])).toBeUndefined();
    await expect(versions([new TypeError('broken')])).rejects.toThrow('broken');
  });
});

describe('the streams of tags', () => {
  it('are taken from the namespace of the tags alone', async () => {
    const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1');
    const cluster = clusterOf([page([item('web'), item('api')], 'next'), expired(), page([item('web')])]);
    expect([...((await readStreams(cluster, [tag])) ?? [])].map(([key]) => key)).toEqual(['shop/web']);
    expect([...((await readStreams(clusterOf([page([item('web', 'other')])]), [tag])) ?? [])]).toEqual([]);
  });
});
