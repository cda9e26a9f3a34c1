/**
 * What becomes of an object of the export: `made`: left out, and the object that owns it makes it again; `deleted`: left
 * out because the source was deleting it, with all that it controls.
 */
export type Fate = 'travels' | 'made' | 'left-out' | 'deleted' | 'absent';

/** An object, by the kind as `Deployment.apps`; the namespace of cluster-scoped ones is empty. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What the export shows besides the resource that is decided about. */
export interface Evidence {
  readonly hasNamespace: (namespace: string) => boolean;
  readonly hasClaim: (namespace: string, name: string) => boolean;
  /** What becomes of an object; `absent` when the export lacks it. */
  readonly fateOf: (object: ObjectName) => Fate;
  /** Whether the export shows that an object which makes a Secret makes it with the same content. */
  readonly makesSameSecret: (maker: ObjectName) => boolean;
  /** Whether an object is among the owners of its owner. */
  readonly isInCircle: (object: ObjectName) => boolean;
  /** Whether the export has a Service of this name, and Kubernetes writes its endpoints because it has a selector. */
  readonly hasSelector: (namespace: string, service: string) => boolean;
  /** The travelling Service that asks OpenShift's service CA for this Secret. */
  readonly servingServiceOf: (namespace: string, secret: string) => string | undefined;
  /** Whether the export has the Secret, and it is left out because the source generated it for an account. */
  readonly isSecretLeftOut: (namespace: string, name: string) => boolean;
}

/** For a resource that stands alone: nothing is proven. */
export const noEvidence: Evidence = {
  hasNamespace: () => false,
  hasClaim: () => false,
  fateOf: () => 'absent',
  makesSameSecret: () => false,
  isInCircle: () => false,
  hasSelector: () => false,
  servingServiceOf: () => undefined,
  isSecretLeftOut: () => false,
};
