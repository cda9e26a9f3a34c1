import { writeFile } from 'node:fs/promises';

import { createLayerWriter } from '../src/adapters/archives/write-layer.ts';
import { openMountedFiles } from '../src/adapters/container-files/open-files.ts';
import { sha256Of } from '../src/adapters/files/digest.ts';
import { createRunCommand } from '../src/adapters/processes/run-command.ts';
import { connectRegistry } from '../src/adapters/registry/connect-registry.ts';
import { joinLogins } from '../src/adapters/registry/logins.ts';
import { createRegistry } from '../src/adapters/registry/registry.ts';
import { openScanner } from '../src/adapters/scan/open-scanner.ts';
import { buildImage } from '../src/domain/containerize/image-config.ts';
import type { Registry } from '../src/domain/oci/registry.ts';
import { keepHeapSmall } from '../src/runtime/keep-heap-small.ts';
import { buildLayers } from '../src/usecases/containerize/build-layers.ts';
import { createScanTap } from '../src/usecases/containerize/scan-tap.ts';
import { pushContent } from '../src/usecases/images/archive/push-content.ts';
import { readSourceImage } from '../src/usecases/images/archive/read-source-image.ts';
import { containerizePlan } from '../test/builders/containerize-plan.ts';
import { layerOptions, quietLog } from '../test/builders/layers.ts';

const usage = `node bench/containerize-run.ts MODE ROOT FOLDER HOST BASE DIGEST PATH TAG SCRATCH LAYERS

Builds an image of a folder below a root on top of an image of the same registry, pushes it, and writes the digests and
sizes of its own layers to the file LAYERS. With the MODE scan its files are scanned for secrets; with
plain they are not. A program of its own whose time and memory can be measured.`;

/** As those of the namespace of a notebook. */
const secrets = ['database', 'storage', 'broker', 'mail', 'session'].map((name) => ({
  name,
  type: 'Opaque',
  data: new Map(['username', 'password', 'url'].map((key) => [key, Buffer.from(`${key}-of-${name}-0123456789`)])),
}));

const { signal } = new AbortController();
const environment = { PATH: process.env['PATH'] };
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function open(host: string): Registry {
  const logins = joinLogins(new Map(), undefined);
  const options = { host, verifyTls: false, caBundle: '', logins, environment: {}, log: quietLog, signal, pause };
  return createRegistry({ host, access: 'pull,push', connect: () => connectRegistry(options) });
}

const [
  mode = '',
  root = '',
  folder = '',
  host = '',
  basePath = '',
  digest = '',
  path = '',
  tag = '',
  scratch = '',
  layersFile,
] = process.argv.slice(2);
if (layersFile === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await keepHeapSmall(() => run(layersFile));
}

async function run(file: string): Promise<void> {
  const access = { run: createRunCommand({ environment, signal }), name: 'the library', isLocal: true };
  const reader = await openMountedFiles(new Map([[folder, `${root}${folder}`]]), access);
  const scanner = mode === 'scan' ? await openScanner({ secrets, allow: [], scratch, environment, signal }) : undefined;
  const tap = scanner === undefined ? undefined : createScanTap(scanner, () => 'library');
  const built = await buildLayers(
    {
      list: async () => ({
        areas: [{ area: 'library', entries: (await reader.list([folder])).entries }],
        above: [],
        removed: [],
        opaque: [],
      }),
      split: { mostLayers: 60 },
      layer: { ...layerOptions, tap },
      tries: 3,
    },
    { reader, writer: createLayerWriter({ scratch, signal }), log: quietLog, signal, progress: () => undefined },
  );
  const blocking = scanner?.finish().counts.weights.blocks ?? 0;
  await scanner?.close();
  if (blocking > 0) throw new Error(`${String(blocking)} findings`);
  const base = { host, path: basePath, digest };
  const source = await readSourceImage(base, undefined, open(host));
  const { config, manifest } = buildImage(source, containerizePlan({ base }), {
    layers: built.layers.map((layer) => ({ ...layer, title: layer.plan.area })),
    names: { exportId: tag, title: 'bench', source: undefined, revision: undefined },
    created: undefined,
    paths: [],
    sha256: sha256Of,
  });
  const configBlob = {
    digest: config.digest,
    size: config.bytes.length,
    read: () => inOnePiece(config.bytes),
  };
  const baseBlobs = [source.config, ...source.layers].map((blob) => ({
    digest: blob.digest,
    size: blob.size,
    read: () => open(host).readBlob(basePath, blob),
  }));
  const places = new Map(baseBlobs.map((blob) => [`${host} ${blob.digest}`, basePath]));
  await pushContent(
    { manifest, blobs: [...baseBlobs, ...built.layers, configBlob] },
    { host, path, tag },
    {
      pushed: { places, advance: () => undefined },
      ports: { destination: open, log: quietLog, signal, pause, progress: () => undefined },
    },
  );
  await writeFile(file, JSON.stringify(built.layers.map((layer) => ({ digest: layer.digest, size: layer.size }))));
  await built.close();
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}
