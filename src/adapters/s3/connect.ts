import type { AgentOptions } from 'node:https';
import { getCACertificates } from 'node:tls';

import { S3Client } from '@aws-sdk/client-s3';

import type { Log } from '../../domain/core/ports.ts';
import type { S3Connection } from '../../domain/source/s3-connection.ts';
import { createAgents } from '../http/agents.ts';
import { limitAnswers } from './limit-answers.ts';
import { refusePages } from './refuse-pages.ts';
import { usualLimits, watchAnswers, type StorageLimits } from './watch-answers.ts';

export interface S3Options {
  readonly connection: S3Connection;
  /** PEM text of authorities to trust besides the system's; empty for none. */
  readonly caBundle: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'info' | 'progress' | 'redactor'>;
  readonly limits?: StorageLimits;
}

const mostSockets = 8;
const connectMilliseconds = 15_000;
const mostAttempts = 6;

/**
 * Opens a client that connects as all others do. The client signs each attempt when it is sent, and takes over the
 * server's clock after a refusal because of the time.
 */
export function createS3Client(options: S3Options): S3Client {
  const { connection, caBundle, environment, log, limits = usualLimits } = options;
  const pool: AgentOptions = {
    keepAlive: true,
    maxSockets: mostSockets,
    ...(caBundle === '' ? {} : { ca: [...getCACertificates('default'), caBundle] }),
  };
  const agent = createAgents(environment, pool).for(connection.endpoint);
  const { credentials } = connection;
  const client = new S3Client({
    endpoint: connection.endpoint.href,
    region: connection.region,
    forcePathStyle: true,
    // Many stores refuse the checksums that the client would add to everything.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    maxAttempts: mostAttempts,
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: connectMilliseconds,
      socketTimeout: limits.silence,
    },
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKey.reveal(),
            secretAccessKey: credentials.secretKey.reveal(),
          },
        }),
  });
  limitAnswers(client);
  refusePages(client);
  watchAnswers(client, { address: addressOf(connection), limits, log });
  return client;
}

/** Without logins, for messages. */
export function addressOf({ endpoint, bucket }: S3Connection): string {
  return `${endpoint.origin}/${bucket}`;
}
