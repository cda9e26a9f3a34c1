import { TaskError } from '../../domain/core/errors.ts';
import { listMounted, readMounted } from '../files/read-mounted.ts';

const certificateName = /\.(?:crt|pem|cer)$/;

/**
 * Reads certificate authorities from a PEM file, or from all PEM files of a folder.
 * @returns PEM text, empty for none
 * @throws TaskError `invalid-file`, also when there is no certificate
 */
export async function readCaBundle(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const names = (await listMounted(path))?.filter((name) => certificateName.test(name)).sort();
  const texts = await Promise.all(names?.map((name) => readMounted(path, name)) ?? [readMounted(path)]);
  const text = texts.map((part) => part.trimEnd() + '\n').join('');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new TaskError('invalid-file', `reading certificate authorities from ${path}: there is no PEM certificate`, {
    remedy: 'Give a PEM file, or a folder with *.crt or *.pem files.',
  });
}
