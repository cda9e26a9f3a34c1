import { readdir, readFile, stat } from 'node:fs/promises';
import { get as openStream, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { Browser } from 'playwright-core';

import { openPage, startBrowser } from '../test/builders/browser.ts';
import { writeLocalKubeconfig } from '../test/builders/local-kubeconfig.ts';
import { startWizardProcess, type WizardProcess } from '../test/builders/wizard.ts';
import { startLargeCluster } from '../test/fakes/large-cluster.ts';

const rounds = 7;
const viewers = 50;
const pageFolder = 'dist/wizard-page';
const cluster = { namespaces: 10_000, runs: 1000, delay: 20 } as const;
/** What the viewers look at. */
const watched = { runs: 100, delay: 20 } as const;

/** What may not be exceeded. */
const wizardBudgets = {
  entryScriptKibibytes: 230,
  entryStyleKibibytes: 110,
  wholePageMebibytes: 4,
  usableMilliseconds: 2500,
  interactionMilliseconds: 200,
  namespacesMilliseconds: 500,
  runsMilliseconds: 1000,
  memoryMebibytes: 150,
} as const;

type WizardFigures = Readonly<Record<keyof typeof wizardBudgets, number>>;

/**
 * The page of the wizard and its server, against an API server that makes up 10,000 namespaces and 1,000 runs of 7 KiB,
 * 20 ms away. The memory of the server is measured with 100 runs.
 */
export async function benchWizard(): Promise<WizardFigures> {
  const [large, browser] = await Promise.all([startLargeCluster(cluster), startBrowser()]);
  const kubeconfig = await writeLocalKubeconfig(large.url);
  const options = [`--kubeconfig=${kubeconfig.path}`, '--namespace=migrations'];
  try {
    return {
      ...(await sizesOfPage()),
      ...(await measurePage(browser, options)),
      ...(await measureAnswers(options)),
      memoryMebibytes: await memoryWithViewers(),
    };
  } finally {
    await browser.close();
    await large.stop();
    await kubeconfig.remove();
  }
}

/** Bytes with gzip of what `index.html` loads at once, and of all files as they are. */
async function sizesOfPage() {
  const entry = await readFile(join(pageFolder, 'index.html'), 'utf8');
  const files = [...entry.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
  const gzip = async (ending: string): Promise<number> => {
    const sizes = files
      .filter((name) => name.endsWith(ending))
      .map(async (name) => gzipSync(await readFile(join(pageFolder, name))).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024;
  };
  const all = (await readdir(pageFolder, { recursive: true })).filter((name) => !/\.(gz|br)$/.test(name));
  const sizes = await Promise.all(all.map(async (name) => stat(join(pageFolder, name))));
  const whole = sizes.filter((each) => each.isFile()).reduce((sum, { size }) => sum + size, 0);
  return {
    entryScriptKibibytes: await gzip('.js'),
    entryStyleKibibytes: await gzip('.css'),
    wholePageMebibytes: whole / 1024 / 1024,
  };
}

/** From the address until the first button works, in a browser without a cache, and the slowest interaction: the fastest rounds. */
async function measurePage(browser: Browser, options: readonly string[]) {
  const [usable, interactions]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const wizard = await startWizardProcess(options);
    const origin = `http://127.0.0.1:${String(wizard.port)}`;
    const since = performance.now();
    const { page } = await openPage(browser, `${origin}/#secret=${wizard.secret}`);
    await page.getByRole('button', { name: 'Move an application' }).waitFor();
    usable.push(performance.now() - since);
    await page.evaluate(observeInteractions);
    await page.getByRole('textbox', { name: 'Filter by name' }).pressSequentially('move-9');
    await page.getByRole('button', { name: 'Move an application' }).click();
    await page.locator('#name').pressSequentially('a-name');
    interactions.push(await page.evaluate<number>('window.slowestInteraction'));
    await page.context().close();
    await wizard.stop();
  }
  return { usableMilliseconds: Math.min(...usable), interactionMilliseconds: Math.min(...interactions) };
}

/** https://web.dev/articles/inp: from the input until the next frame. Interactions of less than 16 ms are not reported. */
const observeInteractions = `window.slowestInteraction = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.slowestInteraction = Math.max(window.slowestInteraction, duration);
}).observe({ type: 'event', durationThreshold: 16 });`;

/** The last names of the namespaces, and the list of migrations with all runs: the fastest of the answers. */
async function measureAnswers(options: readonly string[]) {
  const wizard = await startWizardProcess(options);
  try {
    await wizard.ask({ method: 'POST', path: '/api/v1/session', body: { secret: wizard.secret } });
    const body = { side: 'source', context: 'local' };
    const { json } = await wizard.ask({ method: 'POST', path: '/api/v1/connections', body });
    const { id } = json as { readonly id: string };
    const names = await repeat(wizard, `/api/v1/connections/${id}/namespaces?prefix=team-0999`);
    return { namespacesMilliseconds: names, runsMilliseconds: await repeat(wizard, '/api/v1/migrations') };
  } finally {
    await wizard.stop();
  }
}

async function repeat(wizard: WizardProcess, path: string): Promise<number> {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const since = performance.now();
    const { status, text } = await wizard.ask({ path });
    if (status !== 200) throw new Error(`asking for ${path}: ${text}`);
    times.push(performance.now() - since);
  }
  return Math.min(...times);
}

/** Resident memory of the server while each of 50 users follows the migrations and a run. */
async function memoryWithViewers(): Promise<number> {
  const large = await startLargeCluster(watched);
  const kubeconfig = await writeLocalKubeconfig(large.url);
  const options = ['--mode=proxy', `--kubeconfig=${kubeconfig.path}`, '--namespace=migrations'];
  // A session for each token that the proxy sends.
  const wizard = await startWizardProcess(options);
  const streams: ClientRequest[] = [];
  try {
    for (let viewer = 0; viewer < viewers; viewer += 1) {
      const path = `/api/v1/events?topics=migrations,run:move-0-stage-${String(viewer % 10)}`;
      const headers = { authorization: `Bearer token-${String(viewer)}` };
      const stream = openStream({ host: '127.0.0.1', port: wizard.port, path, headers, agent: false }, (response) => {
        if (response.statusCode !== 200) throw new Error(`following events: status ${String(response.statusCode)}`);
        response.resume();
      });
      stream.on('error', () => undefined);
      streams.push(stream);
      await sleep(100);
    }
    const seen = [];
    for (let second = 0; second < 10; second += 1) {
      await sleep(1000);
      seen.push(await residentMebibytes(wizard.pid));
    }
    return medianOf(seen);
  } finally {
    for (const stream of streams) stream.destroy();
    await wizard.stop();
    await large.stop();
    await kubeconfig.remove();
  }
}

async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const described: Readonly<Record<keyof typeof wizardBudgets, readonly [what: string, unit: string, digits: number]>> = {
  entryScriptKibibytes: ['scripts of the start page, gzip', 'KiB', 0],
  entryStyleKibibytes: ['styles of the start page, gzip', 'KiB', 0],
  wholePageMebibytes: ['all files of the page', 'MiB', 1],
  usableMilliseconds: ['start page usable, cold, with 100 migrations', 'ms', 0],
  interactionMilliseconds: ['slowest interaction until the next frame', 'ms', 0],
  namespacesMilliseconds: ['last names of 10,000 namespaces', 'ms', 0],
  runsMilliseconds: ['100 migrations with 1,000 runs listed', 'ms', 0],
  memoryMebibytes: ['memory of the server with 50 live viewers', 'MiB', 0],
};

/** A row for each figure, and whether one is over its budget. */
export function describeWizard(figures: WizardFigures): {
  readonly rows: readonly (readonly string[])[];
  readonly isOver: boolean;
} {
  const names = Object.keys(described) as readonly (keyof typeof wizardBudgets)[];
  const rows = names.map((name) => {
    const [what, unit, digits] = described[name];
    return [what, `${figures[name].toFixed(digits)} ${unit}`, `${String(wizardBudgets[name])} ${unit}`];
  });
  return { rows, isOver: names.some((name) => figures[name] > wizardBudgets[name]) };
}
