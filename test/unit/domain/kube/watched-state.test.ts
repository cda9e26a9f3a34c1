import { describe, expect, it } from 'vitest';

import { WatchedState } from '../../../../src/domain/kube/watched-state.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';

function pod(path: string, resourceVersion?: string, uid?: string): Resource {
  const [name = '', namespace] = path.split('/').reverse();
  const place = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...place, resourceVersion, uid } };
}

function aState(...objects: readonly Resource[]): WatchedState {
  const state = new WatchedState();
  const listing = state.listing();
  listing.add(objects);
  listing.finish('10');
  return state;
}

const typesOf = (changes: readonly { readonly type: string; readonly object: Resource }[]) =>
  changes.map(({ type, object }) => `${type} ${object.metadata.name} ${String(object.metadata['resourceVersion'])}`);

describe('the state of a watch', () => {
  it('has each change once', () => {
    const state = aState(pod('a', '3', 'u'));
    expect(typesOf(state.put(pod('b', '11', 'v')))).toEqual(['added b 11']);
    expect(typesOf(state.put(pod('a', '12', 'u')))).toEqual(['changed a 12']);
    expect(typesOf(state.put(pod('a', '12', 'u')))).toEqual([]);
    expect(typesOf(state.put(pod('a', '9', 'u')))).toEqual([]);
    expect(typesOf(state.remove(pod('a', '13', 'u')))).toEqual(['deleted a 13']);
    expect(typesOf(state.remove(pod('a', '13', 'u')))).toEqual([]);
    expect([...state.objects.keys()]).toEqual(['/b']);
  });

  it('compares versions that are no numbers as texts', () => {
    const state = aState(pod('shop/a', 'x', 'u'));
    expect(typesOf(state.put(pod('shop/a', 'w', 'u')))).toEqual(['changed a w']);
    expect(typesOf(state.put(pod('shop/a', 'w', 'u')))).toEqual([]);
    expect([...state.objects.keys()]).toEqual(['shop/a']);
  });

  it('takes an object with the same name for another one', () => {
    const state = aState(pod('a', '3', 'u'));
    expect(typesOf(state.remove(pod('a', '2', 'older')))).toEqual([]);
    expect(typesOf(state.put(pod('a', '11', 'v')))).toEqual(['deleted a 3', 'added a 11']);
  });

  it('has the difference of two lists as changes', () => {
    const state = aState(pod('a', '1'), pod('b', '2'), pod('c', '3'));
    state.expire();
    expect(state.version).toBeUndefined();
    const listing = state.listing();
    listing.add([pod('x', '9')]);
    listing.clear();
    listing.add([pod('b', '2'), pod('c', '5')]);
    listing.add([pod('d', '6')]);
    expect(typesOf(listing.finish('20'))).toEqual(['deleted a 1', 'changed c 5', 'added d 6']);
    expect(state.version).toBe('20');
  });

  it('knows how far it is', () => {
    const state = aState();
    expect(state.reach('15')).toEqual([]);
    expect(state.version).toBe('15');
    state.reach('');
    state.put(pod('a'));
    expect(state.version).toBe('15');
  });
});
