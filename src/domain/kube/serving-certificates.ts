import { stringAt } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

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
