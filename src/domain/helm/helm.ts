import type { JsonObject } from '../core/json-object.ts';
import type { Capabilities } from './capabilities.ts';

/** A release: its name is unique within its namespace. */
export interface ReleaseId {
  readonly namespace: string;
  readonly name: string;
}

/** https://helm.sh/docs/helm/helm_status/ */
export const releaseStatuses = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
] as const;
export type ReleaseStatus = (typeof releaseStatuses)[number];

/** An entry of the history of a release. */
export interface Revision {
  readonly revision: number;
  /** RFC 3339. */
  readonly updated: string;
  readonly status: ReleaseStatus;
  /** `<name>-<version>`, as helm prints it. */
  readonly chart: string;
  readonly appVersion: string;
  readonly description: string;
}

/** A release in a list: its last revision. */
export interface ListedRelease extends ReleaseId {
  readonly revision: number;
  /** As helm prints it: a Go time. */
  readonly updated: string;
  readonly status: ReleaseStatus;
  readonly chart: string;
  readonly appVersion: string;
}

/** A chart and the values to render it with. */
export interface ChartInput {
  /** Absolute path of a folder or archive, or `oci://<registry>/<repository>`. */
  readonly chart: string;
  /** Version in the registry; undefined for a folder or archive. */
  readonly version?: string | undefined;
  /** YAML texts. Later ones have priority. They reach helm as files that only this user can read. */
  readonly values: readonly string[];
}

export interface TemplateRequest extends ChartInput, ReleaseId {
  /** Undefined: those that helm knows without a cluster. */
  readonly capabilities?: Capabilities | undefined;
}

export interface UpgradeRequest extends ChartInput, ReleaseId {
  /** Most revisions that are kept. */
  readonly historyLimit: number;
  /** Whether helm waits until the objects are ready, and marks the release as failed if they do not become so. */
  readonly wait: boolean;
  /** Seconds for the whole command. The caller ends it earlier when nothing changes any more. */
  readonly timeoutSeconds: number;
}

export interface ReleaseCommand extends ReleaseId {
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

export interface RollbackRequest extends ReleaseCommand {
  readonly revision: number;
  readonly historyLimit: number;
}

/** The programs' view of helm. All methods throw HelmError when helm refuses, TaskError when helm does not run. */
export interface Helm {
  /**
   * Installs a release or upgrades it.
   * @param signal ends helm, which then marks the release as failed
   * @returns the revision that helm made
   */
  upgrade(request: UpgradeRequest, signal?: AbortSignal): Promise<number>;
  /**
   * The release as helm would store it, rendered with the cluster and without any change.
   * @param as `install` renders a first installation, whatever revisions there are
   */
  dryRun(request: UpgradeRequest, as: 'install' | 'upgrade'): Promise<JsonObject>;
  rollback(request: RollbackRequest, signal?: AbortSignal): Promise<void>;
  /** Oldest first; empty when there is no such release. */
  history(release: ReleaseId): Promise<readonly Revision[]>;
  /** Releases in all states; of all namespaces when the namespace is empty. */
  list(namespace: string): Promise<readonly ListedRelease[]>;
  /** The YAML of all objects of a revision, without hooks. Undefined: the last revision. */
  manifest(release: ReleaseId, revision?: number): Promise<string>;
  /** The YAML of all hooks of the last revision. */
  hooks(release: ReleaseId): Promise<string>;
  /** The values that the user gave, or with `all` those of the chart too. */
  values(release: ReleaseId, options?: { readonly revision?: number; readonly all?: boolean }): Promise<JsonObject>;
  /** Deletes the objects of a release and its history. Does nothing when there is no such release. */
  uninstall(request: ReleaseCommand): Promise<void>;
  /** Renders a chart without a cluster. */
  template(input: TemplateRequest): Promise<string>;
  /** The messages of `helm lint --strict`; empty when the chart has no fault. */
  lint(input: ChartInput): Promise<readonly string[]>;
}
