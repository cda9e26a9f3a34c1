import { diagnose } from './diagnosis.ts';
import { down } from './down.ts';
import { ClusterError } from './errors.ts';
import { buildPlatformImages } from './images.ts';
import { withLock } from './lock.ts';
import { runWithNames } from './names.ts';
import { installPackages } from './packages.ts';
import { buildPrograms, type Purpose } from './programs.ts';
import { say, timed } from './progress.ts';
import { printLogs, printStatus } from './status.ts';
import { prepare, up } from './up.ts';

const usage = `node testbed/clusters/main.ts VERB

  up         [--demo] bring up both clusters and the public registry; for the demo only what it needs
  prepare    install packages, build programs and images: all that takes long the first time
  down       remove them, caches stay
  status     what runs; exit code 1 when not all of it
  logs       [SITE [PROCESS]] where the logs are, or the end of one
  run        -- COMMAND… run a command where the clusters' names resolve
  programs   build all Go programs into the cache
  packages   install the Debian packages that are missing
  images     build the images of the platform itself into the cache`;

/** Gives the exit code. */
async function main([verb = '', ...rest]: readonly string[]): Promise<number> {
  switch (verb) {
    case 'up':
      requireRoot('bringing up the clusters');
      return changeClusters('up', () => upOrDiagnose(rest.includes('--demo') ? 'demo' : 'tests'));
    case 'prepare':
      requireRoot('installing packages');
      return changeClusters('prepare', prepare);
    case 'down':
      requireRoot('taking down the clusters');
      return changeClusters('down', down);
    case 'programs':
      return changeClusters('programs', () => buildPrograms());
    case 'packages':
      return changeClusters('packages', installPackages);
    case 'images':
      return changeClusters('images', () => buildPlatformImages());
    case 'status':
      return (await printStatus()) ? 0 : 1;
    case 'logs':
      printLogs(rest[0], rest[1]);
      return 0;
    case 'run':
      return runWithNames(rest[0] === '--' ? rest.slice(1) : rest);
    default:
      throw new ClusterError(
        'usage',
        `reading the command line: ${verb === '' ? 'no verb' : `unknown verb ${verb}`}\n${usage}`,
      );
  }
}

/** Network namespaces, mounts and control groups belong to root, and so does the state of the clusters. */
function requireRoot(doing: string): void {
  if (process.getuid?.() !== 0) throw new ClusterError('not-root', `${doing}: it needs root; run it as root`);
}

async function changeClusters(name: string, work: () => Promise<unknown>): Promise<number> {
  await withLock('clusters', () => timed(name, work));
  return 0;
}

async function upOrDiagnose(purpose: Purpose): Promise<void> {
  try {
    await up(purpose);
  } catch (error) {
    await diagnose();
    throw error;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  say(error.message);
  process.exitCode = error.code === 'usage' ? 2 : 3;
}
