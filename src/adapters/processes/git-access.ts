import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

import { TaskError } from '../../domain/core/errors.ts';
import { decodeUserInfo, type Remote } from '../../domain/git/remote.ts';
import { chooseProxy, readProxySettings } from '../../domain/http/proxy.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import { readInput, readMember } from '../files/read-text.ts';
import type { PrivateFolder } from './private-folder.ts';

export interface AccessOptions {
  readonly remote: Remote;
  /** Folder with credentials; undefined: what Tekton or the user put into the home folder. */
  readonly credentials: string | undefined;
  /** PEM: authorities besides those of the system and of the credentials. Absent: none. */
  readonly caBundle?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: PrivateFolder;
  readonly redactor: Redactor;
  /** Seconds without a byte after which a request over HTTP is given up, 120 without it; ssh asks a server four times meanwhile. */
  readonly stallSeconds?: number;
}

const usualStall = 120;
const questions = 4;

/**
 * Writes what git needs to log in into a private folder, and gives the environment that leads it there. Nothing secret is
 * in arguments or environment: git reads a header from its configuration, ssh a key from a file. No helper program is
 * configured, since git would start it through a shell.
 *
 * Credentials are files as in Secrets of the types kubernetes.io/basic-auth (`username`, `password`) and
 * kubernetes.io/ssh-auth (`ssh-privatekey`, `known_hosts`), or `.git-credentials` as git stores them; `ca.crt` adds authorities.
 * @throws TaskError `invalid-file` when ssh has no key of the server to check, `invalid-param` for a proxy that cannot be used
 */
export async function prepareAccess(options: AccessOptions): Promise<Readonly<Record<string, string>>> {
  const { remote, environment, folder } = options;
  const config = ['[core]', '\tautocrlf = false', '\thooksPath = /dev/null', '[gc]', '\tauto = 0', ''].join('\n');
  await folder.write('gitconfig', config + (remote.transport === 'http' ? await httpConfig(options) : ''));
  return {
    PATH: environment['PATH'] ?? '',
    HOME: folder.pathOf('.'),
    GIT_CONFIG_GLOBAL: folder.pathOf('gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ATTR_NOSYSTEM: '1',
    // A repository on this computer could have what it lacks fetched from elsewhere, by a program of its choice.
    GIT_NO_LAZY_FETCH: '1',
    // The address may redirect to no other protocol, and no other helper program of git is started.
    GIT_ALLOW_PROTOCOL: protocolOf(remote),
    LC_ALL: 'C',
    ...(remote.transport === 'ssh' ? { GIT_SSH: await writeSsh(options), GIT_SSH_VARIANT: 'ssh' } : {}),
  };
}

function protocolOf({ transport, origin }: Remote): string {
  return transport === 'http' && origin.startsWith('https:') ? 'https' : transport;
}

async function httpConfig(options: AccessOptions): Promise<string> {
  const authorities = await extraAuthorities(options);
  const tls = authorities === undefined ? '' : `[http]\n\tsslCAInfo = ${quote(authorities)}\n`;
  const login = await findLogin(options);
  const stall = `[http]\n\tlowSpeedLimit = 1\n\tlowSpeedTime = ${String(options.stallSeconds ?? usualStall)}\n`;
  return tls + stall + proxyConfig(options) + (login === undefined ? '' : loginConfig(options, login));
}

/** Which proxy it is follows from the rules of Go: libcurl reads NO_PROXY in another way, also for loopback addresses. */
function proxyConfig({ remote, environment }: AccessOptions): string {
  const proxy = chooseProxy(readProxySettings(environment), new URL(remote.origin));
  return proxy === undefined ? '' : `[http]\n\tproxy = ${quote(proxy)}\n\tproxyAuthMethod = basic\n`;
}

interface Login {
  readonly username: string;
  readonly password: Secret;
}

async function findLogin(options: AccessOptions): Promise<Login | undefined> {
  const { remote, credentials, environment, redactor } = options;
  const place = credentials ?? environment['HOME'];
  if (!place) return undefined;
  if (credentials !== undefined) {
    const [username, password] = await Promise.all([readMounted(place, 'username'), readMounted(place, 'password')]);
    // Servers that take a token alone do not look at the name.
    if (password !== undefined) return { username: username ?? 'git', password: redactor.secret(password) };
  }
  const name = '.git-credentials';
  const stored = (await (credentials === undefined ? readText(join(place, name)) : readMounted(place, name))) ?? '';
  const { origin } = new URL(remote.origin);
  const urls = stored.split('\n').map((line) => URL.parse(line));
  const found = urls.find((url) => url?.origin === origin && url.username !== '');
  if (!found) return undefined;
  const password = redactor.secret(decodeUserInfo(found.password));
  return { username: decodeUserInfo(found.username), password };
}

/**
 * Only for this server. git reads the header of `http.<url>` for the first address, and would send it to the server of a
 * redirect too.
 */
function loginConfig({ remote: { origin }, redactor }: AccessOptions, { username, password }: Login): string {
  const token = redactor.secret(Buffer.from(`${username}:${password.reveal()}`).toString('base64'));
  const header = quote(`Authorization: Basic ${token.reveal()}`);
  return `[http]\n\tfollowRedirects = false\n[http ${quote(`${origin}/`)}]\n\textraHeader = ${header}\n`;
}

/** A file with the public authorities and the additional ones, as git takes only one. */
async function extraAuthorities(options: AccessOptions): Promise<string | undefined> {
  const { credentials, caBundle = '', folder } = options;
  const own = credentials === undefined ? '' : ((await readMounted(credentials, 'ca.crt')) ?? '');
  const extra = [own, caBundle].filter((pem) => pem !== '');
  if (extra.length === 0) return undefined;
  await folder.write('authorities.pem', [...(await knownAuthorities(options)), ...extra, ''].join('\n'));
  return folder.pathOf('authorities.pem');
}

/** Those of the system, where git itself would read them, else those of this program. */
async function knownAuthorities({ environment }: AccessOptions): Promise<readonly string[]> {
  const system = await readText(environment['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt');
  return system ? [system] : getCACertificates('default');
}

// git starts a GIT_SSH program itself, but a GIT_SSH_COMMAND with arguments through a shell.
const sshProgram = `#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const own = JSON.parse(readFileSync(require('node:path').join(__dirname, 'ssh-arguments.json'), 'utf8'));
const { status } = spawnSync('ssh', [...own, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 255;
`;

async function writeSsh({
  credentials,
  environment,
  folder,
  stallSeconds = usualStall,
}: AccessOptions): Promise<string> {
  const place = credentials ?? join(environment['HOME'] ?? '', '.ssh');
  const names: readonly string[] = await readdir(place).catch(() => []);
  if (!names.includes('known_hosts')) {
    throw new TaskError('invalid-file', `reading ${place}: there is no known_hosts to know the ssh server by`, {
      remedy: "Add a file known_hosts to the credentials, for example from 'ssh-keyscan', after checking it.",
    });
  }
  // As ssh-keygen calls keys, and Tekton: `id_` and the name of the Secret.
  const keys = names.filter((name) => name === 'ssh-privatekey' || /^id_[\w.-]+(?<!\.pub)$/.test(name));
  // ssh refuses keys that others may read, as files of a mounted Secret are.
  const read =
    credentials === undefined ? (key: string) => readText(join(place, key)) : readMounted.bind(undefined, place);
  for (const key of keys) await folder.write(key, `${(await read(key)) ?? ''}\n`);
  const settings = [
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${join(place, 'known_hosts')}`,
    `ConnectTimeout=${String(stallSeconds)}`,
    `ServerAliveInterval=${String(Math.ceil(stallSeconds / questions))}`,
    `ServerAliveCountMax=${String(questions)}`,
  ];
  const args = [
    ...['-F', 'none'],
    ...settings.flatMap((setting) => ['-o', setting]),
    ...keys.flatMap((key) => ['-i', folder.pathOf(key)]),
  ];
  await folder.write('ssh-arguments.json', JSON.stringify(args));
  await folder.write('ssh', sshProgram);
  await chmod(folder.pathOf('ssh'), 0o700);
  return folder.pathOf('ssh');
}

/** A file in the home folder, where the user may have links. */
function readText(path: string): Promise<string | undefined> {
  return toText(readInput(path));
}

/** A file in a folder with credentials, as a mounted Secret makes it. */
function readMounted(folder: string, name: string): Promise<string | undefined> {
  return toText(readMember(folder, name));
}

async function toText(bytes: Promise<Buffer>): Promise<string | undefined> {
  try {
    return (await bytes).toString('utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

/** A value of a git configuration file: git-config(1), "Syntax". */
function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
