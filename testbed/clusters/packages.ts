import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ClusterError } from './errors.ts';
import { cacheFolder } from './places.ts';
import { say, timed } from './progress.ts';

/** Debian packages that the clusters run from, and the browser of the tests. */
const packages = [
  'apache2-utils',
  'attr',
  'buildah',
  'busybox',
  'ca-certificates',
  'chromium',
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'docker-registry',
  'etcd-client',
  'etcd-server',
  'fish',
  'ipset',
  'iproute2',
  'iptables',
  'kmod',
  'mmdebstrap',
  'openssh-server',
  'openssl',
  'procps',
  'runc',
  'skopeo',
  'umoci',
  'util-linux',
  'zsh',
];

/** Installs what is missing; packages that are there stay as they are. Throws ClusterError `package-missing` when not root. */
export async function installPackages(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0)
    throw new ClusterError(
      'package-missing',
      `looking for Debian packages: ${missing.join(', ')} not installed; run as root: ${command}`,
    );
  say(`      installing ${missing.join(' ')}`);
  await timed('install Debian packages', async () => {
    await withoutServiceStarts(async () => {
      await aptGet(['update']);
      await aptGet(['install', '--yes', '--no-install-recommends', ...missing]);
    });
  });
}

async function missingPackages(): Promise<string[]> {
  const { stdout } = await execa(
    'dpkg-query',
    ['--show', '--showformat=${Package} ${db:Status-Status}\n', ...packages],
    { stdin: 'ignore', reject: false },
  );
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

/** Keeps Debian from starting the services that come with etcd, containerd and docker-registry; see invoke-rc.d(8). */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) {
    await work();
    return;
  }
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(policy);
  }
}

async function aptGet(args: readonly string[]): Promise<void> {
  const logFile = path.join(cacheFolder(), 'apt.log');
  await mkdir(cacheFolder(), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = execa('apt-get', ['-q', '-o', 'Dpkg::Options::=--force-confold', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  child.all.pipe(log);
  const result = await child;
  if (result.failed) {
    const end = result.all.trim().split('\n').slice(-10).join('\n');
    throw new ClusterError(
      'command-failed',
      `running apt-get ${args.join(' ')}: exit code ${String(result.exitCode)}; its log is ${logFile}\n${end}`,
    );
  }
}
