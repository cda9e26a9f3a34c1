import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { buildImage } from '../clusters/image-store.ts';
import { debianForBuild } from '../clusters/images.ts';
import { kubectl } from '../clusters/kubectl.ts';
import { repositoryRoot } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import type { Cluster } from '../clusters/sites.ts';
import { waitFor } from '../clusters/wait.ts';
import { apply, waitForBuilder } from '../shop/apply.ts';
import { describeUnready, parseWorkloads, workloadKinds } from '../shop/readiness.ts';
import { pushLayout } from '../shop/publish-images.ts';
import { countEntries } from './entries.ts';

const ledgerFolder = path.join(repositoryRoot, 'samples/ledger');
const ledgerNamespace = 'ledger';

/** Brings PostgreSQL and its writer up in namespace ledger, and waits until entries are written. Quick when they run. */
export async function deployLedger(cluster: Cluster): Promise<void> {
  const image = await buildImage({
    name: 'ledger',
    folder: path.join(ledgerFolder, 'image'),
    buildArgs: { BASE_IMAGE: await debianForBuild() },
  });
  await apply(cluster, ['--filename', path.join(ledgerFolder, 'base/namespace.yaml')]);
  await waitForBuilder(cluster, ledgerNamespace);
  await pushLayout(cluster, { namespace: ledgerNamespace, layout: image.layout, name: 'ledger/ledger:1.0' });
  await applyPassword(cluster);
  await timed('apply the ledger', () => apply(cluster, ['--kustomize', path.join(ledgerFolder, 'base')]));
  await waitForLedger(cluster);
}

/** Waits until server and writer are ready and an entry is there. */
export async function waitForLedger(cluster: Cluster): Promise<void> {
  await waitFor({
    what: `the ledger on ${cluster.name}`,
    seconds: 180,
    check: async () => {
      const list = await kubectl(cluster, ['get', workloadKinds, `--namespace=${ledgerNamespace}`, '--output=json']);
      const unready = describeUnready(parseWorkloads(JSON.parse(list)));
      if (unready !== undefined) return unready;
      return (await countEntries(cluster).catch(() => 0)) > 0 ? undefined : 'no entry yet';
    },
  });
}

/** The value that is there stays: the data knows it. */
async function applyPassword(cluster: Cluster): Promise<void> {
  const name = 'ledger-password';
  const here = `--namespace=${ledgerNamespace}`;
  const found = await kubectl(cluster, ['get', 'secret', name, here, '--ignore-not-found', '--output=name']);
  if (found.trim() !== '') return;
  const metadata = { name, namespace: ledgerNamespace, labels: { app: 'ledger' } };
  const stringData = { password: `canary-${randomBytes(16).toString('hex')}` };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData };
  await apply(cluster, ['--filename=-'], JSON.stringify(secret));
}
