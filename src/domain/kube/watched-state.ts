import { stringAt } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

export interface ObjectChange {
  readonly type: 'added' | 'changed' | 'deleted';
  /** After the change; of a deleted object the last known state. */
  readonly object: Resource;
}

/** What a watch knows after some changes. */
export interface WatchedObjects {
  /** All objects by `namespace/name`; the same map, which the next changes alter. */
  readonly objects: ReadonlyMap<string, Resource>;
  readonly changes: readonly ObjectChange[];
}

/** Objects that are collected page by page, and become the state at the end. */
interface ListingOfState {
  add(objects: readonly Resource[]): void;
  clear(): void;
  /** @param version of the list */
  finish(version: string): readonly ObjectChange[];
}

/** The objects of a collection and the version up to which their changes are known. */
export class WatchedState {
  readonly #objects = new Map<string, Resource>();
  #version: string | undefined;

  get objects(): ReadonlyMap<string, Resource> {
    return this.#objects;
  }

  /** Undefined: the objects must be listed. */
  get version(): string | undefined {
    return this.#version;
  }

  /** The server does not have the version any longer. */
  expire(): void {
    this.#version = undefined;
  }

  /** No object changed up to this version. */
  reach(version: string): readonly ObjectChange[] {
    if (version !== '') this.#version = version;
    return [];
  }

  put(object: Resource): readonly ObjectChange[] {
    this.reach(versionOf(object));
    return this.#replace(object);
  }

  remove(object: Resource): readonly ObjectChange[] {
    this.reach(versionOf(object));
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (known === undefined || uidOf(known) !== uidOf(object)) return [];
    this.#objects.delete(key);
    return [{ type: 'deleted', object }];
  }

  listing(): ListingOfState {
    const found = new Map<string, Resource>();
    return {
      add: (objects) => {
        for (const object of objects) found.set(keyOf(object), object);
      },
      clear: () => found.clear(),
      finish: (version) => {
        const gone = [...this.#objects].filter(([key]) => !found.has(key));
        for (const [key] of gone) this.#objects.delete(key);
        const changes = [...found.values()].flatMap((object) => this.#replace(object));
        this.#version = version;
        return [...gone.map(([, object]) => ({ type: 'deleted', object }) as const), ...changes];
      },
    };
  }

  /** An object with the name of another one takes its place: that one was deleted in between. */
  #replace(object: Resource): readonly ObjectChange[] {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    const isSame = known !== undefined && uidOf(known) === uidOf(object);
    // After a list in pages of different moments, the watch repeats changes that a page has already.
    if (isSame && !isNewer(versionOf(object), versionOf(known))) return [];
    this.#objects.set(key, object);
    if (isSame) return [{ type: 'changed', object }];
    const deleted = known === undefined ? [] : [{ type: 'deleted', object: known } as const];
    return [...deleted, { type: 'added', object }];
  }
}

function keyOf({ metadata: { namespace, name } }: Resource): string {
  return `${namespace ?? ''}/${name}`;
}

function uidOf(object: Resource): string {
  return stringAt(object, 'metadata', 'uid') ?? '';
}

function versionOf(object: Resource): string {
  return stringAt(object, 'metadata', 'resourceVersion') ?? '';
}

/** Versions of one kind are decimal numbers that grow (KEP-5504); any other text only differs. */
function isNewer(version: string, known: string): boolean {
  const areNumbers = [version, known].every((each) => /^\d{1,39}$/.test(each));
  return areNumbers ? BigInt(version) > BigInt(known) : version !== known;
}
