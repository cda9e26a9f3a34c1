import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPage, startBrowser } from '../../builders/browser.ts';
import { writeLocalKubeconfig, type WrittenKubeconfig } from '../../builders/local-kubeconfig.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';
import { startLargeCluster, type LargeCluster } from '../../fakes/large-cluster.ts';

let cluster: LargeCluster;
let kubeconfig: WrittenKubeconfig;
let wizard: WizardProcess;
let browser: Browser;

beforeAll(async () => {
  [cluster, browser] = await Promise.all([startLargeCluster({ namespaces: 10_000, delay: 20 }), startBrowser()]);
  kubeconfig = await writeLocalKubeconfig(cluster.url);
  wizard = await startWizardProcess([`--kubeconfig=${kubeconfig.path}`, '--namespace=migrations']);
});

afterAll(async () => {
  await browser.close();
  await wizard.stop();
  await cluster.stop();
  await kubeconfig.remove();
});

/** Types a prefix and waits for a name among the proposals. @returns the milliseconds that it took */
const typeUntil = (prefix: string, name: string): string => `new Promise((resolve) => {
  const input = document.querySelector('#source-namespace');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const since = performance.now();
  const found = () => document.querySelector('#source-namespace-names option[value="${name}"]') !== null;
  const look = () => (found() ? resolve(performance.now() - since) : setTimeout(look, 5));
  set.call(input, ${JSON.stringify(prefix)});
  input.dispatchEvent(new Event('input', { bubbles: true }));
  look();
})`;

describe('10,000 namespaces, 20 ms away', () => {
  it('are proposed by the beginning of their names, a few at a time, in less than 500 ms', async () => {
    const { page, complaints } = await openPage(
      browser,
      `http://127.0.0.1:${String(wizard.port)}/move#secret=${wizard.secret}`,
    );
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.locator('#source-namespace').waitFor();
    const fastest = async (names: readonly (readonly [string, string])[]): Promise<number> => {
      const times: number[] = [];
      // Other programs of the computer take their time too.
      for (const [prefix, name] of names) {
        times.push(await page.evaluate<number>(typeUntil(prefix, name)));
        expect(await page.locator('#source-namespace-names option').count()).toBeLessThanOrEqual(20);
      }
      return Math.min(...times);
    };
    const early = await fastest([
      ['team-0', 'team-00000'],
      ['team-00', 'team-00000'],
      ['team-000', 'team-00000'],
    ]);
    const late = await fastest([
      ['team-0999', 'team-09990'],
      ['team-0998', 'team-09980'],
      ['team-0997', 'team-09970'],
    ]);
    expect(early).toBeLessThan(500);
    expect(late).toBeLessThan(500);
    const limits = cluster.namespaceLists.map((query) => Number(query.get('limit')));
    expect(limits.length).toBeGreaterThan(0);
    expect(limits.filter((limit) => limit < 1 || limit > 2500)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
