import { listMounted, readCaBundle, readMounted } from '../../adapters/files/read-mounted.ts';
import { openBlobStore } from '../../adapters/s3/open-store.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { BlobStore } from '../../domain/source/blob-store.ts';
import { readS3Connection, type S3Settings } from '../../domain/source/s3-connection.ts';
import type { TaskContext } from '../../runtime/define-task.ts';

interface StoreWorkspaces {
  readonly 's3-connection': string;
  readonly 'ca-bundle': string | undefined;
}

/** Opens the bucket that the workspaces describe. @throws TaskError `invalid-file` */
export async function openStore(
  { 's3-connection': folder, 'ca-bundle': caBundle }: StoreWorkspaces,
  { environment, signal, log }: TaskContext,
): Promise<BlobStore> {
  const names = await listMounted(folder);
  if (names === undefined) {
    const remedy = 'Bind the Secret of the connection, or name a folder with its keys as files.';
    throw new TaskError('invalid-file', `reading ${folder}: expected a folder`, { remedy });
  }
  const read = async (name: string) => (names.includes(name) ? readMounted(folder, name) : undefined);
  const settings: S3Settings = {
    config: await read('config'),
    credentials: await read('credentials'),
    endpoint: await read('endpoint'),
    bucket: await read('bucket'),
    useSSL: await read('useSSL'),
  };
  return openStoreOf(settings, caBundle, { environment, signal, log });
}

/** Opens the bucket that settings describe. @throws TaskError `invalid-file` */
export async function openStoreOf(
  settings: S3Settings,
  caBundle: string | undefined,
  { environment, signal, log }: Pick<TaskContext, 'environment' | 'signal' | 'log'>,
): Promise<BlobStore> {
  return openBlobStore({
    connection: readS3Connection(settings, log.redactor),
    caBundle: await readCaBundle(caBundle),
    environment,
    signal,
    log,
  });
}
