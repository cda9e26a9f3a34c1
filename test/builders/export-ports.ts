import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { gunzipChart, readChartArchive, writeChartArchive } from '../../src/adapters/archives/chart-archive.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';
import { stageFiles } from '../../src/adapters/files/stage-files.ts';
import { helmYamlCodec } from '../../src/adapters/yaml/helm-yaml-codec.ts';
import type { ExportPorts, ImageToArchive } from '../../src/usecases/app/export-ports.ts';
import { memoryImage, memoryRegistry } from '../fakes/memory-registry.ts';
import { silentLog, type TestCluster } from './test-cluster.ts';

const image = memoryImage({ layer: 1 });
const images = { 'library/nginx:latest': image, 'shop/agent:1': image, 'shop/migrate:2': image };

/** Ports of an export with a real cluster and folder, a registry in memory, and a list in the place of an image archive. */
export function exportPorts(
  cluster: Pick<TestCluster, 'cluster' | 'scratch'>,
  folder: string,
  change: Partial<ExportPorts> = {},
): ExportPorts {
  const registry = memoryRegistry(images);
  return {
    cluster: cluster.cluster,
    log: silentLog,
    yaml: helmYamlCodec,
    gunzip: gunzipChart,
    sha1: (text) => hash('sha1', text),
    sha256: sha256Of,
    registry: () => registry,
    download: () => Promise.reject(new Error('no download expected')),
    login: undefined,
    readFile: (path) => readFile(join(cluster.scratch, path)),
    readArchive: readChartArchive,
    writeChart: writeChartArchive,
    writeImages,
    render: undefined,
    stage: (name) => stageFiles(folder, name),
    ...change,
  };
}

async function writeImages(wanted: readonly ImageToArchive[], file: string) {
  await writeFile(file, JSON.stringify(wanted));
  return {
    bytes: 1,
    images: wanted.map(({ source }) => ({
      names: wanted.length === 1 ? [] : [source.path],
      manifestDigest: source.digest,
      configDigest: source.digest,
    })),
  };
}
