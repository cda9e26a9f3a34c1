import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';
import {
  kubernetesWhiteout,
  whiteoutOfToken,
  openshiftWhiteout,
  whiteoutOfLogin,
  servingSecretOf,
  type Evidence,
} from './whiteouts.ts';
import type { TransformOptions } from '../transform-options.ts';

/** Collects evidence from resources. */
export interface EvidenceCollector extends Evidence {
  readonly add: (resource: Resource) => void;
}

/** The kinds that an `EvidenceCollector` looks at: only their files need a second reading. */
export const evidenceKinds: ReadonlySet<string> = new Set([
  'PersistentVolumeClaim',
  'Secret',
  'Service',
  'ServiceAccount',
]);

/** An empty collector; what is added twice counts once. */
export function collectEvidence(options: TransformOptions): EvidenceCollector {
  const namespaces = new Set<string>();
  const claims = new Set<string>();
  const servingServices = new Map<string, string>();
  const secretsLeftOut = new Set<string>();
  const isLeftOut = (service: Resource): boolean =>
    kubernetesWhiteout(service, options) !== undefined || openshiftWhiteout(service, options) !== undefined;
  const isGenerated = (secret: Resource): boolean =>
    whiteoutOfToken(secret, options) !== undefined || whiteoutOfLogin(secret, options) !== undefined;
  return {
    hasNamespace: (namespace) => namespaces.has(namespace),
    hasClaim: (namespace, name) => claims.has(`${namespace}/${name}`),
    servingServiceOf: (namespace, secret) => servingServices.get(`${namespace}/${secret}`),
    isSecretLeftOut: (namespace, name) => secretsLeftOut.has(`${namespace}/${name}`),
    add: (resource) => {
      const { namespace, name } = keyOf(resource);
      const place = `${namespace}/${name}`;
      if (namespace !== '') namespaces.add(namespace);
      switch (kindOf(resource)) {
        case 'PersistentVolumeClaim':
          claims.add(place);
          break;
        case 'Secret':
          if (isGenerated(resource)) secretsLeftOut.add(place);
          break;
        case 'Service': {
          const secret = servingSecretOf(resource);
          if (secret !== undefined && !isLeftOut(resource)) servingServices.set(`${namespace}/${secret}`, name);
          break;
        }
        default:
      }
    },
  };
}
