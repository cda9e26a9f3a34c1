import type { NamespacePolicy, ServedNode } from '../schemas/documents.ts';
import { stringAt, valueAt } from '../core/json-object.ts';
import { textsOf } from './api-surface.ts';

/** A Node (v1). */
export function readNode(object: unknown): ServedNode {
  return { name: stringAt(object, 'metadata', 'name') ?? '', labels: textsOf(valueAt(object, 'metadata', 'labels')) };
}

/** What a Namespace (v1) says of its pods: Pod Security admission, and the annotations of OpenShift. */
export function readPolicy(object: unknown): NamespacePolicy {
  const annotation = (key: string): string => stringAt(object, 'metadata', 'annotations', key) ?? '';
  return {
    enforce: stringAt(object, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce') ?? '',
    uidRange: annotation('openshift.io/sa.scc.uid-range'),
    groupRange: annotation('openshift.io/sa.scc.supplemental-groups'),
  };
}
