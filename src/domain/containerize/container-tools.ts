/** What the programs of a container can do. */
export interface ContainerTools {
  /** `gnu`: names end with NUL, extended attributes and holes are kept. */
  readonly tar: 'gnu' | 'busybox' | undefined;
  readonly keepsAttributes: boolean;
  readonly knowsHoles: boolean;
  /** `printf`: one run of find has everything; `stat`: names by find, the rest by stat. */
  readonly listing: 'printf' | 'stat' | undefined;
  /** Without a shell, GNU tar and find are started as they are. */
  readonly hasShell: boolean;
  /** Whether the sender can compute the digest of what it sends. */
  readonly confirms: boolean;
  /** Mount points; undefined where the kernel does not list them. */
  readonly mounts: readonly string[] | undefined;
  /** Programs that are needed and not there. */
  readonly missing: readonly string[];
}

const programs = ['tar', 'find', 'head', 'stat', 'xargs', 'readlink', 'sha256sum', 'tee', 'wc'];

/** Prints what there is. A help text of tar lists the options that it knows. */
const probe = `
for each in ${programs.join(' ')}; do command -v "$each" >/dev/null 2>&1 && echo "has $each"; done
[ -e /dev/fd/1 ] && echo 'has /dev/fd'
find / -maxdepth 0 -printf 'has -printf\\n' 2>/dev/null
echo 'part version'; tar --version 2>&1
echo 'part help'; tar --help 2>&1
echo 'part mounts'; cat /proc/self/mountinfo 2>/dev/null
exit 0`;

/** The command whose output `parseTools` reads. */
export const probeCommand: readonly string[] = ['sh', '-c', probe, 'sh'];

export function parseTools(output: string): ContainerTools {
  const [found = '', version = '', help = '', mountInfo = ''] = output.split(/^part (?:version|help|mounts)\n/m);
  const has = (name: string): boolean => found.split('\n').includes(`has ${name}`);
  const tar = has('tar') ? tarOf(version) : undefined;
  const listing = listingOf(has);
  const needed = [...(has('tar') ? [] : ['tar']), ...(has('find') ? [] : ['find']), ...(has('head') ? [] : ['head'])];
  return {
    tar,
    listing,
    hasShell: true,
    keepsAttributes: tar === 'gnu' && help.includes('--xattrs'),
    knowsHoles: tar === 'gnu' && help.includes('--sparse'),
    confirms: ['sha256sum', 'tee', 'wc', '/dev/fd'].every(has),
    mounts: mountInfo === '' ? undefined : parseMountPoints(mountInfo),
    missing: [
      ...needed,
      ...(has('tar') && tar === undefined ? ['GNU tar or the tar of busybox'] : []),
      ...(has('find') && listing === undefined ? ['stat, xargs and readlink'] : []),
    ],
  };
}

/** Commands that say the same without a shell, by the part of the output that each stands for. */
export const probesWithoutShell = {
  listing: ['find', '/', '-maxdepth', '0', '-printf', 'has -printf'],
  version: ['tar', '--version'],
  help: ['tar', '--help'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** @param outputs of `probesWithoutShell`; empty for a program that is not there */
export function parseToolsWithoutShell(
  outputs: Readonly<Record<keyof typeof probesWithoutShell, string>>,
): ContainerTools {
  const tar = tarOf(outputs.version);
  const canList = outputs.listing === 'has -printf';
  return {
    tar,
    listing: canList ? 'printf' : undefined,
    hasShell: false,
    keepsAttributes: outputs.help.includes('--xattrs'),
    knowsHoles: outputs.help.includes('--sparse'),
    confirms: false,
    mounts: undefined,
    missing: [...(tar === 'gnu' ? [] : ['GNU tar']), ...(canList ? [] : ['GNU find'])],
  };
}

function tarOf(version: string): ContainerTools['tar'] {
  if (version.includes('GNU tar')) return 'gnu';
  return /busybox/i.test(version) ? 'busybox' : undefined;
}

function listingOf(has: (name: string) => boolean): ContainerTools['listing'] {
  if (!has('find')) return undefined;
  if (has('-printf')) return 'printf';
  return ['stat', 'xargs', 'readlink'].every(has) ? 'stat' : undefined;
}

/** The fifth field of each line; blanks and other special characters are octal: proc(5). */
function parseMountPoints(text: string): readonly string[] {
  const points = text.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return points.map((point) =>
    point.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
}

/** What is lost without better tools, as sentences; none when nothing is. */
export function lostByTools(tools: ContainerTools): readonly string[] {
  return [
    ...(tools.keepsAttributes ? [] : ['extended attributes are not kept, because the tar there does not know them']),
    ...(tools.knowsHoles ? [] : ['holes of files are read as zeros, because the tar there does not know them']),
    ...(tools.listing === 'stat'
      ? ['files that change twice within a second can be missed: times have no fractions']
      : []),
  ];
}
