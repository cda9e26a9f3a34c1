import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';
import { programPath } from '../../testbed/clusters/programs.ts';
import { publicRegistryRoute } from '../../testbed/clusters/sites.ts';
import { migrator, type MoveNames } from '../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { startRun } from '../../testbed/demo/start-run.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { watchRun, type FinishedRun } from '../../testbed/demo/watch-run.ts';
import { prepareNames } from './forms/moves.ts';
import { prepareAccount, prepareImage, registry, runningImage } from './forms/notes.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const names: MoveNames = { runs: 'wiki-runs', application: 'wiki', movedTo: 'wiki-moved' };
const account = 'wiki';
let scratch: string;
/** The clusters can have the release of an earlier run of this file. */
let firstRevision: number;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} }, annotations: { page: {{ .Values.page | quote }} } }
    spec:
      serviceAccountName: ${account}
      terminationGracePeriodSeconds: 1
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      {{- with .Values.pinned }}
      initContainers:
        - name: pinned
          image: {{ . }}
          command: ["true"]
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      {{- end }}
      containers:
        - name: httpd
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: [httpd, -f, -p, "8080", -h, /site]
          volumeMounts: [{ name: site, mountPath: /site }]
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      volumes: [{ name: site, configMap: { name: {{ .Release.Name }} } }]
`;
const page = `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }} }
data: { index.html: {{ .Values.page | quote }} }
`;

/** Installs or upgrades the release at the source, as its owner does. */
async function deploy(text: string, pinned = ''): Promise<void> {
  const chart = join(scratch, 'wiki');
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: wiki\nversion: 1.0.0\n',
    'templates/web.yaml': deployment,
    'templates/page.yaml': page,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(chart, name)), { recursive: true });
    await writeFile(join(chart, name), content);
  }
  const values = [`page=${text}`, `pinned=${pinned}`, `image.repository=${registry}/wiki/httpd`, 'image.tag=1.0'];
  const place = [`--kubeconfig=${source.kubeconfig}`, '--kube-context=source', `--namespace=${names.application}`];
  const options = ['--wait', '--timeout=200s', ...values.map((value) => `--set=${value}`)];
  await execa(programPath('helm'), ['upgrade', '--install', 'wiki', chart, ...place, ...options], {
    env: { HOME: scratch },
  });
}

async function move(): Promise<FinishedRun> {
  const params = {
    'source-namespace': names.application,
    'destination-namespace': names.movedTo ?? '',
    release: 'wiki',
    'destination-registry': registry,
    'destination-path': names.movedTo ?? '',
    'registry-addresses': `${registry}=${publicRegistryRoute(clusterNamed('source'))}`,
    'token-registry': publicRegistryRoute(clusterNamed('source')),
    domains: '',
  };
  const namespace = names.runs;
  const name = await startRun(destination, {
    sample: 'samples/app-move/pipelinerun.yaml',
    namespace,
    user: arbitraryUser,
    params,
  });
  return watchRun(destination, { namespace, name, deadlineSeconds: 540 });
}

async function revisionOf(run: FinishedRun): Promise<number> {
  const finished = await destination.get(['pipelinerun', run.name, '-n', names.runs]);
  const revision = arrayAt(finished, 'status', 'results').find((result) => stringAt(result, 'name') === 'revision');
  return Number(valueAt(revision, 'value'));
}

async function answer(kubectl: Kubectl, namespace: string): Promise<string> {
  return kubectl.run(['exec', '-n', namespace, 'deployment/wiki', '--', 'wget', '-qO-', 'http://127.0.0.1:8080/']);
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'app-move-'));
  await source.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.application } }]);
  await prepareNames(names, destination);
  await Promise.all([
    prepareImage(source, names.application, account),
    prepareAccount(destination, names.movedTo ?? '', account),
    installTasks(destination, names.runs, await loadTaskImage()),
  ]);
  const token = await destination.run(['create', 'token', migrator, '-n', names.runs, '--duration', '4h']);
  const config = JSON.stringify({ auths: { [registry]: { auth: toBase64(`move:${token}`) } } });
  const login = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'registry-login' },
    type: 'kubernetes.io/dockerconfigjson',
  };
  await destination.apply([{ ...login, data: { '.dockerconfigjson': toBase64(config) } }], names.runs);
  await deploy('first');
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('the Pipeline app-move, in restricted pods under an arbitrary user', () => {
  it('moves a release with its image', async () => {
    const run = await move();
    expect(run.succeeded, `${run.message}\n${[...run.logs.values()].join('\n')}`).toBe(true);
    firstRevision = await revisionOf(run);
    expect(await answer(destination, names.movedTo ?? '')).toBe(await answer(source, names.application));
    const [before, after] = await Promise.all([
      runningImage(source, names.application, 'app=wiki'),
      runningImage(destination, names.movedTo ?? '', 'app=wiki'),
    ]);
    expect(after).toEqual({ name: `${registry}/${names.movedTo ?? ''}/httpd:1.0`, digest: before.digest });
  });

  it('moves a change as a new revision, which can be rolled back', async () => {
    const { digest } = await runningImage(source, names.application, 'app=wiki');
    await deploy('second', `${registry}/wiki/httpd@${digest}`);
    const run = await move();
    expect(run.succeeded, run.message).toBe(true);
    expect(await revisionOf(run)).toBe(firstRevision + 1);
    expect(await answer(destination, names.movedTo ?? '')).toBe('second');
    // The pod started, with what the pin names there.
    const moved = await destination.get(['deployment', 'wiki', '-n', names.movedTo ?? '']);
    const pin = valueAt(moved, 'spec', 'template', 'spec', 'initContainers', 0, 'image');
    const [name = '', pinned] = String(pin).split('@');
    expect([name.startsWith(`${registry}/${names.movedTo ?? ''}/httpd`), pinned]).toEqual([true, digest]);
    const command = ['dist/crane-tasks.mjs', 'app', 'rollback', 'wiki', `--namespace=${names.movedTo ?? ''}`];
    const place = [`--kubeconfig=${destination.kubeconfig}`, '--context=destination'];
    const env = { PATH: dirname(programPath('helm')), HOME: scratch };
    await execa(process.execPath, [...command, ...place], { env });
    expect(await answer(destination, names.movedTo ?? '')).toBe('first');
  });
});
