import { Readable } from 'node:stream';

import type { S3Client } from '@aws-sdk/client-s3';

import { isObject, stringAt } from '../../domain/core/json-object.ts';

/** The code of `NotAStorage`. */
export const notAStorage = 'ERR_NOT_A_STORAGE';

/** An answer with a good status that no object storage gives. */
export class NotAStorage extends Error {
  readonly code = notAStorage;
}

/** Their answers always have an ETag (Amazon S3 API reference). */
const aboutObjects: ReadonlySet<unknown> = new Set([
  'PutObjectCommand',
  'UploadPartCommand',
  'HeadObjectCommand',
  'GetObjectCommand',
]);

/**
 * Makes a client refuse the answers of servers that are not a storage: the login page of a proxy has the status 200, and
 * the client would take it for a stored object, an empty list or the content of an object.
 */
export function refusePages(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (!isObject(response) || Number(response['statusCode']) >= 300) return result;
      const header = (name: string): string => stringAt(response['headers'], name) ?? '';
      const isPage = header('content-type').toLowerCase().startsWith('text/html');
      if (!isPage && (header('etag') !== '' || !aboutObjects.has(context['commandName']))) return result;
      if (response['body'] instanceof Readable) response['body'].destroy();
      throw new NotAStorage(`got ${isPage ? 'a web page' : 'an answer without ETag'}`);
    },
    { step: 'deserialize', priority: 'low', name: 'refusePages' },
  );
}
