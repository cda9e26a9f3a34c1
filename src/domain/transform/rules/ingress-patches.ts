import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { stringAt } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

/**
 * Removes the deprecated annotation of an Ingress that has a class in its specification too. The API server takes both
 * only from objects that had them before: `can not be set when the class field is also set` (kubernetes/kubernetes
 * pkg/apis/networking/validation/validation.go ValidateIngressCreate).
 */
export function cleanIngress(ingress: Resource): readonly Operation[] {
  return classesOf(ingress) === undefined ? [] : [removeAt(['metadata', 'annotations', classAnnotation])];
}

/** Whether this annotation is removed because the specification of the Ingress has a class too. */
export function isDoubledClass(ingress: Resource, key: string): boolean {
  return key === classAnnotation && classesOf(ingress) !== undefined;
}

/** Reports the class that was dropped: the one in the specification decides. */
export function noteIngress(ingress: Resource): readonly string[] {
  const classes = classesOf(ingress);
  if (classes === undefined) return [];
  const { annotated, specified } = classes;
  return [
    `its annotation ${classAnnotation} (${annotated}) is removed: spec.ingressClassName (${specified}) decides, and an API server refuses both`,
  ];
}

/** Both classes of an Ingress that has two; undefined for others. */
function classesOf(ingress: Resource): { readonly annotated: string; readonly specified: string } | undefined {
  if (kindOf(ingress) !== 'Ingress.networking.k8s.io') return undefined;
  const annotated = stringAt(ingress.metadata, 'annotations', classAnnotation);
  const specified = stringAt(ingress, 'spec', 'ingressClassName');
  return annotated === undefined || specified === undefined ? undefined : { annotated, specified };
}
