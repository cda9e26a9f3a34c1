import { ensureCertificate, type KeyPair } from './certificates.ts';
import { networkFile } from './network.ts';
import { assertRunning, ensureProcess, type ProcessPlace } from './processes.ts';
import { registryCommand } from './registry.ts';
import { runProgram } from './run-program.ts';
import { backendPort, backendStorage, publicRegistryHost, publicSite, siteFolder, type Site } from './sites.ts';
import { waitFor } from './wait.ts';

/** Starts the plain registry of a site, which only its own network can reach. */
export async function ensureBackend(site: Site): Promise<void> {
  const settings = { address: `127.0.0.1:${String(backendPort)}`, storageFolder: backendStorage(site) };
  const command = registryCommand(siteFolder(site, 'config', 'registry.json'), settings);
  await ensureProcess(networkPlace(site), 'registry', command);
  await waitForPort(site, 'registry', backendPort);
}

/** Starts the face that the public registry shows to everybody: TLS, no login, no pushes, over the same storage. */
export async function ensurePublicRegistry(authority: KeyPair): Promise<void> {
  const names = [`DNS:${publicRegistryHost}`, `IP:${publicSite.address}`];
  const tls = await ensureCertificate(siteFolder(publicSite, 'certificates'), 'registry', {
    authority,
    commonName: publicRegistryHost,
    names,
  });
  const settings = { address: '0.0.0.0:443', storageFolder: backendStorage(publicSite), tls, readOnly: true };
  const command = registryCommand(siteFolder(publicSite, 'config', 'public-registry.json'), settings);
  await ensureProcess(networkPlace(publicSite), 'public-registry', command);
  await waitForPort(publicSite, 'public-registry', 443);
}

/** Where processes of a site run that need its network and nothing else. */
export function networkPlace(site: Site): ProcessPlace {
  return { folder: siteFolder(site), enter: ['nsenter', `--net=${networkFile(site)}`, '--'] };
}

/** Waits until a process of the site listens on a TCP port, whatever the address. */
export async function waitForPort(site: Site, processName: string, port: number): Promise<void> {
  await waitFor({
    what: `${processName} of ${site.name} on port ${String(port)}`,
    seconds: 30,
    everyMs: 100,
    check: async () => {
      assertRunning(siteFolder(site), processName);
      const listeners = await runProgram('nsenter', [
        `--net=${networkFile(site)}`,
        '--',
        'ss',
        '-Hltn',
        `sport = :${String(port)}`,
      ]);
      return listeners.includes('LISTEN') ? undefined : 'does not listen yet';
    },
  });
}
