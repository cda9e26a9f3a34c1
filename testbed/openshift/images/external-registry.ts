import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { ImageReference } from './image-reference.ts';
import { manifestMediaTypes, parseManifest, type Manifest } from './manifest.ts';

/** An answer whose body still has to be read or dumped. */
interface ExternalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** A repository of another registry. */
export type ExternalRepository = Pick<ImageReference, 'registry' | 'repository'>;

/** Reads from registries outside the cluster, anonymously. */
export interface ExternalRegistry {
  /** By tag or digest. Throws ExternalError when there is no such manifest or no answer. */
  manifest(repository: ExternalRepository, tagOrDigest: string): Promise<Manifest>;
  /** Parsed JSON of a small blob. Throws ExternalError. */
  json(repository: ExternalRepository, digest: string): Promise<unknown>;
  /** Any status is an answer. Throws ExternalError when there is none. */
  blob(
    repository: ExternalRepository,
    digest: string,
    options: { method: 'GET' | 'HEAD'; range?: string },
  ): Promise<ExternalAnswer>;
  close(): Promise<void>;
}

/** Why an external registry gave nothing. */
export class ExternalError extends Error {
  override name = 'ExternalError' as const;
  readonly reason: 'NotFound' | 'Unauthorized' | 'InternalError';

  constructor(reason: ExternalError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** `ca` is PEM text. Only hosts of the map are ever connected to: tests must not reach out. */
export function createExternalRegistry(hosts: Readonly<Record<string, string>>, ca: string): ExternalRegistry {
  const dispatcher = new Agent({ connect: { ca, lookup: lookupIn(hosts), timeout: 5000 }, headersTimeout: 30_000 });
  const ask = async (
    url: string,
    options: { method: 'GET' | 'HEAD'; headers?: Record<string, string> },
  ): Promise<ExternalAnswer> => {
    try {
      const { statusCode, headers, body } = await request(url, { dispatcher, ...options });
      return { status: statusCode, headers, body };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new ExternalError('InternalError', `Internal error occurred: Get "${url}": ${cause}`, { cause: error });
    }
  };
  const json = async (repository: ExternalRepository, digest: string): Promise<unknown> => {
    const answer = await ask(urlOf(repository, 'blobs', digest), { method: 'GET' });
    return JSON.parse((await readOk(answer, `${repository.repository}@${digest}`)).toString());
  };
  return {
    json,
    manifest: async (repository, tagOrDigest) => {
      const accept = manifestMediaTypes.join(', ');
      const answer = await ask(urlOf(repository, 'manifests', tagOrDigest), { method: 'GET', headers: { accept } });
      const separator = tagOrDigest.includes(':') ? '@' : ':';
      const body = await readOk(answer, `${repository.registry}/${repository.repository}${separator}${tagOrDigest}`);
      const type = answer.headers['content-type'];
      return parseManifest(body, typeof type === 'string' ? type : undefined);
    },
    blob: async (repository, digest, { method, range }) =>
      ask(urlOf(repository, 'blobs', digest), { method, headers: range === undefined ? {} : { range } }),
    close: async () => dispatcher.destroy(),
  };
}

function urlOf({ registry, repository }: ExternalRepository, kind: 'manifests' | 'blobs', reference: string): string {
  return `https://${registry}/v2/${repository}/${kind}/${reference}`;
}

async function readOk({ status, body }: ExternalAnswer, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  if (status === 200) return Buffer.concat(chunks);
  if (status === 404) throw new ExternalError('NotFound', `dockerimage.image.openshift.io "${what}" not found`);
  if (status === 401 || status === 403)
    throw new ExternalError('Unauthorized', `you may not have access to the container image "${what}"`);
  throw new ExternalError('InternalError', `Internal error occurred: ${what}: the registry answered ${String(status)}`);
}

/** Name resolution from a fixed table. */
function lookupIn(hosts: Readonly<Record<string, string>>): LookupFunction {
  return (name, options, callback) => {
    const address = hosts[name];
    if (address === undefined) callback(new Error(`lookup ${name}: no such host`), '', 4);
    else if (options.all === true) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };
}
