import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { keepHeapSmall } from '../src/runtime/keep-heap-small.ts';
import { captureFolder } from '../test/builders/capture.ts';
import { runThrough } from '../test/builders/stream-server.ts';

const usage = `node bench/capture-run.ts HOST FOLDER SCRATCH RATE SECONDS DIGESTS

Reads a folder of a container through the API server HOST, builds its layers in the folder SCRATCH, takes at most RATE
bytes of contents in a second, and writes the digests of the layers to the file DIGESTS. It ends after SECONDS at the
latest. A program of its own whose memory can be measured.`;

const container = { namespace: 'course', pod: 'lab-0', container: 'lab' };
const [host = '', folder = '', scratch = '', rate = '', seconds = '', file] = process.argv.slice(2);

if (file === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  setTimeout(() => process.exit(0), Number(seconds) * 1000).unref();
  const run = runThrough(host, container);
  const digests = await keepHeapSmall(() => captureFolder({ run, folder, scratch, tap: slowTap(Number(rate)) }));
  await writeFile(file, JSON.stringify(digests));
}

/** Lets contents wait until their time has come. */
function slowTap(bytesPerSecond: number) {
  const started = performance.now();
  let bytes = 0;
  return {
    content: (_entry: unknown, piece: Uint8Array): Promise<void> | undefined => {
      bytes += piece.length;
      const early = (bytes / bytesPerSecond) * 1000 - (performance.now() - started);
      return early > 5 ? pause(early) : undefined;
    },
    end: () => undefined,
    restart: () => undefined,
  };
}
