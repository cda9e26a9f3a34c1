import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';

import { isObject } from '../../src/domain/core/json-object.ts';
import { enterNames, namesPlace } from '../clusters/names.ts';
import { checkoutCacheFolder } from '../clusters/places.ts';
import { ensureProcess, listProcesses, logFile, stopProcesses } from '../clusters/processes.ts';
import { waitFor } from '../clusters/wait.ts';
import { destinationNamespace, type MoveNames } from './accounts.ts';
import type { Kubectl } from './kubectl.ts';

const program = resolve('dist/crane-tasks.mjs');
const processName = 'wizard';

/** Records the move as a migration, as the wizard does: a ConfigMap with the answers and the plan. Its runs have its label. */
export async function recordMigration(source: Kubectl, destination: Kubectl, names: MoveNames): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const credentials = (side: string) => ({ kind: 'secret', secret: `${side}-cluster` });
  const answers = {
    schemaVersion: 1,
    name: names.application,
    source: { context: source.context, namespace: names.application },
    destination: { context: destination.context, namespace: destinationNamespace(names) },
    credentials: { source: credentials('source'), destination: credentials('destination') },
  };
  try {
    const file = join(folder, 'answers.yaml');
    await writeFile(file, JSON.stringify(answers));
    const login = [`--kubeconfig=${resolve(destination.kubeconfig)}`, `--namespace=${names.runs}`];
    const [enter = '', ...args] = enterNames();
    const plan = [...args, process.execPath, program, 'plan', `--answers=${file}`, ...login];
    const { stdout } = await execa(enter, plan, { env: trust() });
    const objects = loadAll(stdout).filter(isObject);
    await destination.apply(
      objects.filter(({ kind }) => kind === 'ConfigMap'),
      names.runs,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Starts the wizard, which runs until the clusters are removed. @returns its link, which is valid once */
export async function startWizard(destination: Kubectl, namespace: string): Promise<string> {
  const place = namesPlace();
  // Its link was used: a new start gives a new one.
  const former = listProcesses(place.folder).filter(({ name }) => name === processName);
  await stopProcesses(former, 'SIGTERM');
  const before = readLog(place.folder).length;
  const kubeconfig = `--kubeconfig=${resolve(destination.kubeconfig)}`;
  const context = [`--context=${destination.context}`, `--namespace=${namespace}`];
  const args = [program, 'wizard', '--no-browser=true', kubeconfig, ...context];
  await ensureProcess(place, processName, { file: process.execPath, args, env: trust() });
  let link: string | undefined;
  await waitFor({
    what: 'the link of the wizard',
    seconds: 60,
    check: () => {
      link = /https?:\/\/\S+#secret=\S+/.exec(readLog(place.folder).slice(before))?.[0];
      return Promise.resolve(link === undefined ? `no link in ${logFile(place.folder, processName)}` : undefined);
    },
  });
  return link ?? '';
}

function readLog(folder: string): string {
  try {
    return readFileSync(logFile(folder, processName), 'utf8');
  } catch {
    return '';
  }
}

/** The registries of the local clusters have an authority of their own. */
function trust(): Readonly<Record<string, string>> {
  return { NODE_EXTRA_CA_CERTS: resolve(checkoutCacheFolder, 'ca.crt') };
}
