import type { PlanGroup, Reason } from '../../reports/reasons.ts';

/**
 * Where an image comes from: of a cluster's registry one of the first four; `other-registry` for one that workloads pull
 * from a registry that the user named, `listed` for one that a source file names.
 */
export type ImageClass = 'openshift' | 'public' | 'built-in-cluster' | 'pushed' | 'other-registry' | 'listed';

/**
 * `plan.json`: what of a source registry must exist at the destination, and what was left out and why.
 * `schemaVersion` changes when a reader of the old form would do something wrong; new optional fields do not change it.
 * @example
 * {
 *   "schemaVersion": 1,
 *   "source": {
 *     "registry": "registry.apps.source.test",
 *     "internalRegistry": "image-registry.openshift-image-registry.svc:5000",
 *     "clusterUid": "0e2c…"
 *   },
 *   "destination": { "registry": "registry.apps.destination.test", "namespace": "shop-new" },
 *   "images": [
 *     {
 *       "source": "registry.apps.source.test/shop/web",
 *       "digest": "sha256:<64 hex>",
 *       "destination": "registry.apps.destination.test/shop-new/web",
 *       "tags": ["1.0", "latest"],
 *       "class": "pushed",
 *       "reason": "pushed",
 *       "usedBy": ["Deployment shop/web"]
 *     }
 *   ],
 *   "skipped": [
 *     {
 *       "image": "shop/python:3.11",
 *       "digest": "sha256:<64 hex>",
 *       "class": "openshift",
 *       "reason": "alias-to-openshift",
 *       "message": "comes with the cluster: openshift/python:3.11",
 *       "usedBy": []
 *     }
 *   ],
 *   "problems": [
 *     { "image": "shop/gone:1", "reason": "import-failed", "message": "…", "usedBy": [] }
 *   ]
 * }
 */
export interface SyncPlan {
  readonly schemaVersion: 1;
  readonly source: PlanSource;
  readonly destination: PlanDestination;
  /** Sorted by destination, then digest. */
  readonly images: readonly PlannedImage[];
  /** Tags whose digest nothing in the export tells; absent when there are none. They are pinned when they are copied. */
  readonly unpinned?: readonly UnpinnedImage[];
  readonly skipped: readonly SkippedImage[];
  readonly problems: readonly PlanProblem[];
}

export interface PlanSource {
  /** Host (and port) that is reachable from outside the cluster. Empty when no image comes from a cluster's registry. */
  readonly registry: string;
  /** Host by which pods of that cluster name the registry; empty when unknown. */
  readonly internalRegistry: string;
  /** UID of the namespace kube-system of the exported cluster, when the export tells it. */
  readonly clusterUid?: string;
}

export interface PlanDestination {
  /** Empty only in a plan without images. */
  readonly registry: string;
  readonly internalRegistry?: string;
  /** UID of the namespace kube-system of the cluster that the images are for, when it is known. */
  readonly clusterUid?: string;
  /** Namespace, or first parts of the repository, that images go to where nothing else is said; may then be empty. */
  readonly namespace: string;
}

/** One manifest or index to copy, with the tags it gets. No two entries share a destination and a tag. */
export interface PlannedImage {
  /** Repository to read, `host/namespace/name`, without tag. */
  readonly source: string;
  /** What the tag meant when the export was made; the copy must have the same digest. */
  readonly digest: string;
  /** Repository to write, `host/namespace/name`, without tag. */
  readonly destination: string;
  /**
   * Tags to set at the destination, sorted. An image that had none of its own gets a `digest-…` tag, since registries
   * drop untagged images, and OpenShift's moves the tag `latest` to an image pushed by digest alone.
   */
  readonly tags: readonly string[];
  readonly class: ImageClass;
  /** Why it has that class or must be copied. */
  readonly reason: Reason<'plan'>;
  /** `Kind namespace/name` of each workload that runs it, sorted. */
  readonly usedBy: readonly string[];
}

/** A tag to copy with whatever it means when it is copied. */
export interface UnpinnedImage extends Pick<PlannedImage, 'source' | 'destination' | 'class' | 'reason' | 'usedBy'> {
  readonly tag: string;
}

/** An image that is deliberately not copied. */
export interface SkippedImage {
  /** `namespace/name:tag` or `namespace/name@digest`. */
  readonly image: string;
  readonly digest?: string;
  /** Name by which the source imported it, `host/path@digest`; absent where nothing is imported again. */
  readonly reference?: string;
  readonly class: ImageClass;
  readonly reason: Reason<'plan'>;
  /** One sentence for a reader. */
  readonly message: string;
  readonly usedBy: readonly string[];
}

/** An image, stream or file for which no right plan could be made. */
export interface PlanProblem {
  readonly image: string;
  readonly reason: Reason<PlanGroup>;
  readonly message: string;
  readonly usedBy: readonly string[];
}

/** The text of a plan: two blanks of indentation, one trailing newline, identical for identical plans. */
export function formatSyncPlan(plan: SyncPlan): string {
  return JSON.stringify(plan, undefined, 2) + '\n';
}

/** The tag that an image without one gets at the destination. */
export function keepTag(digest: string): string {
  return `digest-${digest.slice(digest.indexOf(':') + 1).slice(0, 16)}`;
}
