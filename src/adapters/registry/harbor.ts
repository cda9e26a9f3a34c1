import { stringAt } from '../../domain/core/json-object.ts';
import { parseJson } from '../../domain/core/parse-json.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { CreatedProject } from '../../domain/oci/registry.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { ConnectionOptions } from './connection.ts';
import { exchangeOnce } from './exchange.ts';

/** Harbor's API 2.0: https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml */
const api = '/api/v2.0';
const largestAnswer = 1024 * 1024;

/**
 * Creates a private project of Harbor, which creates none when an image is pushed.
 * @throws SyncFailure `denied` when the login may not create it, `refused` for other answers, those of `exchangeOnce`
 */
export async function createHarborProject(name: string, connection: ConnectionOptions): Promise<CreatedProject> {
  const { status: known, body } = await ask({ method: 'GET', path: '/systeminfo' }, connection);
  if (known !== 200 || stringAt(parseJson(body.toString('utf8')), 'auth_mode') === undefined) return 'unsupported';
  const authorization = await connection.login.basic(name);
  const headers = authorization === undefined ? {} : { authorization };
  const found = await ask(
    { method: 'HEAD', path: `/projects?project_name=${encodeURIComponent(name)}`, headers },
    connection,
  );
  if (found.status === 200) return 'exists';
  const project = JSON.stringify({ project_name: name, metadata: { public: 'false' } });
  const answer = await ask({ method: 'POST', path: '/projects', headers, project }, connection);
  if (answer.status === 201) return 'created';
  if (answer.status === 409) return 'exists';
  throw refused(name, answer, connection);
}

interface HarborRequest {
  readonly method: string;
  /** Below the address of the API. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly project?: string;
}

function ask({ method, path, headers, project }: HarborRequest, connection: ConnectionOptions): Promise<HttpResponse> {
  const body = project === undefined ? undefined : Buffer.from(project);
  const type = body && { 'content-type': 'application/json', 'content-length': String(body.length) };
  const url = new URL(`${api}${path}`, connection.origin);
  return exchangeOnce({ method, url, headers: { ...headers, ...type }, body, mostBytes: largestAnswer }, connection);
}

function refused(name: string, { status }: HttpResponse, { origin }: ConnectionOptions): SyncFailure {
  const kind = status === 401 || status === 403 ? 'denied' : 'refused';
  return new SyncFailure(kind, `creating project ${name} of ${origin.host}: Harbor answered ${String(status)}`);
}
