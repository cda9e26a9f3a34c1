import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/** Files of a certificate and its key. */
export interface KeyPair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a signed certificate says. `organizations` become the Kubernetes groups of a client. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** Subject alternative names as openssl writes them: `DNS:name` or `IP:address`. */
  readonly names?: readonly string[];
  /** Made so that it has expired already. */
  readonly expired?: boolean;
}

const days = '3650';
const daysOfExpired = '-1';

const authoritiesInMaking = new Map<string, Promise<void>>();

/** Makes a certificate authority `<folder>/<name>.crt` and `.key`, unless it is there. */
export async function ensureAuthority(folder: string, name: string): Promise<KeyPair> {
  const pair = pairIn(folder, name);
  // Clusters come up side by side and share their authorities: a second maker would put its key beside the first one's certificate.
  const making = authoritiesInMaking.get(pair.certFile);
  if (making !== undefined) await making;
  else if (!existsSync(pair.certFile)) {
    const made = makeAuthority(folder, name).finally(() => authoritiesInMaking.delete(pair.certFile));
    authoritiesInMaking.set(pair.certFile, made);
    await made;
  }
  return pair;
}

async function makeAuthority(folder: string, name: string): Promise<void> {
  const pair = pairIn(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await makeKey(pair.keyFile);
  const subject = `/CN=crane-tasks local ${name}`;
  const extensions = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
  ];
  await openssl([
    'req',
    '-x509',
    '-new',
    '-key',
    pair.keyFile,
    '-days',
    days,
    '-subj',
    subject,
    ...extensions,
    '-out',
    pair.certFile,
  ]);
}

/** Makes `<folder>/<name>.crt` and `.key`, signed by the authority and good for servers and clients, unless they are there and say the same. */
export async function ensureCertificate(
  folder: string,
  name: string,
  options: CertificateRequest & { authority: KeyPair },
): Promise<KeyPair> {
  const pair = pairIn(folder, name);
  const subject = [
    ...(options.organizations ?? []).map((organization) => `/O=${organization}`),
    `/CN=${options.commonName}`,
  ].join('');
  const extensions = path.join(folder, `${name}.ext`);
  const content = `# ${subject}\n${extensionLines(options.names ?? [])}`;
  if (existsSync(pair.certFile) && existsSync(extensions) && readFileSync(extensions, 'utf8') === content) return pair;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await makeKey(pair.keyFile);
  await writeFile(extensions, content);
  const request = path.join(folder, `${name}.csr`);
  await openssl(['req', '-new', '-key', pair.keyFile, '-subj', subject, '-out', request]);
  const signer = [
    '-CA',
    options.authority.certFile,
    '-CAkey',
    options.authority.keyFile,
    '-set_serial',
    serialNumber(),
  ];
  await openssl([
    'x509',
    '-req',
    '-in',
    request,
    ...signer,
    '-days',
    options.expired === true ? daysOfExpired : days,
    '-extfile',
    extensions,
    '-out',
    pair.certFile,
  ]);
  return pair;
}

/** Makes the key that signs service account tokens, and its public half, unless they are there. */
export async function ensureServiceAccountKey(folder: string): Promise<{ publicFile: string; privateFile: string }> {
  const privateFile = path.join(folder, 'service-account.key');
  const publicFile = path.join(folder, 'service-account.pub');
  if (existsSync(publicFile)) return { publicFile, privateFile };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', privateFile]);
  await openssl(['pkey', '-in', privateFile, '-pubout', '-out', publicFile]);
  return { publicFile, privateFile };
}

function pairIn(folder: string, name: string): KeyPair {
  return { certFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
}

async function makeKey(file: string): Promise<void> {
  await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file]);
}

function extensionLines(names: readonly string[]): string {
  const lines = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    'extendedKeyUsage=serverAuth,clientAuth',
  ];
  if (names.length > 0) lines.push(`subjectAltName=${names.join(',')}`);
  return `${lines.join('\n')}\n`;
}

/** Two certificates of one authority must differ in their serial number, or clients may refuse the second. */
function serialNumber(): string {
  return `0x${crypto.randomUUID().replaceAll('-', '').slice(0, 30)}`;
}

async function openssl(args: readonly string[]): Promise<void> {
  await execa('openssl', args, { stdin: 'ignore' });
}
