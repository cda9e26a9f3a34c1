import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { startChild } from './child.ts';
import { freePorts } from './loopback.ts';
import { ensureBuilt } from './programs.ts';
import { waitUntilAnswering } from './registry.ts';

export interface S3Server {
  /** `<address>:<port>`, plain HTTP. */
  readonly host: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Has a folder for each bucket. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Starts versitygw on a free port, with its objects and its log in `dir`. The first start builds it. */
export async function startS3Server(dir: string, address = '127.0.0.1'): Promise<S3Server> {
  const folder = path.join(dir, 'objects');
  await mkdir(folder, { recursive: true });
  const [port = 0] = await freePorts(1);
  const host = `${address}:${String(port)}`;
  const [accessKey, secretKey] = ['TESTACCESSKEY', 'test-secret-key-of-the-storage'];
  const file = await ensureBuilt('versitygw');
  const sidecar = path.join(dir, 'attributes');
  await mkdir(sidecar, { recursive: true });
  const args = ['--access', accessKey, '--secret', secretKey, '--port', host, 'posix', '--sidecar', sidecar, folder];
  const child = startChild('versitygw', { file, args }, dir);
  try {
    await waitUntilAnswering(`http://${host}/`, child);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { host, accessKey, secretKey, folder, stop: child.stop };
}
