import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { runTaskCommand, type CommandEnd } from './command.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

type Texts = Readonly<Record<string, string>>;

/** A cluster with a Secret `source` that leads to itself, and the program crane-kubeconfig-generator. */
export interface GeneratorScene {
  readonly test: TestCluster;
  /** Environment with what the account of the own pod would be: allowed to read Secrets. */
  readonly home: Texts;
  /** In Secret `source`, of an account that may do everything in namespace `shop`. */
  readonly token: string;
  makeSecret(name: string, stringData: Texts): Promise<void>;
  /** A path where nothing is yet. */
  freshFile(): string;
  /** Runs crane-kubeconfig-generator for Secret and context `source`, unless the flags say otherwise. */
  generate(file: string, flags?: Texts): Promise<CommandEnd>;
  readKubeconfig(file: string): Promise<unknown>;
}

export async function startGeneratorScene(): Promise<GeneratorScene> {
  const test = await startTestCluster();
  const home = { KUBECONFIG: test.server.kubeconfigPath };
  let files = 0;
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  const token = await test.makeAccount('shop', 'mover', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  const scene: GeneratorScene = {
    test,
    home,
    token,
    async makeSecret(name, stringData) {
      await test.create('/api/v1/namespaces/default/secrets', { metadata: { name }, stringData });
    },
    freshFile() {
      files += 1;
      return path.join(test.scratch, `generated-${String(files)}`);
    },
    generate(file, flags = {}) {
      const all = { 'cluster-secret': 'source', 'context-name': 'source', kubeconfig: file, ...flags };
      const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
      return runTaskCommand(['crane-kubeconfig-generator', ...args], { cwd: test.scratch, environment: home });
    },
    async readKubeconfig(file) {
      return yamlCodec.parse(await readFile(file, 'utf8'), file)[0];
    },
  };
  await scene.makeSecret('source', { url: test.server.url, token, 'ca.crt': test.ca });
  return scene;
}
