import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { withLease } from '../../../../src/usecases/cluster/hold-lease.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const body = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'push', namespace: 'builds', uid: '1', resourceVersion: '1' },
};

/** A server with one Lease, whose answers a test gives. */
class Scene {
  readonly requests: string[] = [];
  slept = 0;
  renew: () => void = () => undefined;
  readonly #answer: (method: string) => unknown;

  constructor(answer: (method: string) => unknown) {
    this.#answer = answer;
  }

  hold<T>(use: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const request = ({ method = 'GET' }: ClusterRequest): Promise<unknown> => {
      this.requests.push(method);
      return Promise.resolve().then(() => this.#answer(method));
    };
    return withLease(
      { namespace: 'builds', name: 'push', owner: 'me', patience: 10_000 },
      {
        cluster: {
          redactor: new Redactor(),
          contextName: 'here',
          server: 'https://here.test',
          request,
          token: () => Promise.resolve(undefined),
          close: () => Promise.resolve(),
        },
        log: silentLog(),
        now: () => this.slept,
        sleep: (milliseconds) => {
          this.slept += milliseconds;
          return Promise.resolve();
        },
        every: (_, call) => {
          this.renew = call;
          return () => undefined;
        },
      },
      use,
    );
  }
}

function missing(): never {
  throw refusal(404, 'NotFound', 'not found');
}

function conflict(): never {
  throw refusal(409, 'Conflict', 'changed');
}

const expired = { ...body, spec: { holderIdentity: 'gone', renewTime: '1969-12-31T00:00:00.000000Z' } };

describe('waiting for a Lease', () => {
  it.each([
    ['cannot be created', 'POST', missing],
    ['cannot be taken over', 'PUT', (): JsonObject => expired],
  ])('ends at its limit when it is lost again and again: it %s', async (_, method, found) => {
    const scene = new Scene((asked) => (asked === 'GET' ? found() : conflict()));
    const error = await thrownBy(() => scene.hold(() => Promise.resolve()));
    expect([error.code, scene.slept]).toEqual(['timeout', 10_000]);
    expect(scene.requests.filter((each) => each === method).length).toBeLessThan(30);
  });

  it('ends at its limit when the answer to a write is no object', async () => {
    const scene = new Scene((asked) => (asked === 'GET' ? missing() : {}));
    expect((await thrownBy(() => scene.hold(() => Promise.resolve()))).code).toBe('timeout');
  });
});

describe('a held Lease', () => {
  it('is renewed by one request at a time, also when the server does not answer for long', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const scene = new Scene((method) => {
      if (method === 'GET') return missing();
      return method === 'PUT' ? new Promise((resolve) => (answer = resolve)) : body;
    });
    await scene.hold(async () => {
      for (let call = 0; call < 20; call += 1) scene.renew();
      await new Promise((resolve) => setImmediate(resolve));
      answer(body);
    });
    expect(scene.requests).toEqual(['GET', 'POST', 'PUT', 'DELETE']);
  });

  it('is not renewed after another run took it', async () => {
    const scene = new Scene((method) => {
      if (method === 'GET') return missing();
      return method === 'PUT' ? conflict() : body;
    });
    const isLost = await scene.hold(async (lost) => {
      for (let call = 0; call < 2; call += 1) {
        scene.renew();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return lost.aborted;
    });
    expect([isLost, scene.requests]).toEqual([true, ['GET', 'POST', 'PUT']]);
  });
});
