import { describe, expect, it } from 'vitest';

import type { Cluster } from '../../../../../src/domain/kube/cluster.ts';
import { SessionStore } from '../../../../../src/wizard/server/sessions/session-store.ts';
import type { Identity } from '../../../../../src/wizard/server/sessions/session.ts';
import { silentLog } from '../../../../builders/test-cluster.ts';

const limits = { idle: 1000, whole: 5000, most: 2 };

function scene() {
  const clock = { now: 0 };
  const closed: string[] = [];
  const identity = (user: string, endsAt?: number): Identity => {
    const cluster: Cluster = {
      redactor: silentLog.redactor,
      contextName: '',
      server: '',
      request: () => Promise.resolve({}),
      token: () => Promise.resolve(undefined),
      close: () => {
        closed.push(user);
        return Promise.resolve();
      },
    };
    const own = { server: '', ca: '', context: '', openStream: () => Promise.reject(new Error('no stream')) };
    return { user, cluster, own, log: silentLog, endsAt };
  };
  return { clock, closed, identity, store: new SessionStore(limits, () => clock.now) };
}

describe('SessionStore', () => {
  it('ends a session that nobody uses, and closes its connection', () => {
    const { store, clock, closed, identity } = scene();
    const { id, signal } = store.begin(identity('jane'));
    clock.now = 999;
    expect(store.use(id)?.user).toBe('jane');
    clock.now = 1998;
    expect(store.use(id)?.user).toBe('jane');
    clock.now = 2998;
    expect(store.use(id)).toBeUndefined();
    expect(closed).toEqual(['jane']);
    expect(signal.aborted).toBe(true);
  });

  it('ends a session at the latest with its token, or after the whole time, however it is used', () => {
    const { store, clock, identity } = scene();
    const short = store.begin(identity('jane', 1500));
    const long = store.begin(identity('john', 1_000_000));
    expect([short.endsAt, long.endsAt]).toEqual([1500, 5000]);
    for (clock.now = 0; clock.now < 1500; clock.now += 500) expect(store.use(short.id)).toBeDefined();
    expect(store.use(short.id)).toBeUndefined();
    for (clock.now = 900; clock.now < 5000; clock.now += 900) expect(store.use(long.id)).toBeDefined();
    clock.now = 5000;
    expect(store.use(long.id)).toBeUndefined();
  });

  it('keeps a session with an open stream', () => {
    const { store, clock, identity } = scene();
    const session = store.begin(identity('jane'));
    session.streams.count = 1;
    clock.now = 4000;
    store.sweep();
    expect(store.use(session.id)).toBeDefined();
  });

  it('makes room by ending the session that was idle longest', () => {
    const { store, clock, identity } = scene();
    const first = store.begin(identity('jane'));
    clock.now = 1;
    const second = store.begin(identity('john'));
    clock.now = 2;
    store.use(first.id);
    store.begin(identity('mary'));
    expect([store.use(first.id)?.user, store.use(second.id)]).toEqual(['jane', undefined]);
  });

  it('never gives an id twice, and knows no other', () => {
    const { store, identity } = scene();
    const ids = ['jane', 'john'].map((user) => store.begin(identity(user)).id);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^[\w-]{43}$/.test(id))).toBe(true);
    expect(store.use('')).toBeUndefined();
    store.endAll();
    expect(ids.map((id) => store.use(id))).toEqual([undefined, undefined]);
  });
});
