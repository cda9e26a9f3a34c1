import { TaskError } from '../core/errors.ts';
import type { Redactor, Secret } from '../core/secret.ts';

/** Where a bucket is and who may use it. */
export interface S3Connection {
  /** `https://host[:port]` or `http://host[:port]`. */
  readonly endpoint: URL;
  readonly bucket: string;
  readonly region: string;
  /** Undefined: what the environment has, such as the role of a cloud. */
  readonly credentials: { readonly accessKey: Secret; readonly secretKey: Secret } | undefined;
}

/** Keys of the Secret `epinio-s3-connection-details`, as far as they are there. */
export interface S3Settings {
  readonly config: string | undefined;
  readonly credentials: string | undefined;
  readonly endpoint: string | undefined;
  readonly bucket: string | undefined;
  readonly useSSL: string | undefined;
}

const defaultRegion = 'us-east-1';
const defaultBucket = 'epinio';

/**
 * Reads the settings of a connection. `config` and `credentials` are in the format of the AWS command line.
 * @throws TaskError `invalid-file`
 */
export function readS3Connection(settings: S3Settings, redactor: Redactor): S3Connection {
  const keys = readIni(settings.credentials ?? '');
  const [id, key] = [keys.get('aws_access_key_id') ?? '', keys.get('aws_secret_access_key') ?? ''];
  const secrets = { accessKey: redactor.secret(id), secretKey: redactor.secret(key) };
  if ((id === '') !== (key === '')) throw refuse('credentials has only one of the two keys');
  const useSsl = settings.useSSL?.trim() || 'true';
  if (useSsl !== 'true' && useSsl !== 'false') throw refuse('useSSL must be "true" or "false"');
  return {
    endpoint: readEndpoint(settings.endpoint?.trim() ?? '', useSsl === 'true'),
    bucket: settings.bucket?.trim() || defaultBucket,
    region: readIni(settings.config ?? '').get('region') || defaultRegion,
    credentials: id === '' ? undefined : secrets,
  };
}

function readEndpoint(text: string, isSecure: boolean): URL {
  const bare = text.replace(/^https?:\/\//, '').replace(/\/$/, '');
  if (bare === '' || /[\s/@?#]/.test(bare)) throw refuse('endpoint must be host or host:port');
  const url = `${isSecure ? 'https' : 'http'}://${bare}`;
  if (!URL.canParse(url)) throw refuse('endpoint must be host or host:port');
  return new URL(url);
}

/** Values of the section `default`, or of a file without sections. */
function readIni(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section = 'default';
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (/^[#;]/.test(trimmed)) continue;
    if (trimmed.startsWith('[') && trimmed.endsWith(']')) section = trimmed.slice(1, -1).trim();
    const middle = trimmed.indexOf('=');
    if (middle > 0 && /^(?:profile )?default$/.test(section)) {
      values.set(trimmed.slice(0, middle).trim().toLowerCase(), trimmed.slice(middle + 1).trim());
    }
  }
  return values;
}

function refuse(why: string): TaskError {
  return new TaskError('invalid-file', `reading the workspace s3-connection: ${why}`, {
    remedy: 'Bind a Secret with the keys endpoint, bucket, credentials, and optionally config and useSSL.',
  });
}
