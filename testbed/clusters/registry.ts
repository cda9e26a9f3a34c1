import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeConfigFile } from './config-file.ts';
import { startChild, type Child, type Command } from './child.ts';
import type { KeyPair } from './certificates.ts';
import { askUrl, freePorts } from './loopback.ts';
import { waitFor } from './wait.ts';

/** How one docker-registry process serves a storage folder. */
export interface RegistrySettings {
  /** `host:port` to listen at. */
  readonly address: string;
  readonly storageFolder: string;
  readonly tls?: KeyPair;
  /** Bcrypt htpasswd file, as `htpasswd -B` writes it. Without it everybody may pull and push. */
  readonly htpasswdFile?: string;
  readonly readOnly?: boolean;
}

/** A plain registry on loopback. */
export interface Registry {
  /** `127.0.0.1:<port>`, as it stands in image references. */
  readonly host: string;
  stop(): Promise<void>;
}

/** `dir` takes storage, configuration and log. `auth` is the text of an htpasswd file with bcrypt hashes. */
export interface RegistryOptions {
  readonly dir: string;
  readonly tls?: KeyPair;
  readonly auth?: string;
}

/** Starts Debian's docker-registry on a free port of 127.0.0.1. Throws ClusterError `process-ended` or `deadline`. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  await mkdir(options.dir, { recursive: true });
  const [port = 0] = await freePorts(1);
  const host = `127.0.0.1:${String(port)}`;
  const htpasswdFile = path.join(options.dir, 'htpasswd');
  if (options.auth !== undefined) await writeFile(htpasswdFile, options.auth, { mode: 0o600 });
  const command = registryCommand(path.join(options.dir, 'config.json'), {
    address: host,
    storageFolder: path.join(options.dir, 'storage'),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.auth === undefined ? {} : { htpasswdFile }),
  });
  const child = startChild('docker-registry', command, options.dir);
  try {
    await waitUntilAnswering(`${options.tls === undefined ? 'http' : 'https'}://${host}/v2/`, child);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { host, stop: child.stop };
}

/** Writes the configuration file and gives the command that serves it. */
export function registryCommand(configFile: string, settings: RegistrySettings): Command & { version: string } {
  const { file, version } = writeConfigFile(configFile, registryConfig(settings));
  return { file: 'docker-registry', args: ['serve', file], version };
}

/** Configuration as https://distribution.github.io/distribution/about/configuration/ describes it. */
export function registryConfig(settings: RegistrySettings): object {
  const { tls, htpasswdFile } = settings;
  return {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: settings.storageFolder },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: settings.readOnly ?? false } },
    },
    http: {
      addr: settings.address,
      ...(tls === undefined ? {} : { tls: { certificate: tls.certFile, key: tls.keyFile } }),
    },
    ...(htpasswdFile === undefined ? {} : { auth: { htpasswd: { realm: 'registry', path: htpasswdFile } } }),
  };
}

/** Any status means it listens; whether one may log in is the caller's matter. */
export async function waitUntilAnswering(url: string, child: Child): Promise<void> {
  await waitFor({
    what: `the registry at ${url}`,
    seconds: 15,
    everyMs: 30,
    check: async () => {
      child.assertRunning();
      const answer = await askUrl(url);
      return typeof answer === 'string' ? answer : undefined;
    },
  });
}
