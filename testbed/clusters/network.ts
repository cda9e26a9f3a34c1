import { existsSync } from 'node:fs';
import { runProgram, succeeds } from './run-program.ts';
import { sites, type Site } from './sites.ts';

const namespacesFolder = '/run/netns';

/**
 * Makes the site's network namespace and its link to the host. Namespaces are linked to one another directly,
 * so the host forwards nothing and neither its sysctls nor its packet filter matter. There is no default route:
 * what looks for the world outside fails at once instead of after a timeout.
 */
export async function ensureNetwork(site: Site): Promise<void> {
  if (existsSync(networkFile(site))) return;
  // Without it answers between pods of one bridge would pass by the rules that undo Service addresses. It may be built in.
  await succeeds('modprobe', ['br_netfilter']);
  await runProgram('ip', ['netns', 'add', site.network]);
  await inside(site, ['ip', 'link', 'set', 'lo', 'up']);
  await runProgram('ip', [
    'link',
    'add',
    hostLink(site),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    site.network,
  ]);
  await runProgram('ip', ['address', 'add', `${site.hostAddress}/24`, 'dev', hostLink(site)]);
  await runProgram('ip', ['link', 'set', hostLink(site), 'up']);
  await inside(site, ['ip', 'address', 'add', `${site.address}/24`, 'dev', 'eth0']);
  await inside(site, ['ip', 'link', 'set', 'eth0', 'up']);
  await inside(site, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
}

/** Links every pair of sites: `to-<name>` inside each leads to the other. A test that set one of them down gets it back. */
export async function ensureLinksBetweenSites(): Promise<void> {
  for (const [index, first] of sites.entries()) {
    for (const second of sites.slice(index + 1)) await linkSites(first, second);
  }
}

/** Deletes namespace and links; whatever still runs in the namespace keeps it alive, so end that first. */
export async function removeNetwork(site: Site): Promise<void> {
  if (await succeeds('ip', ['link', 'show', hostLink(site)]))
    await runProgram('ip', ['link', 'delete', hostLink(site)]);
  if (existsSync(networkFile(site))) await runProgram('ip', ['netns', 'delete', site.network]);
}

/** The file by which `nsenter --net` enters the site. */
export function networkFile(site: Site): string {
  return `${namespacesFolder}/${site.network}`;
}

async function linkSites(first: Site, second: Site): Promise<void> {
  if (!(await succeeds('nsenter', enter(first, ['ip', 'link', 'show', linkTo(second)])))) {
    const peer = ['type', 'veth', 'peer', 'name', linkTo(first), 'netns', second.network];
    await inside(first, ['ip', 'link', 'add', linkTo(second), ...peer]);
  }
  await routeBetween(first, second);
  await routeBetween(second, first);
}

/** The link carries the site's own address again, because packets of pods are masked with an address of the link they leave by. */
async function routeBetween(from: Site, to: Site): Promise<void> {
  await inside(from, ['ip', 'address', 'replace', `${from.address}/32`, 'dev', linkTo(to)]);
  await inside(from, ['ip', 'link', 'set', linkTo(to), 'up']);
  await inside(from, ['ip', 'route', 'replace', `${to.address}/32`, 'dev', linkTo(to), 'src', from.address]);
}

async function inside(site: Site, command: readonly string[]): Promise<void> {
  await runProgram('nsenter', enter(site, command));
}

function enter(site: Site, command: readonly string[]): string[] {
  return [`--net=${networkFile(site)}`, '--', ...command];
}

function hostLink(site: Site): string {
  return `crane-${String(site.number)}`;
}

function linkTo(site: Site): string {
  return `to-${site.name}`;
}
