import { createImageArchives } from '../src/adapters/archives/image-archives.ts';
import { connectRegistry } from '../src/adapters/registry/connect-registry.ts';
import { joinLogins } from '../src/adapters/registry/logins.ts';
import { createRegistry } from '../src/adapters/registry/registry.ts';
import { Redactor } from '../src/domain/core/secret.ts';
import type { Registry } from '../src/domain/oci/registry.ts';
import { pushImageArchive } from '../src/usecases/images/archive/push-image-archive.ts';
import { readImageArchive } from '../src/usecases/images/archive/read-image-archive.ts';
import { writeImageArchive } from '../src/usecases/images/archive/write-image-archive.ts';

const usage = `node bench/image-archive-run.ts write FILE HOST PATH DIGEST
node bench/image-archive-run.ts push FILE HOST PATH TAG

Writes an archive or pushes one, as a program of its own whose time and memory can be measured.`;

const log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};
const { signal } = new AbortController();
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function open(host: string): Registry {
  const logins = joinLogins(new Map(), undefined);
  const options = { host, verifyTls: false, caBundle: '', logins, environment: {}, log, signal, pause };
  return createRegistry({ host, access: 'pull,push', connect: () => connectRegistry(options) });
}

const archives = createImageArchives({ temporaryFolder: '/tmp', signal });
const ports = { archives, source: open, destination: open, log, signal, pause, progress: () => undefined };
const [verb, file = '', host = '', path = '', last = ''] = process.argv.slice(2);
if (verb === 'write') await writeImageArchive([{ source: { host, path, digest: last }, tags: [] }], file, ports);
else if (verb === 'push') {
  const content = await readImageArchive(file, ports);
  await pushImageArchive(content, [{ image: '@0', destination: { host, path, tag: last } }], ports);
  await content.close();
} else {
  console.error(usage);
  process.exitCode = 2;
}
