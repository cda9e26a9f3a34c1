import type { Resource } from './resource.ts';

/** A Kubernetes object together with the file it came from, relative to its folder. */
export interface ResourceFile {
  readonly path: string;
  readonly resource: Resource;
}
