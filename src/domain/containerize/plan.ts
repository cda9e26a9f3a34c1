import type { ImageLocation } from '../oci/image-location.ts';
import type { FileArea } from '../scan/scanner.ts';

/** Where files of an area come from. */
export type AreaSource =
  | { readonly from: 'container' }
  | { readonly from: 'claim'; readonly claim: string; readonly subPath: string };

/** Files that become part of the image, or that do not. */
export interface PlannedArea {
  readonly name: string;
  readonly kind: FileArea;
  /** Absolute in the container. */
  readonly path: string;
  /** Absolute paths below that other areas decide about, or that are never included. */
  readonly without: readonly string[];
  readonly source: AreaSource;
  readonly included: boolean;
  /** A sentence for people: why it is included or not. */
  readonly reason: string;
}

/** By which programs files are read. */
export interface Reading {
  /**
   * Of claims that are not mounted where this program runs. `pod`: a pod of the run mounts them, `snapshot`: it mounts
   * what snapshots of them have.
   */
  readonly claims: 'container' | 'pod' | 'snapshot';
  /** Of all other files. `none`: they cannot be read. */
  readonly own: 'exec' | 'debug-container' | 'none';
}

/** A variable that the image does not get. */
export interface DroppedVariable {
  /** `PREFIX*` for all keys of a Secret that are not known. */
  readonly name: string;
  /** `unknown-value`: the ConfigMap that it comes from cannot be read. */
  readonly reason:
    | 'secret-source'
    | 'secret-name'
    | 'secret-value'
    | 'bound-to-place'
    | 'runtime-field'
    | 'own-rule'
    | 'unknown-value';
  /** Where its value comes from, such as `Secret db, key password`. Never the value. */
  readonly source: string;
  /** Whether who runs the image has to give it. */
  readonly supply: boolean;
}

/** A folder that a program of the container loads packages from, and that is not in the image. */
export interface OutsidePackages {
  readonly path: string;
  /** The program that said so, for people. */
  readonly loader: string;
  /** On disk; undefined: not known. */
  readonly bytes: number | undefined;
  readonly reason: string;
}

/** How a container of the image starts. */
export interface StartPlan {
  /** Undefined: that of the base image. */
  readonly entrypoint: readonly string[] | undefined;
  readonly arguments: readonly string[] | undefined;
  readonly workingFolder: string | undefined;
  /** `uid[:gid]` or a name; undefined: that of the base image. */
  readonly user: string | undefined;
  readonly ports: readonly string[];
}

/** What a container becomes, decided before anything is read. */
export interface ContainerizePlan {
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly pod: string;
  readonly container: string;
  /** When the container started, in seconds since 1970: files that changed later are not from its image. */
  readonly startedAt: number;
  /** By digest. */
  readonly base: ImageLocation;
  readonly areas: readonly PlannedArea[];
  readonly reading: Reading;
  /** Packages that the image does not have. */
  readonly outside: readonly OutsidePackages[];
  /** Paths that are never in the image: HOME, mounts of Secrets, projected and host volumes. */
  readonly never: readonly { readonly path: string; readonly reason: string }[];
  /** Home folders below `/`. The image has them without content. */
  readonly homes: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly dropped: readonly DroppedVariable[];
  readonly start: StartPlan;
  /** Owner in the container, and its owner in the image. */
  readonly owner: {
    readonly runningUid: number | undefined;
    /** `fsGroup` of the pod. */
    readonly volumeGid?: number | undefined;
    readonly groupRights: boolean;
  };
  /** Sentences for people, shown before anything is done. */
  readonly warnings: readonly string[];
}
