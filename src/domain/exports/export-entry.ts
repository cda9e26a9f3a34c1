/** What an export is now. `interrupted`: it is in progress, but its run gave no sign of life for a while. */
export type ExportState = 'in-progress' | 'interrupted' | 'ready' | 'failed' | 'deleted' | 'delete-failed';

/** One export of an application, as everybody with access to the namespace sees it. */
export interface ExportEntry {
  /** Of the entry: the generated part of the tag. */
  readonly id: string;
  /** The part of the name that the user chose. */
  readonly name: string;
  readonly namespace: string;
  readonly workload: { readonly kind: string; readonly name: string };
  readonly state: Exclude<ExportState, 'interrupted'>;
  /** Why it failed, or could not be deleted. */
  readonly message: string;
  /** With tag: `registry/repository:<id>_<name>`. */
  readonly image: string;
  /** Empty until it is pushed. */
  readonly digest: string;
  /** Compressed bytes of all layers, those of the base image too; 0 until it is pushed. */
  readonly size: number;
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339, of the last change or sign of life. */
  readonly updated: string;
  readonly workspaceIncluded: boolean;
  /** Whether the image can be pulled without a login, as a request without one showed. */
  readonly isPublic: boolean | undefined;
  readonly run: RunDescription;
}

/** What a command line that starts the image needs. */
export interface RunDescription {
  /** `8888/tcp`. */
  readonly ports: readonly string[];
  readonly supply: readonly { readonly name: string; readonly source: string }[];
  /** Paths that were volumes and are not in the image. */
  readonly volumes: readonly { readonly path: string; readonly reason: string }[];
  /** How to log in, and other notes of the profile. */
  readonly notes: readonly string[];
  /** `uid[:gid]` or a name, and the working folder of the image. */
  readonly user: string;
  readonly workingFolder: string;
}
