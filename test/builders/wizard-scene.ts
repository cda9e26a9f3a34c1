import type { Browser, Page } from 'playwright-core';

import { checkPage, openPage, startBrowser, type PageOptions, type themes } from './browser.ts';
import { serveTektonKinds } from './tekton-kinds.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { startWizardProcess, type WizardProcess } from './wizard.ts';

/** A cluster with an application in namespace shop, and a Chromium. */
export interface WizardScene {
  readonly cluster: TestCluster;
  readonly browser: Browser;
  open(options?: OpenOptions): Promise<OpenedWizard>;
  stop(): Promise<void>;
}

export interface OpenOptions extends PageOptions {
  /** Of the user; absent: one that may do everything. */
  readonly kubeconfig?: string;
  /** Of the first view; absent: the list of migrations. */
  readonly path?: string;
}

export interface OpenedWizard {
  readonly page: Page;
  readonly wizard: WizardProcess;
  /** Proves that the page did nothing wrong so far, and takes pictures: in both themes unless one is given. */
  readonly check: (name: string, ...only: readonly (typeof themes)[number][]) => Promise<void>;
}

export async function startWizardScene(): Promise<WizardScene> {
  const [cluster, browser] = await Promise.all([startTestCluster(), startBrowser()]);
  await serveTektonKinds(cluster);
  for (const name of ['shop', 'shop-2', 'migrations'])
    await cluster.create('/api/v1/namespaces', { metadata: { name } });
  const at = '/api/v1/namespaces/shop';
  await cluster.create(`${at}/configmaps`, { metadata: { name: 'settings' }, data: { colour: 'red' } });
  await cluster.create(`${at}/secrets`, {
    metadata: { name: 'login' },
    stringData: { password: 'canary-of-a-secret' },
  });
  const resources = { requests: { storage: '1Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources };
  await cluster.create(`${at}/persistentvolumeclaims`, { metadata: { name: 'data' }, spec });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'silver', annotations },
    provisioner: 'example.com/none',
  });
  return {
    cluster,
    browser,
    open: (options) => open({ cluster, browser }, options),
    stop: async () => {
      await browser.close();
      await cluster.stop();
    },
  };
}

async function open(
  { cluster, browser }: Pick<WizardScene, 'cluster' | 'browser'>,
  options: OpenOptions = {},
): Promise<OpenedWizard> {
  const { kubeconfig = cluster.server.kubeconfigPath, path = '/' } = options;
  const wizard = await startWizardProcess([`--kubeconfig=${kubeconfig}`, '--namespace=migrations']);
  const origin = `http://127.0.0.1:${String(wizard.port)}`;
  const watched = await openPage(browser, `${origin}${path}#secret=${wizard.secret}`, options);
  const { page } = watched;
  // A page that is left before the answer to its login has used its link for nothing.
  await page.locator('header.pf-v6-c-masthead').waitFor();
  await page.locator('main h1').waitFor();
  const check: OpenedWizard['check'] = (name, ...only) =>
    checkPage(watched, { name: `wizard-${name}`, origin, ...(only.length === 0 ? {} : { in: only }) });
  return { page, wizard, check };
}
