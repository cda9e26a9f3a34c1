import { once } from 'node:events';
import { request as openRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';

import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { ReachRegistry } from '../../../usecases/validate/check-registries.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { guardAddress } from './address-guard.ts';

/** Milliseconds that a registry may take to answer. */
const answerTime = 5000;

/**
 * Asks a registry for its version without a login. Addresses are what users type: the rules for those of clusters hold.
 * It throws TaskError `unreachable` for each that does not answer this server; the pods of a run may still reach it.
 */
export function reachRegistryFrom(
  settings: Pick<ServerSettings, 'mode' | 'allowedClusters'>,
  signal: AbortSignal,
): ReachRegistry {
  return async (host) => {
    try {
      const { url, lookup } = await guardAddress(`https://${host}`, settings);
      await ask({ host: url.hostname, port: url.port === '' ? 443 : Number(url.port), lookup }, signal);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new TaskError('unreachable', `reaching registry ${host} from the wizard: ${messageOf(error)}`, {
        remedy: 'Check that pods of the cluster of the runs reach it.',
        cause: error,
      });
    }
  };
}

async function ask(place: Pick<RequestOptions, 'host' | 'port' | 'lookup'>, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTime)]);
  const request = openRequest({ ...place, path: '/v2/', method: 'GET', agent: false, signal: limit });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.destroy();
  // https://distribution.github.io/distribution/spec/api/#api-version-check
  const { statusCode = 0 } = response;
  if (statusCode !== 200 && statusCode !== 401) throw new Error(`the answer is ${String(statusCode)}`);
}
