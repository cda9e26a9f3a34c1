import { describe, expect, it } from 'vitest';

import type { ObjectRef } from '../../../../src/domain/kube/api-paths.ts';
import { namespaced } from '../../../../src/domain/kube/known-kinds.ts';
import { readinessOf } from '../../../../src/domain/kube/readiness.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import type { Log } from '../../../../src/domain/core/ports.ts';
import { checkReadiness } from '../../../../src/usecases/verify/check-readiness.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { aResource } from '../../../builders/transform.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const silent: Log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
const config = 'DeploymentConfig.apps.openshift.io';

function refOf({ apiVersion, kind, metadata }: Resource): ObjectRef {
  return { kind: namespaced(apiVersion, kind, 'any'), namespace: metadata.namespace ?? '', name: metadata.name };
}

interface Asked {
  /** What each read gives, in this order; the last one for good. */
  readonly reads?: readonly (Resource | undefined)[];
  readonly allowed?: readonly string[];
}

/** Checks one workload, with a minute for it, and tells how long that took. */
async function check(found: Resource, { reads = [found], allowed = [] }: Asked = {}) {
  let now = 0;
  let asked = 0;
  const cluster: Cluster = {
    ...{ redactor: new Redactor(), contextName: 'destination', server: 'https://destination.test' },
    request: () => {
      const answer = reads[Math.min(asked, reads.length - 1)];
      asked += 1;
      return answer === undefined ? Promise.reject(refusal(404, 'NotFound', 'gone')) : Promise.resolve(answer);
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const findings = await checkReadiness(
    [{ object: found, ref: refOf(found), readiness: readinessOf(found) ?? { kind: 'ready' } }],
    { timeoutSeconds: 60, allowed },
    {
      ...{ cluster, log: silent, now: () => now },
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
  );
  const { outcome, reason, message } = [...findings][0]?.item ?? {};
  return { verdict: [outcome, reason, message], seconds: now / 1000 };
}

function aConfig(replicas: number, status: object = {}): Resource {
  const type = 'apps.openshift.io/v1 DeploymentConfig';
  return aResource(type, 'admin', { metadata: { generation: 1 }, spec: { replicas }, status });
}

describe('the readiness of a workload', () => {
  const ready = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 1 };

  it('is waited for until it is there', async () => {
    const reads = [aConfig(1), aConfig(1, ready)];
    expect(await check(aConfig(1), { reads })).toEqual({ verdict: ['done', 'ready', undefined], seconds: 2 });
  });

  it('fails at the deadline when no controller ever looked at what asks for pods', async () => {
    const verdict = ['failed', 'not-ready', 'no controller has looked at it yet'];
    expect(await check(aConfig(1))).toEqual({ verdict, seconds: 60 });
  });

  it('is noted and not waited for where no controller reports and no pods are asked for', async () => {
    const verdict = ['skipped', 'unwatched', 'no controller has reported on it, and it asks for no pods'];
    expect(await check(aConfig(0))).toEqual({ verdict, seconds: 0 });
  });

  it.each([config, `${config}/admin`])('is not waited for when %s need not be', async (name) => {
    const verdict = ['skipped', 'not-ready-allowed', 'no controller has looked at it yet'];
    expect(await check(aConfig(1), { allowed: [name] })).toEqual({ verdict, seconds: 0 });
  });

  it('fails when the workload is deleted meanwhile', async () => {
    expect((await check(aConfig(1), { reads: [undefined] })).verdict).toEqual(['failed', 'not-ready', 'it is gone']);
  });
});
