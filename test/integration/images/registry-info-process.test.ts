import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { programFile } from '../../builders/program.ts';
import { startSmallApi, type SmallApi } from '../../fakes/small-api.ts';

const config = '/apis/config.openshift.io/v1/images/cluster';
const internal = 'image-registry.openshift-image-registry.svc:5000';
const outside = 'default-route.apps.source.test';
const fullConfig = {
  metadata: { name: 'cluster' },
  status: { internalRegistryHostname: internal, externalRegistryHostnames: [outside] },
};

let api: SmallApi;
let scratch: string;

beforeAll(async () => {
  api = await startSmallApi();
  scratch = await mkdtemp(path.join(tmpdir(), 'registry-info-'));
});

afterAll(async () => {
  await api.stop();
  await rm(scratch, { recursive: true, force: true });
});

async function run(flags: Readonly<Record<string, string>>) {
  const results = path.join(scratch, 'results');
  const all = { kubeconfig: api.kubeconfig, context: 'source', 'results-dir': results, ...flags };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  const { exitCode, stdout, stderr } = await execa(process.execPath, [programFile, 'oc-registry-info', ...args], {
    reject: false,
  });
  const result = (name: string) => readFile(path.join(results, name), 'utf8');
  return {
    exitCode,
    output: stdout + stderr,
    results: { internal: await result('internal'), public: await result('public'), status: await result('status') },
  };
}

describe('oc-registry-info', () => {
  it('writes the exact addresses, without a newline', async () => {
    api.answer({ [config]: fullConfig });
    const { exitCode, results } = await run({});
    expect({ exitCode, results }).toEqual({
      exitCode: 0,
      results: { internal, public: outside, status: 'succeeded' },
    });
  });

  it('ends with 2 in strict mode when an address is unknown, and writes all results', async () => {
    api.answer({});
    const { exitCode, results, output } = await run({ strict: 'true' });
    expect({ exitCode, results }).toEqual({
      exitCode: 2,
      results: { internal: '', public: '', status: 'registry-unknown' },
    });
    expect(output).toContain('give the address with the parameter of that name');
  });

  it('succeeds with empty results when not strict', async () => {
    api.answer({});
    expect(await run({})).toMatchObject({ exitCode: 0, results: { internal: '', public: '' } });
  });

  it('ends with 3 when the cluster forbids every source', async () => {
    api.answer({ [config]: 403 });
    expect(await run({})).toMatchObject({ exitCode: 3, results: { status: 'forbidden' } });
  });

  it('ends with 3 when the token has expired, and never prints it', async () => {
    api.answer({ [config]: 401 });
    const { exitCode, results, output } = await run({ debug: 'true' });
    expect({ exitCode, status: results.status }).toEqual({ exitCode: 3, status: 'unauthorized' });
    expect(output).not.toContain('canary-token');
  });

  it('ends with 3 when the cluster does not answer', async () => {
    expect(await run({ context: 'gone' })).toMatchObject({ exitCode: 3, results: { status: 'unreachable' } });
  });

  it('names the known contexts when asked for another', async () => {
    const { exitCode, output } = await run({ context: 'nowhere' });
    expect(exitCode).toBe(2);
    expect(output).toMatch(/gone.*source|source.*gone/);
  });

  it('needs neither cluster nor kubeconfig when both addresses are given', async () => {
    api.answer({ [config]: fullConfig });
    const flags = { internal: 'registry.kube-system.svc:5000', public: 'registry.example.com', kubeconfig: '/nowhere' };
    const { exitCode, results } = await run(flags);
    expect({ exitCode, ...results }).toMatchObject({ exitCode: 0, internal: flags.internal, public: flags.public });
    expect(api.asked).toEqual([]);
  });

  it.each(['$(id)', "'; id #", 'a\nb', '--strict=true', 'https://registry.example.com'])(
    'takes %j for what it is: no address',
    async (address) => {
      const { exitCode, results, output } = await run({ public: address });
      expect({ exitCode, results }).toEqual({
        exitCode: 2,
        results: { internal: '', public: '', status: 'invalid-param' },
      });
      expect(output).toContain('expected a host with an optional port');
    },
  );
});
