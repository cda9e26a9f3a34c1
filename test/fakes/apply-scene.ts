import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { makeFolder, type CommandEnd } from '../builders/command.ts';
import { runTaskHere } from '../builders/run-task-here.ts';
import { programPath } from '../../testbed/clusters/programs.ts';
import { startEnvironment, type Environment } from '../../testbed/openshift/testing/environment.ts';

/** A real API server with the OpenShift-like one behind it, and for each test a namespace and a folder of its own. */
export interface ApplyScene {
  readonly cluster: Environment;
  readonly namespace: string;
  readonly folder: string;
  readonly put: (path: string, content: unknown) => Promise<void>;
  readonly anObject: (type: string, name: string, more?: object) => object;
  readonly aDeployment: (name: string, app?: string) => object;
  readonly run: (task: string, ...args: readonly string[]) => Promise<CommandEnd>;
  readonly applyFiles: (...args: readonly string[]) => Promise<CommandEnd>;
  /** Reasons by item of the last report; items of the namespace without its name. */
  readonly verdicts: (folderName?: string, task?: string) => Promise<Record<string, string>>;
  readonly get: (kind: string, name: string, path: string) => Promise<string>;
  readonly kubeconfig: string;
}

interface ApplyScenes {
  readonly next: () => Promise<ApplyScene>;
  readonly clean: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Pod that every API server takes. */
export const podSpec = { containers: [{ name: 'main', image: 'registry.test/main:1' }] };

/**
 * Starts the API servers of a test file before its tests, sets up a scene before each of them, and clears all away.
 * @param options those of the environment
 * @returns the scene of the test that runs
 */
export function useApplyScene(options: { readonly importSeconds?: number } = {}): ApplyScene {
  let scenes: ApplyScenes | undefined;
  let current: ApplyScene | undefined;
  beforeAll(async () => {
    scenes = await startApplyScenes(options);
  });
  afterAll(() => scenes?.stop());
  beforeEach(async () => {
    current = await scenes?.next();
  });
  afterEach(() => scenes?.clean());
  function now(): ApplyScene {
    if (current === undefined) throw new Error('a scene is only there while a test runs');
    return current;
  }
  return {
    get cluster() {
      return now().cluster;
    },
    get namespace() {
      return now().namespace;
    },
    get folder() {
      return now().folder;
    },
    get kubeconfig() {
      return now().kubeconfig;
    },
    put: (...args) => now().put(...args),
    anObject: (...args) => now().anObject(...args),
    aDeployment: (...args) => now().aDeployment(...args),
    run: (...args) => now().run(...args),
    applyFiles: (...args) => now().applyFiles(...args),
    verdicts: (...args) => now().verdicts(...args),
    get: (...args) => now().get(...args),
  };
}

async function startApplyScenes(options: { readonly importSeconds?: number }): Promise<ApplyScenes> {
  const cluster = await startEnvironment(options);
  const cleanups: (() => Promise<void>)[] = [];
  let count = 0;
  return {
    next: async () => {
      const folder = await makeFolder();
      cleanups.push(folder.remove);
      count += 1;
      const namespace = `apply-${String(count)}`;
      await cluster.createNamespace(namespace);
      return makeScene(cluster, namespace, folder.path);
    },
    clean: async () => {
      await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
    },
    stop: () => cluster.stop(),
  };
}

function makeScene(cluster: Environment, namespace: string, folder: string): ApplyScene {
  const kubeconfig = join(cluster.dir, 'kubernetes/kubeconfig');
  const environment = {
    PATH: [dirname(programPath('kubectl')), process.env['PATH'] ?? ''].join(delimiter),
    KUBECONFIG: kubeconfig,
  };
  const run = (task: string, ...args: readonly string[]): Promise<CommandEnd> =>
    runTaskHere([task, ...args], { cwd: folder, environment });
  const anObject = (type: string, name: string, more: object = {}): object => {
    const cut = type.lastIndexOf(' ');
    return { apiVersion: type.slice(0, cut), kind: type.slice(cut + 1), metadata: { name, namespace }, ...more };
  };
  return {
    cluster,
    namespace,
    folder,
    kubeconfig,
    put: async (path, content) => {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    },
    anObject,
    aDeployment: (name, app = name) => {
      const labels = { app };
      const template = { metadata: { labels }, spec: podSpec };
      return anObject('apps/v1 Deployment', name, { spec: { selector: { matchLabels: labels }, template } });
    },
    run,
    applyFiles: (...args) => run('kubectl-apply-files', '--context=local', ...args),
    verdicts: (folderName = 'output', task = 'kubectl-apply-files') =>
      readVerdicts(join(folder, folderName, 'reports', `${task}.json`), namespace),
    get: (kind, name, path) => cluster.kubectl(['get', kind, name, '-n', namespace, '-o', `jsonpath=${path}`]),
  };
}

async function readVerdicts(path: string, namespace: string): Promise<Record<string, string>> {
  const report: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof report !== 'object' || report === null || !('items' in report) || !Array.isArray(report.items)) return {};
  return Object.fromEntries(
    report.items.map((item: { id: string; reason: string }) => [item.id.replace(`${namespace}/`, ''), item.reason]),
  );
}
