import { stringAt } from '../../../domain/core/json-object.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';

/** Name by which a cluster knows the login; empty before Kubernetes 1.28. */
export async function readUser(cluster: Cluster): Promise<string> {
  const request = {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  } as const;
  const answer = await cluster.request(request).catch(onRefusal([403, 404], {}));
  return stringAt(answer, 'status', 'userInfo', 'username') ?? '';
}
