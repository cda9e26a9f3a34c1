import type { FileReader } from '../../domain/containerize/file-entry.ts';
import type { LayerWriter } from '../../domain/containerize/layer-writer.ts';
import type { ImageSummary, ProfileHook } from '../../domain/schemas/documents.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Sha256, YamlCodec } from '../../domain/core/ports.ts';
import type { Scanner } from '../../domain/scan/scanner.ts';
import type { NamespaceSecret } from '../../domain/scan/secret-values.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import type { ExportKeeperPorts } from '../exports/keep-export-alive.ts';
import type { ExportStore } from '../exports/export-store.ts';
import type { UnpackLayer } from './read-base-listing.ts';
import type { AttachPorts } from './attach-referrers.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';

export type ContainerizeOutcome = Outcome<'image' | 'digest' | 'export' | 'IMAGES', 'containerize'>;

/** Programs and files of a running container. */
export interface ContainerAccess {
  /** Undefined when the container lacks the programs for it. */
  readonly files: FileReader | undefined;
  /** Which programs it lacks, for people; empty: none. */
  readonly missing: string;
  /** Sentences for people: what is lost because the container lacks programs. */
  readonly warnings: readonly string[];
  /**
   * What a command in the container prints, without blanks at its ends.
   * @returns undefined when it fails or is not there
   */
  readonly output: (command: readonly string[]) => Promise<string | undefined>;
}

/** A container of a pod. */
export interface PodPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Files that a pod or debug container of the run reads. */
export interface HelperFiles {
  readonly files: FileReader;
  /** Paths in the application that it has. */
  readonly paths: ReadonlySet<string>;
}

export interface ContainerizePorts extends ExportKeeperPorts {
  readonly signal: AbortSignal;
  readonly exports: Omit<ExportStore, 'namespace'>;
  readonly yaml: YamlCodec;
  /** Shows lines to people. */
  readonly print: (text: string) => void;
  readonly random: (count: number) => Uint8Array;
  readonly sha256: Sha256;
  readonly version: string;
  /** Opens the container by exec. Nothing is asked before its files are. */
  readonly openContainer: (place: PodPlace) => Promise<ContainerAccess>;
  /** The same cluster, not ended by the signal: for what must be undone at the end. */
  readonly cleanUp: Cluster;
  /** How long the run may take to stop after a signal, in milliseconds; 0: as usual. */
  readonly allowTimeToStop: (milliseconds: number) => void;
  /** Runs a command of a profile. `isLast`: also after the signal. */
  readonly runHook: (
    place: PodPlace,
    hook: ProfileHook,
    isLast: boolean,
  ) => Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Whether the claim of an area is mounted where this program runs. */
  readonly isMountedHere: (area: PlannedArea) => boolean;
  /** Files by the programs of a pod or debug container of the run. @param folders its folders by the path in the application */
  readonly openHelper: (place: PodPlace, folders: ReadonlyMap<string, string>) => Promise<FileReader>;
  /** Ends a debug container, which the cluster does not remove. */
  readonly endHelper: (place: PodPlace) => Promise<void>;
  /** Files of areas whose claims are mounted here or in a helper; the others are those of the container. */
  readonly filesOf: (
    areas: readonly PlannedArea[],
    container: FileReader | undefined,
    helper?: HelperFiles,
  ) => Promise<FileReader>;
  readonly openScanner: (secrets: readonly NamespaceSecret[]) => Promise<Scanner>;
  readonly layers: LayerWriter;
  readonly unpackLayer: UnpackLayer;
  readonly source: (host: string) => Registry;
  /** Address that images of a host are read from. */
  readonly addressOf: (host: string) => string;
  /** The destination without a login. */
  readonly anonymous: Registry;
  readonly push: AttachPorts;
  readonly writeSummary: (summary: ImageSummary) => Promise<void>;
}

export interface ContainerizeRequest {
  readonly namespace: string;
  readonly workload: string;
  readonly container: string | undefined;
  readonly profile: string | undefined;
  readonly destination: { readonly host: string; readonly path: string };
  readonly exportName: string | undefined;
  readonly includeWorkspace: boolean;
  /** Absolute, below HOME. */
  readonly includePaths: readonly string[];
  readonly excludePaths: readonly string[];
  readonly denyVariables: readonly string[];
  readonly allowVariables: readonly string[];
  readonly confirmPublic: boolean;
  readonly allowIncomplete: boolean;
  readonly groupRights: boolean;
  readonly fileTimes: 'fixed' | 'kept';
  /** How claims are read that are not mounted where the program runs. */
  readonly readClaims: 'auto' | 'container' | 'pod';
  readonly snapshots: 'none' | 'if-possible' | 'required';
  /** Empty: the default class of the driver. */
  readonly snapshotClass: string;
  /** Whether a debug container may be added to the pod. */
  readonly debugContainer: boolean;
  /** Image of the pod and of the container that read files. */
  readonly readerImage: string;
  readonly pullSecrets: readonly string[];
  /** Seconds that such a pod, and a snapshot, may take to be ready. */
  readonly startSeconds: number;
  /** Whether all users may read files of libraries and of the start command. */
  readonly othersRights: boolean;
  /** How often changed files are read again. */
  readonly retries: number;
  readonly dryRun: boolean;
}
