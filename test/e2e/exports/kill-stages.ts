import { faults, isRecorded, writesLayers } from './faults-scene.ts';

type Reach = (name: string, run: { readonly pid?: number | undefined }) => Promise<unknown>;

/** Stages of a run, and how the tests know that it is there. */
export const stages = {
  listing: (name) => isRecorded(name),
  layers: (name, run) => writesLayers(run, name),
  blobs: (name) => stalled(name, (method) => method === 'PATCH' || method === 'PUT'),
  manifest: (name) => stalled(name, (method, path) => method === 'PUT' && path.includes('/manifests/')),
  // The image has its tag then, and the record does not know it.
  documents: (name) =>
    stalled(name, (method, path) => method === 'PUT' && path.includes('/manifests/') && !path.endsWith(`_${name}`)),
} as const satisfies Readonly<Record<string, Reach>>;

/** Lets requests of a repository get no answer, and waits for the first of them. */
function stalled(name: string, isMeant: (method: string, path: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    faults.set(name, (method, path) => {
      if (!isMeant(method, path)) return undefined;
      resolve();
      return { kind: 'stall' };
    });
  });
}
