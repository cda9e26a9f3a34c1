import { pipeline, Readable, Transform } from 'node:stream';

import type { S3Client } from '@aws-sdk/client-s3';

import { isObject } from '../../domain/core/json-object.ts';
import { BodyTooLong } from '../http/transport.ts';

/** A list of 1,000 parts, the longest that a storage gives at once, has some 300 KB. */
export const mostAnswerBytes = 8 * 1024 * 1024;

/** Makes a client refuse long answers, which it reads into memory as a whole, other than the content of an object. */
export function limitAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (!isObject(response) || !(response['body'] instanceof Readable)) return result;
      const isContent = context['commandName'] === 'GetObjectCommand' && Number(response['statusCode']) < 300;
      return isContent ? result : { ...result, response: { ...response, body: limited(response['body']) } };
    },
    // Before the client reads the body.
    { step: 'deserialize', priority: 'low', name: 'limitAnswers' },
  );
}

function limited(body: Readable): Readable {
  let size = 0;
  const counter = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      size += chunk.length;
      // Explained by `explainS3`: the client adds to the message of an error in an answer.
      if (size > mostAnswerBytes) done(new BodyTooLong(mostAnswerBytes));
      else done(null, chunk);
    },
  });
  // The reader of the counter gets the error too.
  return pipeline(body, counter, () => undefined);
}
