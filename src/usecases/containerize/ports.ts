import type { FileReader } from '../../domain/containerize/file-entry.ts';
import type { LayerWriter } from '../../domain/containerize/layer-writer.ts';
import type { ImageSummary } from '../../domain/schemas/documents.ts';
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
  readonly files: FileReader;
  /** Sentences for people: what is lost because the container lacks programs. */
  readonly warnings: readonly string[];
  /**
   * What a command in the container prints, without blanks at its ends.
   * @returns undefined when it fails or is not there
   */
  readonly output: (command: readonly string[]) => Promise<string | undefined>;
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
  readonly openContainer: (place: {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
  }) => Promise<ContainerAccess>;
  /** Files of areas whose claims are mounted here; the others are those of the container. */
  readonly filesOf: (areas: readonly PlannedArea[], container: FileReader) => Promise<FileReader>;
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
  /** How often changed files are read again. */
  readonly retries: number;
  readonly dryRun: boolean;
}
