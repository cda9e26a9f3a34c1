import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Cluster, ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import type { RunState } from '../../../../src/domain/runs/pipeline-run.ts';
import { pushApplication, type PushPorts, type PushRequest } from '../../../../src/usecases/app/push-application.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const runs = '/apis/tekton.dev/v1/namespaces/builds/pipelineruns';
const ended = { conditions: [{ type: 'Succeeded', status: 'False', reason: 'Cancelled' }] };
const succeeded: RunState = { reason: 'Succeeded', message: '', hasEnded: true, hasSucceeded: true };

function aRun(name: string, status: JsonObject = {}): JsonObject {
  return { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name, namespace: 'builds' }, status };
}

/** A cluster with runs in memory, and Leases that are always free. */
class Scene {
  readonly log: string[] = [];
  readonly runs: Map<string, JsonObject>;
  /** What the server does with a patch. */
  onPatch: (path: string) => void = () => undefined;
  renewalFails = false;
  #now = 0;
  #renew: () => void = () => undefined;

  constructor(...found: readonly JsonObject[]) {
    this.runs = new Map(found.map((run) => [`${runs}/${String((run['metadata'] as JsonObject)['name'])}`, run]));
  }

  push(change: Partial<PushPorts> = {}) {
    const request: PushRequest = {
      app: 'shop',
      namespace: 'workspace',
      runNamespace: 'builds',
      place: {
        pipeline: 'push',
        serviceAccount: 'runner',
        storageSecret: 'storage',
        registrySecret: undefined,
        chartSecret: undefined,
        caConfigMap: undefined,
        claim: undefined,
        volumeSize: '1Gi',
        storageClass: undefined,
        fsGroup: undefined,
        timeoutSeconds: 86_400,
      },
      paramsOf: (blobId) => ({ 'blob-id': blobId }),
      patience: 0,
    };
    return pushApplication(request, { ...this.#ports(), ...change });
  }

  #ports(): PushPorts {
    const note = (line: string): void => void this.log.push(line);
    return {
      cluster: this.#cluster(),
      log: {
        redactor: new Redactor(),
        debug: note,
        info: note,
        warn: note,
        progress: () => undefined,
        item: () => undefined,
      },
      now: () => this.#now,
      sleep: (milliseconds) => {
        this.#now += milliseconds;
        return Promise.resolve();
      },
      every: (_, call) => {
        this.#renew = call;
        return () => undefined;
      },
      sha1: (text) => text,
      owner: 'this push',
      upload: () => {
        if (this.renewalFails) this.#renew();
        return new Promise((resolve) => setImmediate(resolve)).then(() => ({
          items: [],
          results: { 'blob-id': 'blob', commit: 'c0ffee' },
          summary: 'uploaded',
        }));
      },
      follow: () => Promise.resolve(succeeded),
    };
  }

  #cluster(): Cluster {
    return {
      redactor: new Redactor(),
      contextName: 'here',
      server: 'https://here.test',
      request: (asked) => Promise.resolve().then(() => this.#answer(asked)),
      token: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
  }

  #answer({ method = 'GET', path, body }: ClusterRequest): unknown {
    if (path.includes('/leases')) return this.#lease(method, body);
    if (method === 'POST') {
      this.runs.set(`${runs}/new`, aRun('new', { results: [{ name: 'urls', value: 'http://a,http://b' }, {}] }));
      return this.runs.get(`${runs}/new`);
    }
    if (method === 'PATCH') {
      this.onPatch(path);
      return {};
    }
    if (path === runs) return { apiVersion: 'tekton.dev/v1', kind: 'PipelineRunList', items: [...this.runs.values()] };
    const found = this.runs.get(path);
    if (found === undefined) throw refusal(404, 'NotFound', 'not found');
    return found;
  }

  #lease(method: string, body: unknown): unknown {
    if (method === 'GET') throw refusal(404, 'NotFound', 'not found');
    if (method === 'PUT') throw refusal(409, 'Conflict', 'changed');
    return method === 'POST' ? { ...(body as object), metadata: { name: 'lease', uid: '1' } } : {};
  }
}

describe('a push', () => {
  it('ends with the URLs of its run', async () => {
    const outcome = await new Scene().push();
    expect(outcome).toMatchObject({
      items: [{ id: 'builds/new', outcome: 'done', reason: 'run-succeeded' }],
      results: { 'blob-id': 'blob', commit: 'c0ffee', 'pipeline-run': 'new', urls: 'http://a,http://b', revision: '' },
      summary: 'application workspace/shop is deployed, http://a, http://b',
    });
  });

  it('is incomplete when its run fails', async () => {
    const state = { reason: 'Failed', message: 'no builder', hasEnded: true, hasSucceeded: false };
    const outcome = await new Scene().push({ follow: () => Promise.resolve(state) });
    expect(outcome.items).toMatchObject([{ outcome: 'failed', reason: 'run-failed' }]);
    expect(outcome.summary).toContain('PipelineRun builds/new ended: Failed: no builder');
  });

  it('says which limit ended a run that hung', async () => {
    const message = 'PipelineRun "new" failed to finish within "1m0s"';
    const state = { reason: 'PipelineRunTimeout', message, hasEnded: true, hasSucceeded: false };
    const outcome = await new Scene().push({ follow: () => Promise.resolve(state) });
    expect(outcome.items).toMatchObject([{ outcome: 'failed', reason: 'run-failed' }]);
    expect(outcome.summary).toContain(`PipelineRunTimeout: ${message}`);
    expect(outcome.remedy).toContain('run-timeout');
  });

  it('cancels a run that is left, and not one that has ended', async () => {
    const scene = new Scene(aRun('left'), aRun('old', ended));
    const patched: string[] = [];
    scene.onPatch = (path) => {
      patched.push(path);
      scene.runs.set(path, aRun('left', ended));
    };
    await scene.push();
    expect(patched).toEqual([`${runs}/left`]);
  });

  it('continues when the run that is left was deleted meanwhile', async () => {
    const scene = new Scene(aRun('left'));
    scene.onPatch = (path) => {
      scene.runs.delete(path);
      throw refusal(404, 'NotFound', 'not found');
    };
    expect((await scene.push()).results['pipeline-run']).toBe('new');
  });

  it('continues when the run that is left ended before it could be cancelled', async () => {
    const scene = new Scene(aRun('left'));
    scene.onPatch = (path) => {
      scene.runs.set(path, aRun('left', ended));
      throw refusal(400, 'BadRequest', 'Once the PipelineRun is complete, no updates are allowed');
    };
    expect((await scene.push()).results['pipeline-run']).toBe('new');
  });

  it('ends when the cluster refuses to cancel a run that goes on', async () => {
    const scene = new Scene(aRun('left'));
    scene.onPatch = () => {
      throw refusal(403, 'Forbidden', 'no');
    };
    expect((await thrownBy(() => scene.push())).code).toBe('forbidden');
  });

  it('starts no run while the one that is left does not end', async () => {
    const scene = new Scene(aRun('left'));
    const error = await thrownBy(() => scene.push());
    expect([error.code, error.message]).toEqual(['timeout', 'cancelling PipelineRun builds/left: it does not end']);
    expect([...scene.runs.keys()]).toEqual([`${runs}/left`]);
  });

  it('starts and cancels no run when another push took over during the upload', async () => {
    const scene = new Scene(aRun('other'));
    scene.renewalFails = true;
    const patched: string[] = [];
    scene.onPatch = (path) => patched.push(path);
    const error = await thrownBy(() => scene.push());
    expect([error.code, error.message]).toEqual(['interrupted', 'pushing workspace/shop: another push took over']);
    expect([scene.runs.size, patched]).toEqual([1, []]);
  });
});
