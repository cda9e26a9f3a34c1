import { stringAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/**
 * What the export shows besides the resource that is decided about: a rule that leaves something out, or removes a name,
 * asks it for the proof.
 */
export interface Evidence {
  readonly hasNamespace: (namespace: string) => boolean;
  readonly hasClaim: (namespace: string, name: string) => boolean;
  /** The travelling Service that asks OpenShift's service CA for this Secret. */
  readonly servingServiceOf: (namespace: string, secret: string) => string | undefined;
  /** Whether the export has the Secret, and it is left out because the source generated it for an account. */
  readonly isSecretLeftOut: (namespace: string, name: string) => boolean;
}

/** For a resource that stands alone: nothing is proven. */
export const noEvidence: Evidence = {
  hasNamespace: () => false,
  hasClaim: () => false,
  servingServiceOf: () => undefined,
  isSecretLeftOut: () => false,
};

const servingSecretNames = [
  'service.beta.openshift.io/serving-cert-secret-name',
  'service.alpha.openshift.io/serving-cert-secret-name',
];
const originNames = [
  'service.beta.openshift.io/originating-service-name',
  'service.alpha.openshift.io/originating-service-name',
];

/** The name of the Secret that a Service asks OpenShift's service CA for. */
export function servingSecretOf(service: Resource): string | undefined {
  return firstAnnotation(service, servingSecretNames);
}

/** The name of the Service for which OpenShift's service CA filled a Secret. */
export function originOf(secret: Resource): string | undefined {
  return firstAnnotation(secret, originNames);
}

function firstAnnotation({ metadata }: Resource, keys: readonly string[]): string | undefined {
  return keys.map((key) => stringAt(metadata, 'annotations', key)).find((value) => value !== undefined);
}
