import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { RelatedObject } from '../../domain/export/related-objects.ts';
import type { Resource } from '../../domain/kube/resource.ts';

/** What the objects of an export need of their cluster, gathered while they are written. */
export interface RelatedNotes {
  note(resource: Resource): void;
  noteKind(kind: ApiKind): void;
  readonly objects: Iterable<RelatedObject>;
}
