import type { AllowedGaps } from '../../domain/export/exportable-kinds.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { KnownImages } from './complete-tags.ts';
import type { SecretKeeping } from '../seal/keep-secrets.ts';
import type { MakeList, Staging, YamlCodec, Sha256 } from '../../domain/core/ports.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { RelatedObject } from '../../domain/export/related-objects.ts';
import type { WrittenFiles } from './written-files.ts';
import type { Resource } from '../../domain/kube/resource.ts';

export interface KindExport {
  readonly namespace: string;
  /** Selects objects in each list; empty: all. */
  readonly labelSelector: string | undefined;
  readonly gaps: AllowedGaps;
  readonly cluster: Cluster;
  readonly staging: Staging;
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  /** For what is kept of each object. */
  readonly makeList: MakeList;
  readonly secrets: SecretKeeping;
  readonly images: KnownImages;
  /** Undefined when no cluster-scoped objects are asked for. */
  readonly related: RelatedNotes | undefined;
}

export interface ExportedKind {
  /** One for the kind, and one for each object that could not be read. */
  readonly items: readonly Item<'export'>[];
  /** What it has written. */
  readonly files: WrittenFiles;
  /** Whether these are cluster-scoped objects that those of the namespace need. */
  readonly isRelated?: boolean;
}

/** What the objects of an export need of their cluster, gathered while they are written. */
export interface RelatedNotes {
  add(object: RelatedObject): void;
  note(resource: Resource): void;
  noteKind(kind: ApiKind): void;
  readonly objects: Iterable<RelatedObject>;
}
