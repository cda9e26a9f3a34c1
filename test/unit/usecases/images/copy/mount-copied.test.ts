import { expect, it } from 'vitest';

import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import { mountCopied } from '../../../../../src/usecases/images/copy/mount-copied.ts';
import { memoryPorts } from '../../../../fakes/memory-registry.ts';

const destination = { host: 'b.example', path: 'new/web' };
const blobs = ['own', 'base', 'here', 'elsewhere'].map((digest) => ({ digest, size: 1 }));
const arrived = new Map([
  ['base', { host: 'b.example', path: 'new/api' }],
  ['here', destination],
  ['elsewhere', { host: 'c.example', path: 'new/api' }],
]);

it('mounts what another repository of the same registry has', async () => {
  const ports = memoryPorts();
  await mountCopied({ blobs, destination }, { arrived }, ports);
  expect(ports.to.mounts).toEqual(['new/api@base to new/web']);
});

it('leaves it to the copy when the registry refuses', async () => {
  const ports = memoryPorts();
  ports.to.mount = () => Promise.reject(new SyncFailure('denied', '403'));
  await mountCopied({ blobs, destination }, { arrived }, ports);
});
