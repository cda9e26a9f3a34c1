import type { Path } from '../../core/json-object.ts';

/** A field that a controller writes while a member of the object asks for it. */
export interface InjectedField {
  /** `ConfigMap`, `APIService.apiregistration.k8s.io`. */
  readonly kinds: readonly string[];
  /** The members that ask for it; one that is there is enough. */
  readonly marks: readonly Path[];
  /** The value that a mark must have; undefined: any. */
  readonly value?: string;
  /** The field; `*` stands for each item of a list. */
  readonly path: Path;
}

/**
 * What one controller writes into objects of others: crane-transform removes it, crane-verify does not compare it.
 * Keys are whole (`openshift.io/scc`), or a domain with its slash (`pv.kubernetes.io/`) for each key of that domain.
 */
export interface ControllerTrace {
  readonly controller: string;
  /** The document or source file that says so. */
  readonly source: string;
  /** The plugin that removes it. Default: KubernetesPlugin. */
  readonly plugin?: 'OpenShiftPlugin';
  /** The only kinds on which the keys mean this. Default: all. */
  readonly kinds?: readonly string[];
  readonly annotations?: readonly string[];
  readonly labels?: readonly string[];
  readonly finalizers?: readonly string[];
  /** Whether other rules decide about the keys: then they are only not compared. */
  readonly keeps?: true;
  readonly fields?: readonly InjectedField[];
  /** Kinds whose objects are records of this controller, with the reason for which they are left out. */
  readonly leavesOut?: Readonly<Record<string, string>>;
}

export const annotation = (key: string): Path => ['metadata', 'annotations', key];

/** The CA bundles by which API servers call webhooks and other API servers. */
export const caBundles: readonly { readonly kinds: readonly string[]; readonly path: Path }[] = [
  { kinds: ['APIService.apiregistration.k8s.io'], path: ['spec', 'caBundle'] },
  {
    kinds: ['CustomResourceDefinition.apiextensions.k8s.io'],
    path: ['spec', 'conversion', 'webhook', 'clientConfig', 'caBundle'],
  },
  {
    kinds: [
      'MutatingWebhookConfiguration.admissionregistration.k8s.io',
      'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
    ],
    path: ['webhooks', '*', 'clientConfig', 'caBundle'],
  },
];
