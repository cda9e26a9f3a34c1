import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import type { AreaSource } from './plan.ts';
import { normalizePath } from './paths.ts';

/** A volume in a container. */
export interface ContainerMount {
  readonly path: string;
  /**
   * `claim`: files that outlive the pod. `never`: content that must not be in an image. `other`: in the image only if the
   * path is declared.
   */
  readonly content: 'claim' | 'never' | 'other';
  /** Where the files are read from. */
  readonly source: AreaSource;
  /** For people, such as `Secret db` and `claim work`. */
  readonly volume: string;
}

interface VolumeKind {
  readonly content: ContainerMount['content'];
  readonly describe: (volume: unknown) => string;
}

const secretsStore = 'secrets-store.csi.k8s.io';

const never = (describe: (volume: unknown) => string): VolumeKind => ({ content: 'never', describe });
const other = (describe: (volume: unknown) => string): VolumeKind => ({ content: 'other', describe });

/** The kinds of volumes by their field in a pod; each other kind is storage that the pod names itself. */
const volumeKinds: Readonly<Record<string, VolumeKind>> = {
  persistentVolumeClaim: {
    content: 'claim',
    describe: (volume) => `claim ${stringAt(volume, 'persistentVolumeClaim', 'claimName') ?? ''}`,
  },
  secret: never((volume) => `Secret ${stringAt(volume, 'secret', 'secretName') ?? ''}`),
  configMap: never((volume) => `ConfigMap ${stringAt(volume, 'configMap', 'name') ?? ''}`),
  projected: never(() => 'projected volume, such as the token of the service account'),
  downwardAPI: never(() => 'downward API volume'),
  hostPath: never(() => 'hostPath volume with files of the node'),
  emptyDir: other(() => 'emptyDir volume, which is empty when a pod starts'),
  ephemeral: other(() => 'ephemeral volume, which is deleted with the pod'),
};

/** The volumes of a container by their paths. Source: https://kubernetes.io/docs/concepts/storage/volumes/ */
export function mountsOf(podSpec: unknown, container: unknown): readonly ContainerMount[] {
  const volumes = new Map(arrayAt(podSpec, 'volumes').map((volume) => [String(stringAt(volume, 'name')), volume]));
  const mounts = arrayAt(container, 'volumeMounts').map((mount): ContainerMount => {
    const volume = volumes.get(stringAt(mount, 'name') ?? '');
    const { content, describe } = kindOfVolume(volume);
    const path = normalizePath(stringAt(mount, 'mountPath') ?? '/');
    return { path, content, source: sourceOf(volume, mount), volume: describe(volume) };
  });
  const devices = arrayAt(container, 'volumeDevices').map((device): ContainerMount => {
    const path = normalizePath(stringAt(device, 'devicePath') ?? '/');
    return { path, content: 'never', source: { from: 'container' }, volume: 'block device' };
  });
  return [...mounts, ...devices];
}

function kindOfVolume(volume: unknown): VolumeKind {
  const field = isObject(volume) ? Object.keys(volume).find((key) => key !== 'name') : undefined;
  const driver = stringAt(volume, 'csi', 'driver');
  if (driver === secretsStore) return never(() => 'secrets of the Secrets Store CSI driver');
  if (driver !== undefined) return other(() => `volume of the CSI driver ${driver}`);
  const known = Object.entries(volumeKinds).find(([key]) => key === field);
  return known?.[1] ?? other(() => `volume of kind ${field ?? 'unknown'}`);
}

/** An expression in the path of a mount depends on the pod, so those files are read through the container. */
function sourceOf(volume: unknown, mount: unknown): AreaSource {
  const claim = stringAt(volume, 'persistentVolumeClaim', 'claimName');
  const hasExpression = (stringAt(mount, 'subPathExpr') ?? '') !== '';
  if (claim === undefined || hasExpression || valueAt(volume, 'persistentVolumeClaim') === undefined)
    return { from: 'container' };
  return { from: 'claim', claim, subPath: normalizePath(stringAt(mount, 'subPath') ?? '').slice(1) };
}
