import type { ClusterParts } from './control-plane-processes.ts';
import { readCondition, readField, readText } from './json.ts';
import { askUrl } from './loopback.ts';
import { apiServerUrl } from './sites.ts';
import { waitFor } from './wait.ts';

/** Waits until Deployments, given as `namespace/name`, are available. */
export async function waitForDeployments(parts: ClusterParts, names: readonly string[]): Promise<void> {
  await waitFor({
    what: `${String(names.length)} deployments of ${parts.cluster.name}`,
    seconds: 180,
    check: async () => {
      const states = await Promise.all(names.map((name) => unavailability(parts, name)));
      const missing = states.filter((state) => state !== undefined);
      return missing.length === 0 ? undefined : missing.join('; ');
    },
  });
}

async function unavailability(parts: ClusterParts, fullName: string): Promise<string | undefined> {
  const [namespace = '', name = ''] = fullName.split('/');
  const url = `${apiServerUrl(parts.cluster)}/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const answer = await askUrl(url, { caFile: parts.certificates.ca.certFile, client: parts.certificates.admin });
  if (typeof answer === 'string') return `${name}: ${answer}`;
  if (answer.status !== 200) return `${name}: status ${String(answer.status)}`;
  return unavailabilityOf(name, JSON.parse(answer.body));
}

/** A Deployment whose latest change was not yet seen by its controller counts as unavailable. */
function unavailabilityOf(name: string, deployment: unknown): string | undefined {
  if (readField(deployment, 'metadata', 'generation') !== readField(deployment, 'status', 'observedGeneration'))
    return `${name}: not seen yet`;
  const isAvailable = readText(readCondition(deployment, 'Available'), 'status') === 'True';
  const updated = readField(deployment, 'status', 'updatedReplicas') === readField(deployment, 'spec', 'replicas');
  return isAvailable && updated ? undefined : `${name}: not available`;
}
