import { mkdir } from 'node:fs/promises';
import { startChild } from './child.ts';
import { freePorts } from './loopback.ts';
import { programPath } from './programs.ts';
import { waitUntilAnswering, type Registry } from './registry.ts';

/** Starts a registry that has the referrers API on a free port of 127.0.0.1; it keeps everything in memory, and its log in `dir`. */
export async function startReferrersRegistry(dir: string): Promise<Registry> {
  await mkdir(dir, { recursive: true });
  const [port = 0] = await freePorts(1);
  const args = ['serve', '--addr', '127.0.0.1', '--port', String(port), '--store-type', 'mem'];
  const child = startChild('olareg', { file: programPath('olareg'), args }, dir);
  const host = `127.0.0.1:${String(port)}`;
  try {
    await waitUntilAnswering(`http://${host}/v2/`, child);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { host, stop: child.stop };
}
