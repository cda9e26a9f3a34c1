import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { runWith } from '../test/builders/container-tools.ts';
import { runCommands, startStreamServer } from '../test/builders/stream-server.ts';
import { startSlowLink } from '../test/fakes/slow-link.ts';
import { bundleRun } from './bundle-run.ts';
import { measure } from './measure.ts';

const usage = `node bench/slow-link.ts [--times=10] [--mebibytes=1024] [--rate=5242880]

Reads files of a container a number of times, one after the other, through a link that passes so many bytes in a second,
and compares the layers. Ends with exit code 1 where they differ. 1 GiB takes 3.5 minutes each time.`;

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    mebibytes: { type: 'string', default: '1024' },
    rate: { type: 'string', default: String(5 * 1024 * 1024) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(usage);
else await run({ times: Number(values.times), mebibytes: Number(values.mebibytes), rate: Number(values.rate) });

interface Amounts {
  readonly times: number;
  readonly mebibytes: number;
  /** Bytes in a second. */
  readonly rate: number;
}

async function run({ times, mebibytes, rate }: Amounts): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slow-link-'));
  const api = await startStreamServer();
  runCommands(api, runWith());
  const link = await startSlowLink(api.host, { bytesPerSecond: rate });
  try {
    const program = await bundleRun('capture-run', folder);
    const area = path.join(folder, 'area');
    await mkdir(area);
    const fill = 'head -c "$1" /dev/urandom | split --bytes=16M - "$2/file"';
    execFileSync('sh', ['-ec', fill, 'sh', String(mebibytes * 1024 * 1024), area]);
    const digests = path.join(folder, 'digests');
    const found = new Set<string>();
    for (let turn = 0; turn <= times; turn += 1) {
      // The first time without the link, to compare with.
      const args = [turn === 0 ? api.host : link.host, area, folder, 'Infinity', '3600', digests];
      const { exitCode, seconds, peakMebibytes } = await measure([process.execPath, program, ...args]);
      if (exitCode !== 0) throw new Error(`it ended with exit code ${String(exitCode)}`);
      found.add(await readFile(digests, 'utf8'));
      console.log(`${turn === 0 ? 'direct' : 'slow'}: ${seconds.toFixed(1)} s, ${peakMebibytes.toFixed(0)} MiB`);
    }
    console.log(found.size === 1 ? 'all layers are equal' : 'layers differ');
    if (found.size !== 1) process.exitCode = 1;
  } finally {
    await link.stop();
    api.close();
    await rm(folder, { recursive: true, force: true });
  }
}
