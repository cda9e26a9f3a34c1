import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stringAt } from '../../src/domain/core/json-object.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  claimItem,
  claimOf,
  evidenceOf,
  helpersIn,
  inShell,
  killHelper,
  listNotes,
  makeNamespace,
  removeNamespace,
  setNote,
  startShell,
  stopShell,
  transfer,
  waitForCopying,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const namespace = 'volumes-root';
const source = localKubectl('source');
const destination = localKubectl('destination');
const writer = { kubectl: source, namespace, name: 'writer', user: 0 };
const reader = { kubectl: destination, namespace, name: 'reader', user: 0 };
const baseline = { 'pod-security.kubernetes.io/enforce': 'baseline' };
const claim = `${namespace}/data`;

/** Files of several users, some of which nobody else may read, and what only root makes. */
const fill = String.raw`
set -e
cd /data; umask 022
mkdir -m 0700 private; echo secret > private/a; chmod 0600 private/a; chown -R 1001:2001 private
echo shared > shared; chown 1002:2002 shared; ln shared linked; ln -s shared link; chown -h 1003:2003 link
echo run > setuid; chown 1004:2004 setuid; chmod 4755 setuid; mkdir -m 2775 group; chown 1005:2005 group
mknod device c 1 3; chmod 0666 device; mkfifo -m 0600 fifo; chown 1006:2006 fifo
head -c 400000000 /dev/zero | tr "\0" x > large; chown 1007:2007 large
`;

/** Everything but the root folder, with numbers of owners and groups. */
const list = String.raw`cd /data; find . -mindepth 1 -printf '%p %y %m %U %G %n %T@ %l\n' | sort; find . -type f -exec sha256sum {} + | sort`;

let image: string;

beforeAll(async () => {
  image = await loadTransferImage();
  await Promise.all([makeNamespace(source, namespace, baseline), makeNamespace(destination, namespace, baseline)]);
  await source.apply([claimOf(namespace, 'data')]);
  await startShell({ ...writer, claims: { '/data': 'data' } });
  await inShell(writer, fill);
  await setNote(writer, '/data/private/a', 'of a user');
  // Nothing gets in, were it not for the policy of the transfer.
  const closed = { podSelector: {}, policyTypes: ['Ingress'] };
  const metadata = { name: 'closed', namespace };
  await destination.apply([{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: closed }]);
});

afterAll(async () => {
  await Promise.all([removeNamespace(source, namespace), removeNamespace(destination, namespace)]);
});

describe('a claim with files of several users', () => {
  it('arrives as root with owners, groups, devices and attributes, through a policy of its own', async () => {
    let policies: readonly (string | undefined)[] = [];
    const flags = { 'source-namespace': namespace, 'source-pvc-name': 'data', 'transfer-image': image };
    const moved = await transfer(
      { ...flags, 'run-as-user': '0', verify: 'true' },
      {
        onStart: async () => {
          await waitForCopying(source, namespace);
          const found = await destination.list(['networkpolicies', '-n', namespace]);
          policies = found.map((policy) => stringAt(policy, 'metadata', 'ownerReferences', 0, 'kind'));
          await killHelper(destination, namespace, 'server');
        },
      },
    );
    expect(moved, moved.stderr).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(claimItem(moved, claim)).toMatchObject({ outcome: 'done', reason: 'transferred' });
    expect(evidenceOf(moved, claim)).toMatchObject({ proof: 'checksum' });
    expect(policies.toSorted()).toEqual(['Job', undefined]);
    await startShell({ ...reader, claims: { '/data': 'data' } });
    expect(await inShell(reader, list)).toBe(await inShell(writer, list));
    expect(await inShell(reader, 'stat -c "%t %T" /data/device')).toBe('1 3');
    expect(await listNotes(reader, '/data')).toBe('./private/a of a user');
    await stopShell(reader);
    expect([...(await helpersIn(source, namespace)), ...(await helpersIn(destination, namespace))]).toEqual([]);
  });
});
