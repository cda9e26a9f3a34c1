import { describe, expect, it } from 'vitest';
import { readField, readText } from '../../../../../testbed/clusters/json.ts';
import { volumeObjects } from '../../../../../testbed/clusters/objects/volumes.ts';

const objects = volumeObjects({ image: 'provisioner', helperImage: 'base', folder: '/volumes' });

function ofKind(kind: string): object | undefined {
  return objects.find((object) => readText(object, 'kind') === kind);
}

describe('volumeObjects', () => {
  it('make a default class of local volumes, the only ones that fsGroup is applied to', () => {
    const annotations = readField(ofKind('StorageClass'), 'metadata', 'annotations');
    expect(annotations).toEqual({ 'storageclass.kubernetes.io/is-default-class': 'true', defaultVolumeType: 'local' });
  });

  it('make folders that are not writable without the group', () => {
    expect(readText(ofKind('ConfigMap'), 'data', 'setup')).toContain('mkdir -m 0770 -p "$VOL_DIR"');
  });

  it('keep all volumes below the given folder', () => {
    const config: unknown = JSON.parse(readText(ofKind('ConfigMap'), 'data', 'config.json') ?? '');
    expect(config).toEqual({ nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/volumes'] }] });
  });
});
