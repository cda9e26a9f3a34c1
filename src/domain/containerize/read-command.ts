import type { ContainerTools } from './container-tools.ts';
import type { FileEntry } from './file-entry.ts';

/** A run of tar: its arguments, what it reads from its standard input, and whom it sends. */
export interface ReadRun {
  readonly command: readonly string[];
  readonly input: Uint8Array;
}

/** How the sender says that it has sent everything. */
export interface Confirmation {
  /** Exit code of tar. */
  readonly status: number | undefined;
  readonly bytes: number | undefined;
  /** SHA-256 in hex. */
  readonly sha256: string | undefined;
}

/**
 * $1: bytes of the list of names on the standard input, since a container may not see the end of it. For GNU tar its
 * options follow. The tar of busybox may not read lists, so it gets arguments.
 */
const senders = {
  gnu: `{ head -c "$n" | tar "$@"; echo "crane-tasks status $?" >&2; }`,
  busybox: `head -c "$n" | xargs -0 -s 130000 sh -c '
tar -C / -c --no-recursion -f - "$@"; echo "crane-tasks status $?" >&2' sh`,
} as const;

/** Bytes of names of one run of busybox: all must be arguments of one tar. */
const mostArguments = 100_000;

/** Copies what tar writes to the standard output, and to two programs that report its digest and its length. */
function confirmedScript(sender: string): string {
  return `n=$1; shift
exec 3>&1
{ { { ${sender} | tee /dev/fd/4 /dev/fd/5 >&3; } 4>&1 |
{ sum=$(sha256sum); echo "crane-tasks sha256 \${sum%% *}" >&2; }; } 5>&1 |
{ count=$(wc -c); echo "crane-tasks bytes $((count))" >&2; }; }`;
}

/** The program of the image of the tasks that sends as the script does. */
const sendCommand = ['crane-tasks', 'files-sender'] as const;

/**
 * The run of tar that sends files in their order. Names are relative to / and begin with `./`, so that none can be an
 * option.
 * @param linger seconds that the sender remains when it has sent everything. A node closes the connection when the command
 *   ends, and what is still under way to a slow reader can get lost (https://github.com/kubernetes/kubernetes/issues/60140)
 */
export function readRun(paths: readonly string[], tools: ContainerTools, linger = 0): ReadRun {
  const input = new TextEncoder().encode(paths.map((path) => `.${path}\0`).join(''));
  if (!tools.hasShell && tools.confirms) return { command: [...sendCommand, `--bytes=${String(input.length)}`], input };
  if (!tools.hasShell) return { command: ['env', 'LC_ALL=C', 'tar', ...gnuOptions(tools)], input };
  const sender = senders[tools.tar ?? 'gnu'];
  const sending = tools.confirms ? confirmedScript(sender) : `n=$1; shift\n${sender}`;
  const script = linger === 0 ? sending : `${sending}\nsleep ${String(linger)} || :`;
  const options = tools.tar === 'gnu' ? gnuOptions(tools) : [];
  return { command: ['env', 'LC_ALL=C', 'sh', '-c', script, 'sh', String(input.length), ...options], input };
}

/** Parts of a list that one run of tar can send. */
export function splitRuns<T extends Pick<FileEntry, 'path'>>(
  entries: readonly T[],
  tools: ContainerTools,
): readonly (readonly T[])[] {
  if (tools.tar === 'gnu') return entries.length === 0 ? [] : [entries];
  const runs: T[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    // A character has up to 3 bytes for each code unit.
    const own = entry.path.length * 3 + 2;
    if (bytes + own > mostArguments) {
      runs.push([]);
      bytes = 0;
    }
    runs.at(-1)?.push(entry);
    bytes += own;
  }
  return runs;
}

/** Reads what the script reported on the standard error, between the messages of tar. */
export function parseConfirmation(stderr: string): Confirmation {
  const value = (name: string): string | undefined =>
    new RegExp(String.raw`^crane-tasks ${name} ([0-9a-f]+)$`, 'm').exec(stderr)?.[1];
  const [status, bytes] = [value('status'), value('bytes')];
  return {
    status: status === undefined ? undefined : Number(status),
    bytes: bytes === undefined ? undefined : Number(bytes),
    sha256: value('sha256'),
  };
}

/** What a tar without a shell says: its exit code is that of the command. */
export function confirmationOf(exitCode: number): Confirmation {
  return { status: exitCode, bytes: undefined, sha256: undefined };
}

/** What was received. */
export interface Received {
  readonly bytes: number;
  readonly sha256: string;
  readonly exitCode: number;
}

/** tar(1): 1 means that a file changed, 2 also that a file could not be read. The archive is whole in both cases. */
const highestStatus = 2;

/** Why a stream is not what the sender sent; undefined when it is. */
export function findLoss(confirmation: Confirmation, received: Received, confirms: boolean): string | undefined {
  const { status, bytes, sha256 } = confirmation;
  if (status === undefined || received.exitCode !== 0) return 'the sender did not come to its end';
  if (status > highestStatus) return `tar ended with exit code ${String(status)}`;
  if (!confirms) return undefined;
  if (bytes !== received.bytes)
    return `${String(received.bytes)} bytes came, the sender sent ${bytes === undefined ? 'an unknown number' : String(bytes)}`;
  return sha256 === received.sha256 ? undefined : 'the SHA-256 of the bytes differs from that of the sender';
}

/** Arguments of a GNU tar that gets names on its standard input. */
export function gnuOptions({
  keepsAttributes,
  knowsHoles,
}: Pick<ContainerTools, 'keepsAttributes' | 'knowsHoles'>): readonly string[] {
  return [
    ...['-C', '/', '-c', '--null', '--no-unquote', '--no-recursion', '--numeric-owner', '--format=posix'],
    ...(keepsAttributes ? ['--xattrs'] : []),
    ...(knowsHoles ? ['--sparse'] : []),
    ...['-b', '128', '-f', '-', '-T', '-'],
  ];
}
