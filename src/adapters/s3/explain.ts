import { S3ServiceException } from '@aws-sdk/client-s3';

import { messageOf, TaskError, type ErrorCode } from '../../domain/core/errors.ts';
import { withoutTrailing } from '../../domain/core/without-trailing.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { errnoOf } from '../files/errno.ts';
import { classifyTlsError, tooLong } from '../http/transport.ts';
import { mostAnswerBytes } from './limit-answers.ts';
import { notAStorage } from './refuse-pages.ts';

const longest = 300;

// Codes of S3, MinIO and versitygw.
const codes: readonly { readonly code: RegExp; readonly means: ErrorCode; readonly remedy: string }[] = [
  {
    code: /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|CredentialsProviderError)$/,
    means: 'unauthorized',
    remedy: 'Check the keys in the Secret of the workspace s3-connection.',
  },
  {
    code: /^(?:AccessDenied|AllAccessDisabled|AccountProblem)$/,
    means: 'forbidden',
    remedy: 'Give the account the right to read and write objects of this bucket.',
  },
  {
    code: /^(?:NoSuchKey|NotFound)$/,
    means: 'blob-not-found',
    remedy: 'Check the blob id and the bucket, or upload the source again.',
  },
  {
    code: /QuotaExceeded|StorageFull|InsufficientStorage|EntityTooLarge/i,
    means: 'storage-full',
    remedy: 'Delete old sources from the bucket or raise its quota, then run again.',
  },
  {
    code: /^RequestTimeTooSkewed$/,
    means: 'storage-refused',
    remedy: 'Set the clock of this computer and of the storage, then run again.',
  },
];

/** What a failed request to the storage means. Texts of the server are redacted. */
export function explainS3(doing: string, error: unknown, redactor: Redactor): unknown {
  if (error instanceof TaskError || (error instanceof Error && error.name === 'AbortError')) return error;
  if (error instanceof S3ServiceException) return explainAnswer(doing, error, redactor);
  const name = error instanceof Error ? error.name : '';
  const code = errnoOf(error);
  if (code === tooLong) return foreignAnswer(`${doing}: an answer is longer than ${String(mostAnswerBytes)} bytes`);
  if (code === notAStorage) return foreignAnswer(`${doing}: ${messageOf(error)}`);
  const message = `${doing}: ${redactor.excerpt(messageOf(error) || code, longest)}`;
  const known = codes.find((each) => each.code.test(name));
  if (known !== undefined) return new TaskError(known.means, message, { remedy: known.remedy });
  if (classifyTlsError(code) === 'untrusted') {
    const remedy = 'Put the authority of the storage into the workspace ca-bundle.';
    return new TaskError('tls-untrusted', message, { remedy });
  }
  const isNetwork = code !== '' || /Timeout/.test(name);
  if (!isNetwork) return error;
  return new TaskError('unreachable', message, {
    remedy: 'Check the address in the workspace s3-connection and the network, then run again to resume.',
  });
}

function foreignAnswer(message: string): TaskError {
  return new TaskError('storage-refused', message, {
    remedy: 'Check that the address is the one of an object storage with the API of S3.',
  });
}

function explainAnswer(doing: string, error: S3ServiceException, redactor: Redactor): TaskError {
  const status = error.$metadata.httpStatusCode ?? 0;
  // The client has this text where the answer has none, as those to HEAD requests.
  const said = error.message === 'UnknownError' ? '' : `: ${redactor.excerpt(error.message, longest)}`;
  const message = `${doing}: ${String(status)} ${error.name}${withoutTrailing(said, '.')}`;
  const known = codes.find(({ code }) => code.test(error.name));
  if (known !== undefined)
    return new TaskError(known.means, message, { remedy: isLate(error) ? lateRemedy : known.remedy });
  const byStatus: Readonly<Record<number, ErrorCode>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'blob-not-found',
    507: 'storage-full',
  };
  const means =
    new Map(Object.entries(byStatus)).get(String(status)) ?? (status >= 500 ? 'unreachable' : 'storage-refused');
  // A refusal that is not known can have any cause, not only those of the codes with the same meaning.
  const same = means === 'storage-refused' ? undefined : codes.find((each) => each.means === means);
  return new TaskError(means, message, { remedy: same?.remedy ?? 'See what the storage says, fix it and run again.' });
}

const lateRemedy =
  'The clocks agree: the connection is too slow for a request. Use a faster one, then run again to resume.';
/** Clocks that differ by less are not the cause: storages accept requests that are up to 15 minutes old. */
const mostDifference = 5 * 60_000;

/** Whether a request was too old although the clock of the storage is right: it took long to arrive. */
function isLate({ name, $response }: S3ServiceException): boolean {
  const date = Date.parse($response?.headers['date'] ?? '');
  return name === 'RequestTimeTooSkewed' && Math.abs(date - Date.now()) < mostDifference;
}
