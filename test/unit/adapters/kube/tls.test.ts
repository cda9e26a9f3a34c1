import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createClusterAgent } from '../../../../src/adapters/kube/tls.ts';
import { parseKubeconfig, selectContext } from '../../../../src/domain/kubeconfig/kubeconfig.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'cluster-trust-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const config = {
  clusters: [{ name: 'c', cluster: { server: 'https://api.example' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
};

it('refuses a CA bundle without a certificate, as registries do', async () => {
  const caBundle = path.join(root, 'ca.crt');
  await writeFile(caBundle, 'no certificate\n');
  const selection = selectContext(parseKubeconfig(config, { file: 'kubeconfig', folder: root }), 'x', 'kubeconfig');
  const options = { certificate: undefined, caBundle, insecureSkipTlsVerify: false, environment: {} };
  await expect(createClusterAgent(selection, options)).rejects.toMatchObject({ code: 'invalid-file' });
});
