import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt } from '../../src/domain/core/json-object.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  makeRoleAccounts,
  rightsIn,
  rightsUsed,
  rolesOf,
  sides,
  type RoleAccounts,
  type Side,
} from './volumes/role-accounts.ts';
import {
  claimOf,
  helpersIn,
  inShell,
  makeNamespace,
  removeNamespace,
  startShell,
  transfer,
  type TransferRun,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const task = 'crane-transfer-pvc';
const namespace = 'volumes-roles';
/** Too long for a label of a host name together with the name of a Route. */
const longNamespace = 'volumes-roles-of-a-destination-with-a-long-name';

/** No request shows these: OpenShift asks for the first two, Kubernetes 1.35 for the third. */
const askedByAdmission = [
  'update jobs.batch/finalizers',
  'create routes.route.openshift.io/custom-host',
  'create pods/portforward',
];

let folder: string;
let image: string;
let accounts: RoleAccounts | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crane-tasks-roles-'));
  image = await loadTransferImage();
  const [source, destination] = [localKubectl('source'), localKubectl('destination')];
  await Promise.all([
    makeNamespace(source, namespace),
    makeNamespace(destination, namespace),
    makeNamespace(destination, longNamespace),
  ]);
  await source.apply([claimOf(namespace, 'data'), claimOf(namespace, 'unused')]);
  const writer = { kubectl: source, namespace, name: 'writer' };
  await startShell({ ...writer, claims: { '/data': 'data' } });
  await inShell(writer, 'umask 022; echo one > /data/a');
  accounts = await makeRoleAccounts({ task, namespace, others: [longNamespace], file: join(folder, 'kubeconfig') });
});

afterAll(async () => {
  await accounts?.stop();
  await rm(folder, { recursive: true, force: true });
  await Promise.all([
    ...sides.map((side) => removeNamespace(localKubectl(side), namespace)),
    removeNamespace(localKubectl('destination'), longNamespace),
  ]);
});

describe('the roles of crane-transfer-pvc', () => {
  it('are enough for each way to the destination, and each right in them is used', async () => {
    const moved = await run({ 'source-pvc-name': '*', verify: 'true' });
    expect(moved, moved.stderr).toMatchObject({ exitCode: 0, results: { 'transferred-count': '2' } });
    const byRoute = await run({ 'endpoint-type': 'route' });
    expect(byRoute, byRoute.stderr).toMatchObject({ exitCode: 0, status: 'succeeded' });
    const forwarded = await run({ 'endpoint-type': 'port-forward' });
    expect(forwarded, forwarded.stderr).toMatchObject({ exitCode: 0, status: 'succeeded' });
    // These get no address here, or one that no name leads to, and no node finds that image; they are asked for all the same.
    for (const flags of [
      { 'endpoint-type': 'route', 'dest-namespace': longNamespace },
      { 'endpoint-type': 'load-balancer' },
      { 'endpoint-type': 'nginx-ingress', subdomain: 'apps.none.test' },
      { 'transfer-image': 'localhost:5050/platform/none:1', 'check-space': 'false' },
    ]) {
      const failed = await run({ ...flags, 'start-timeout': '12', 'endpoint-timeout': '6', 'connect-timeout': '5' });
      expect(failed.stderr).toMatch(/got no address|does not run|cannot connect to volume-|\(gave-up\)/);
    }
    for (const side of sides) {
      await untilNothingIsLeft(side);
      const answered = accounts?.answered(side) ?? [];
      expect(answered.filter((answer) => answer.startsWith('403'))).toEqual([]);
      expect(rightsUsed(answered)).toEqual(granted(side).filter((right) => !askedByAdmission.includes(right)));
    }
  });
});

function run(flags: Readonly<Record<string, string>>): Promise<TransferRun> {
  const common = { 'source-namespace': namespace, 'source-pvc-name': 'data', 'transfer-image': image };
  return transfer({ kubeconfig: join(folder, 'kubeconfig'), ...common, ...flags });
}

/** What a failed transfer made is removed by the cluster, which nobody waits for. */
function untilNothingIsLeft(side: Side): Promise<void> {
  return waitFor({
    what: 'the removal of the helpers',
    seconds: 60,
    check: async () => {
      const left = await helpersIn(localKubectl(side), namespace);
      return left.length === 0 ? undefined : left.join(', ');
    },
  });
}

function granted(side: Side): readonly string[] {
  return rightsIn(rolesOf(task, side).flatMap((role) => arrayAt(role, 'rules')));
}
