import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { arrayAt, stringAt, valueAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { assertWritten } from '../../builders/documents.ts';
import { programFile } from '../../builders/program.ts';
import { checkoutCacheFolder } from '../../../testbed/clusters/places.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import type { Kubectl } from '../../../testbed/demo/kubectl.ts';

const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** Makes an empty namespace in which Pod Security refuses whatever is not `restricted`. */
export async function makeNamespace(
  kubectl: Kubectl,
  name: string,
  labels: Readonly<Record<string, string>> = restricted,
) {
  await removeNamespace(kubectl, name);
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]);
}

export async function removeNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.run(['delete', 'namespace', name, '--ignore-not-found', '--timeout=200s']);
}

/** An image with a shell that the nodes of a cluster have: the one that keeps pod sandboxes alive. */
async function shellImage(kubectl: Kubectl): Promise<string> {
  const config = await kubectl.get(['configmap', 'local-path-config', '-n', 'local-path-storage']);
  const helper = stringAt(config, 'data', 'helperPod.yaml') ?? '';
  return /"image":"([^"]+)"/.exec(helper)?.[1] ?? '';
}

export interface ShellPod {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly name: string;
  /** Claims by the folder where they are mounted. */
  readonly claims: Readonly<Record<string, string>>;
  /** 0: root with what a container usually may, where the namespace allows that. */
  readonly user?: number;
}

/** Group that owns the volumes in these tests. */
const volumeGroup = 4321;

/** Starts a pod that mounts claims and does nothing, and waits until it runs. */
export async function startShell({ kubectl, namespace, name, claims, user = 1234 }: ShellPod): Promise<void> {
  const mounts = Object.entries(claims);
  const container = {
    name: 'main',
    image: await shellImage(kubectl),
    command: ['sleep', 'infinity'],
    securityContext: user === 0 ? {} : { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: mounts.map(([mountPath], index) => ({ name: `v${String(index)}`, mountPath })),
  };
  // Without this policy the cluster gives the group rights to all files of the volume, which are compared here.
  const fsGroupChangePolicy = 'OnRootMismatch';
  const group = user === 0 ? {} : { fsGroup: volumeGroup, fsGroupChangePolicy };
  const security = { runAsNonRoot: user !== 0, runAsUser: user, runAsGroup: user, ...group };
  const spec = {
    terminationGracePeriodSeconds: 0,
    securityContext: { ...security, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: mounts.map(([, claimName], index) => ({
      name: `v${String(index)}`,
      persistentVolumeClaim: { claimName },
    })),
  };
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec }]);
  await kubectl.run(['wait', '--for=condition=Ready', `pod/${name}`, '-n', namespace, '--timeout=200s']);
}

export async function stopShell({ kubectl, namespace, name }: Omit<ShellPod, 'claims'>): Promise<void> {
  await kubectl.run(['delete', 'pod', name, '-n', namespace, '--ignore-not-found', '--grace-period=0', '--force']);
  await kubectl.run(['wait', '--for=delete', `pod/${name}`, '-n', namespace, '--timeout=200s']);
}

/** Runs a shell script in a pod. */
export function inShell({ kubectl, namespace, name }: Omit<ShellPod, 'claims'>, script: string): Promise<string> {
  return kubectl.run(['exec', '-i', name, '-n', namespace, '--', 'bash', '-s'], script);
}

export function claimOf(namespace: string, name: string, spec: JsonObject = {}): object {
  const resources = { requests: { storage: '100Mi' } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources, ...spec },
  };
}

/**
 * Every file of a folder with type, mode, owner, size, time, number of links, target and content: independent of the
 * programs that copied it. Folders without size and, for the root, without time.
 */
export function listTree(pod: Omit<ShellPod, 'claims'>, folder: string): Promise<string> {
  return inShell(
    pod,
    [
      `cd ${folder}`,
      String.raw`find . -mindepth 1 -type d -printf '%p %y %m %U %T@\0' | sort -z | tr '\0' '\n'`,
      String.raw`find . -mindepth 1 ! -type d -printf '%p %y %m %U %s %T@ %n %l\0' | sort -z | tr '\0' '\n'`,
      `find . -type f -print0 | sort -z | xargs -0 sha256sum`,
    ].join('\n'),
  );
}

/** Blocks of 512 bytes that a file takes on its file system. */
export async function blocksOf(pod: Omit<ShellPod, 'claims'>, file: string): Promise<number> {
  return Number(await inShell(pod, `stat -c %b ${file}`));
}

/** Numbers of setxattr and getxattr, for the perl of the pods: no program there does it. */
const attributeCalls = 'case $(uname -m) in x86_64) set=188 get=191;; *) set=5 get=8;; esac';

/** Gives a file an extended attribute `user.note`. */
export async function setNote(pod: Omit<ShellPod, 'claims'>, file: string, note: string): Promise<void> {
  const call = `($n, @a) = @ARGV; syscall(0 + $n, $a[0], $a[1], $a[2], length $a[2], 0) == 0 or die "$!\\n"`;
  await inShell(pod, `${attributeCalls}; perl -e '${call}' $set '${file}' user.note '${note}'`);
}

/** The files of a folder that have an attribute `user.note`, a line each with it. */
export function listNotes(pod: Omit<ShellPod, 'claims'>, folder: string): Promise<string> {
  const read = '($f, $k, $b) = ($_, "user.note", "\\0" x 64); $n = syscall(0 + $ENV{get}, $f, $k, $b, 64)';
  const tell = 'print "$f ", substr($b, 0, $n), "\\n" if $n >= 0';
  return inShell(
    pod,
    `${attributeCalls}; export get; cd ${folder}; find . -print0 | sort -z | perl -0 -ne 'chomp; ${read}; ${tell}'`,
  );
}

export interface TransferRun {
  readonly exitCode: number;
  readonly stderr: string;
  readonly results: unknown;
  readonly items: readonly unknown[];
  readonly status: string;
}

/** Runs crane-transfer-pvc as a process; `onStart` gets its means to be ended. */
export async function transfer(
  flags: Readonly<Record<string, string>>,
  options: { readonly onStart?: (process: RunningTransfer) => Promise<void> } = {},
): Promise<TransferRun> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-tasks-volumes-'));
  const args = Object.entries({
    kubeconfig: join(checkoutCacheFolder, 'kubeconfig'),
    'source-context': 'source',
    'dest-context': 'destination',
    'report-dir': folder,
    'endpoint-type': 'node-port',
    ...flags,
  }).map(([name, value]) => `--${name}=${value}`);
  try {
    const child = execa(process.execPath, [programFile, 'crane-transfer-pvc', '--output=json', ...args], {
      reject: false,
      stdin: 'ignore',
    });
    const since = Date.now();
    const [ended] = await Promise.all([child, options.onStart?.({ kill: (signal) => child.kill(signal) })]);
    await assertWritten({ cwd: folder, args, since });
    const report: unknown = await readFile(join(folder, 'reports/crane-transfer-pvc.json'), 'utf8').then(
      JSON.parse,
      () => ({}),
    );
    return {
      exitCode: ended.exitCode ?? -1,
      stderr: ended.stderr,
      results: ended.stdout === '' ? {} : (JSON.parse(ended.stdout) as unknown),
      items: arrayAt(report, 'items'),
      status: stringAt(report, 'status') ?? '',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface RunningTransfer {
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => boolean;
}

/** The item of a claim in a report. */
export function claimItem(run: TransferRun, claim: string): unknown {
  return run.items.find((item) => stringAt(item, 'id') === `claim ${claim}`);
}

export function evidenceOf(run: TransferRun, claim: string): unknown {
  return valueAt(claimItem(run, claim), 'evidence');
}

const helperLabel = 'app.kubernetes.io/component=volume-transfer';

/** What transfers have made in a namespace and is still there, as `Kind/name`. */
export async function helpersIn(kubectl: Kubectl, namespace: string): Promise<readonly string[]> {
  const kinds = 'jobs,pods,secrets,services,routes.route.openshift.io,ingresses,networkpolicies';
  const objects = await kubectl.list([kinds, '-n', namespace, '-l', helperLabel]);
  return objects.map((object) => `${stringAt(object, 'kind') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`);
}

/** Waits until the mover of a namespace copies, for the first time or after its connection broke so many times. */
export async function waitForCopying(kubectl: Kubectl, namespace: string, breaks = 0): Promise<void> {
  await waitFor({
    what: `a mover that copies after ${String(breaks)} breaks`,
    seconds: 240,
    check: async () => {
      const log = await kubectl
        .run(['logs', '-n', namespace, '-l', `${helperLabel},crane-tasks.dev/role=client`, '--tail=-1'])
        .catch(() => '');
      const parts = log.split('the connection broke');
      return parts.length > breaks && parts.at(-1)?.includes('"event":"progress"') === true
        ? undefined
        : `${String(parts.length - 1)} breaks and no progress since in its log`;
    },
  });
}

/** Deletes the helper pods of one side at once. */
export async function killHelper(kubectl: Kubectl, namespace: string, role: 'client' | 'server'): Promise<void> {
  const selector = `${helperLabel},crane-tasks.dev/role=${role}`;
  await kubectl.run(['delete', 'pods', '-n', namespace, '-l', selector, '--grace-period=0', '--force', '--wait=false']);
}
