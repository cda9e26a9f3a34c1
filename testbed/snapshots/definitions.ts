import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { load } from 'js-yaml';

import { isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';

const version = 'v8.7.0';
const sum = 'h1:HVaSUeRRHPu49aSiL8eXOjS9Re9G6pM0NzdTGI7mM14=';
const kinds = ['volumesnapshotclasses', 'volumesnapshotcontents', 'volumesnapshots'];

/** The CustomResourceDefinitions of snapshots as external-snapshotter ships them. */
export async function snapshotDefinitions(): Promise<readonly JsonObject[]> {
  const module = `github.com/kubernetes-csi/external-snapshotter/client/v8@${version}`;
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], { cwd: '/' });
  const found: unknown = JSON.parse(stdout);
  if (stringAt(found, 'Sum') !== sum) throw new Error(`external-snapshotter ${version} is another one than it was`);
  const folder = join(stringAt(found, 'Dir') ?? '', 'config/crd');
  return Promise.all(
    kinds.map(async (kind) => {
      const text = await readFile(join(folder, `snapshot.storage.k8s.io_${kind}.yaml`), 'utf8');
      const definition = load(text);
      if (!isObject(definition)) throw new Error(`the definition of ${kind} is no object`);
      return definition;
    }),
  );
}
