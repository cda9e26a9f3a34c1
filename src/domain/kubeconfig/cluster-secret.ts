import { TaskError } from '../core/errors.ts';
import type { ObjectRef } from '../kube/api-paths.ts';
import { knownKinds } from '../kube/known-kinds.ts';
import { stringAt } from '../core/json-object.ts';
import type { Redactor, Secret } from '../core/secret.ts';
import { withoutTrailing } from '../core/without-trailing.ts';
import type { ExecEntry } from './kubeconfig.ts';

/** The Secret with the credentials of another cluster. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** What such a Secret holds: keys `url` and `token` as crane-runner reads them, and optional ones with defaults. */
export interface ClusterSecret {
  readonly url: string;
  readonly token: Secret;
  /** Of the keys `ca.crt` or `ca` (PEM); undefined for the system's authorities. */
  readonly ca: string | undefined;
  /** Keys with the names and meanings of the fields of a kubeconfig cluster. */
  readonly insecureSkipTlsVerify: boolean;
  readonly proxyUrl: string | undefined;
  readonly tlsServerName: string | undefined;
}

const command = 'crane-tasks';
const subcommand = 'cluster-credential';
const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** An empty name would list all Secrets of the namespace. @throws TaskError `invalid-param` for an invalid name */
export function secretRef({ namespace, name }: SecretPlace): ObjectRef {
  if (!objectName.test(namespace) || !objectName.test(name)) {
    const given = JSON.stringify(`${namespace}/${name}`);
    throw new TaskError('invalid-param', `reading the Secret of a cluster: invalid namespace and name ${given}`, {
      remedy: 'Give the name of the Secret: lower-case letters, digits, dashes and dots.',
    });
  }
  return { kind: knownKinds.secrets, namespace, name };
}

/** The exec entry that reads the token from the Secret with the rights of its user: the file holds no secret. */
export function execEntryFor({ namespace, name }: SecretPlace): ExecEntry {
  const args = [subcommand, `--cluster-secret=${name}`, `--namespace=${namespace}`];
  return { apiVersion: 'client.authentication.k8s.io/v1', command, args, env: [] };
}

/** The Secret that one of our exec entries names; undefined for any other program. */
export function secretPlaceOf(exec: ExecEntry): SecretPlace | undefined {
  if (exec.command !== command || exec.args[0] !== subcommand) return undefined;
  const valueOf = (flag: string): string | undefined =>
    exec.args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
  const name = valueOf('cluster-secret');
  const namespace = valueOf('namespace');
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/** The error of a Secret that has no login, or does not exist. */
export function unusableSecret({ namespace, name }: SecretPlace, why: string): TaskError {
  return new TaskError('invalid-param', `reading Secret ${namespace}/${name}: ${why}`, {
    remedy: 'The Secret needs the keys `url` (address of the API server) and `token`, optionally `ca.crt` (PEM).',
  });
}

/** How a Secret is read. */
interface SecretReading {
  /** Base64 to text. */
  readonly decode: (base64: string) => string;
  /** Why an authority cannot be used. */
  readonly faultOfAuthority: (pem: string) => string | undefined;
  readonly redactor: Redactor;
}

/** Reads a Secret of the API. @throws TaskError `invalid-param` naming the key that is missing or cannot be used */
export function parseClusterSecret(
  value: unknown,
  place: SecretPlace,
  { decode, faultOfAuthority, redactor }: SecretReading,
): ClusterSecret {
  const read = (key: string): string | undefined => {
    const found = stringAt(value, 'data', key);
    return found === undefined ? undefined : decode(found).trim();
  };
  const need = (key: string): string => {
    const found = read(key);
    if (found !== undefined && found !== '') return found;
    throw unusableSecret(place, `key \`${key}\` is missing or empty`);
  };
  const authority = (key: string): string | undefined => {
    const pem = read(key) || undefined;
    const fault = pem && faultOfAuthority(pem);
    if (fault) throw unusableSecret(place, `key \`${key}\`: ${fault}`);
    return pem;
  };
  return {
    url: withoutTrailing(need('url'), '/'),
    token: redactor.secret(need('token')),
    ca: authority('ca.crt') ?? authority('ca'),
    insecureSkipTlsVerify: read('insecure-skip-tls-verify') === 'true',
    proxyUrl: read('proxy-url') || undefined,
    tlsServerName: read('tls-server-name') || undefined,
  };
}
