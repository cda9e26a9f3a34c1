import { hash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { openBlobStore } from '../../../src/adapters/s3/open-store.ts';
import type { BlobContent, UploadedBlob } from '../../../src/domain/source/blob-store.ts';
import { readS3Connection } from '../../../src/domain/source/s3-connection.ts';
import { silentLog } from '../../builders/test-cluster.ts';
import { thrownBy } from '../../builders/task-error.ts';
import { startPickyStorage, type PickyOptions, type PickyStorage } from '../../fakes/picky-storage.ts';

/** Longer than a storage accepts a signature. */
const late = 16 * 60_000;
const bytes = Buffer.alloc(9 * 1024 * 1024, 'part');
const content: BlobContent = {
  size: bytes.length,
  sha256: hash('sha256', bytes),
  // eslint-disable-next-line @typescript-eslint/require-await -- an iterator over one piece
  open: async function* () {
    yield bytes;
  },
};
let storage: PickyStorage;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(async () => {
  vi.useRealTimers();
  await storage.stop();
});

async function upload(options: PickyOptions): Promise<UploadedBlob> {
  storage = await startPickyStorage(options);
  const credentials = '[default]\naws_access_key_id=key\naws_secret_access_key=secret-key\n';
  const settings = { credentials, endpoint: storage.host, bucket: 'b', useSSL: 'false', config: undefined };
  const { redactor } = silentLog;
  const { signal } = new AbortController();
  const connection = readS3Connection(settings, redactor);
  const store = openBlobStore({ connection, caBundle: '', environment: {}, signal, log: silentLog });
  return store.upload('id', content, { app: 'a', namespace: 'n', username: 'u' });
}

function wait(part: string): void {
  if (part === '1') vi.setSystemTime(Date.now() + late);
}

it('signs a part again that took 16 minutes to arrive', async () => {
  let isFirst = true;
  const onPart = (part: string): void => {
    if (isFirst) wait(part);
    isFirst &&= part !== '1';
  };
  expect(await upload({ onPart })).toMatchObject({ how: 'uploaded', sent: bytes.length });
  expect(storage.refusals()).toEqual(['RequestTimeTooSkewed']);
}, 60_000);

it('names the slow connection if a part takes so long each time, and leaves no parts', async () => {
  const error = await thrownBy(() => upload({ onPart: wait }));
  expect([error.code, error.message]).toEqual(['storage-refused', expect.stringContaining('RequestTimeTooSkewed')]);
  expect(error.remedy).toContain('too slow');
  expect(storage.aborted()).toBe(1);
}, 60_000);
