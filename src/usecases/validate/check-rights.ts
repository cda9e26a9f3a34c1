import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { Checks, Judgement } from '../../domain/validate/api-surface.ts';
import { valueAt } from '../../domain/core/json-object.ts';
import { describeRight, type Right } from '../../domain/validate/rights.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const atOnce = 8;
const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Asks a cluster what the own account may do; one item for each kind. `side`: `source` or `destination`. */
export function checkRights(cluster: Cluster, rights: readonly Right[], side: string): Promise<Checks> {
  return mapConcurrently(rights, atOnce, async (right) => {
    const id = `rights at the ${side}: ${describeRight(right)}`;
    try {
      const answers = await Promise.all(
        right.verbs.map(async (verb) => ({ verb, isAllowed: await review(cluster, right, verb) })),
      );
      const missing = answers.filter(({ isAllowed }) => !isAllowed).map(({ verb }) => verb);
      return { id, ...judge(right, missing) };
    } catch (error) {
      if (!isRefusalOfRequest(error)) throw error;
      return { id, outcome: 'skipped', reason: 'unknown', message: error.message };
    }
  });
}

function judge(right: Right, missing: readonly string[]): Judgement {
  const evidence = { verbs: right.verbs.join(' ') };
  if (missing.length === 0) return { outcome: 'done', reason: 'allowed', evidence };
  const { group, resource, namespace } = right;
  const role = namespace === '' ? 'a ClusterRole' : `a Role in ${namespace}`;
  const rule = `apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${missing.join(', ')}]`;
  return {
    outcome: 'failed',
    reason: 'forbidden',
    message: `the account may not ${missing.join(', ')}: add ${rule} to ${role}`,
    evidence,
  };
}

async function review(cluster: Cluster, right: Right, verb: string): Promise<boolean> {
  const [resource, subresource] = right.resource.split('/');
  const { group, namespace } = right;
  const resourceAttributes = {
    group,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === '' ? {} : { namespace }),
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  return valueAt(await cluster.request({ method: 'POST', path, body }), 'status', 'allowed') === true;
}
