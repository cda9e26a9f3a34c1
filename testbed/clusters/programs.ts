import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ClusterError } from './errors.ts';
import { readText } from './json.ts';
import { cacheFolder, repositoryRoot } from './places.ts';
import { say, timed } from './progress.ts';

/** The version that every Kubernetes program reports; Tekton refuses clusters that report v0.0.0. */
const kubernetesVersion = 'v1.34.4';

const kubernetesVersionFlags = Object.entries({
  gitVersion: kubernetesVersion,
  gitMajor: '1',
  gitMinor: '34',
  gitTreeState: 'clean',
  gitCommit: '0'.repeat(40),
}).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`);

/** Go programs that one pass builds. Families with the same folder share a go.mod, and so the packages in Go's build cache. */
interface Family {
  readonly folder: string;
  readonly programs: readonly string[];
  readonly ldflags: string;
  /** Where the main packages are, as in `github.com/rancher/`; absent, all `tool` lines of the go.mod are built. */
  readonly packages?: string;
  /** A program that does the work of all of them, by the name it is started with. */
  readonly multicall?: string;
  /** Only tests need it. */
  readonly testsOnly?: true;
  /** Needs a C compiler, on the computer that builds. */
  readonly cgo?: true;
}

const plainFlags = '-s -w';
const versionedFlags = ['-s -w', ...kubernetesVersionFlags].join(' ');
// As helm's own Makefile does it: the Kubernetes version is the one that templates see without a cluster.
const helmKubernetesFlags = ['lint/rules', 'chartutil'].flatMap((place) => [
  `-X helm.sh/helm/v3/pkg/${place}.k8sVersionMajor=1`,
  `-X helm.sh/helm/v3/pkg/${place}.k8sVersionMinor=37`,
]);
const helmFlags = ['-s -w', '-X helm.sh/helm/v3/internal/version.version=v3.22.0', ...helmKubernetesFlags].join(' ');
const kubernetesFolder = 'testbed/clusters/programs/kubernetes';
const tektonFolder = 'testbed/clusters/programs/tekton';
const tektonPackages = 'github.com/tektoncd/pipeline/cmd/';

/** Every family, by name. The module versions are in its go.mod and go.sum. */
export const families = {
  kubernetes: {
    folder: kubernetesFolder,
    programs: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet'],
    ldflags: versionedFlags,
    packages: './',
    multicall: 'hyperkube',
  },
  // A pass of its own: it imports the same logger as Kubernetes in another spelling, which Go refuses in one build.
  'local-path-provisioner': {
    folder: kubernetesFolder,
    programs: ['local-path-provisioner'],
    ldflags: plainFlags,
    packages: 'github.com/rancher/',
  },
  kubectl: { folder: 'testbed/clusters/programs/kubectl', programs: ['kubectl'], ldflags: versionedFlags },
  // Of the same version as within kubectl: the task image has this one instead, which is a third of the size.
  tools: { folder: 'images/tools', programs: ['kustomize'], ldflags: plainFlags },
  // A module of its own, because helm needs a newer Kubernetes client than kubectl of the clusters.
  helm: { folder: 'images/tools/helm', programs: ['helm'], ldflags: helmFlags },
  tekton: {
    folder: tektonFolder,
    programs: ['controller', 'webhook', 'entrypoint', 'nop', 'workingdirinit', 'sidecarlogresults'],
    ldflags: plainFlags,
    packages: tektonPackages,
  },
  'tekton-resolvers': {
    folder: tektonFolder,
    programs: ['resolvers'],
    ldflags: plainFlags,
    packages: tektonPackages,
    testsOnly: true,
  },
  // With Tekton, because both have the same version of Kubernetes's client.
  coredns: { folder: tektonFolder, programs: ['coredns'], ldflags: plainFlags, packages: './' },
  // The last release with ClusterTasks. Its clusters have no resolvers.
  'tekton-0.70': {
    folder: 'testbed/clusters/programs/tekton-0.70',
    programs: ['controller', 'webhook', 'entrypoint', 'nop', 'workingdirinit', 'sidecarlogresults'],
    ldflags: plainFlags,
    testsOnly: true,
  },
  // Plugins made with crane's own library, and crane's own runner to compare with.
  'crane-plugins': {
    folder: 'testbed/clusters/programs/crane-plugins',
    programs: ['annotation', 'whiteout-pods', 'kubernetes-rules', 'sdk-voices', 'crane-rules'],
    ldflags: plainFlags,
    testsOnly: true,
  },
  // A registry that has the referrers API, which Debian's lacks.
  'referrers-registry': {
    folder: 'testbed/clusters/programs/referrers-registry',
    programs: ['olareg'],
    ldflags: plainFlags,
    testsOnly: true,
  },
  // An object storage with the S3 API. Only the suites of sources need it, which build it with ensureBuilt.
  's3-server': {
    folder: 'testbed/clusters/programs/s3-server',
    programs: ['versitygw'],
    ldflags: plainFlags,
    testsOnly: true,
  },
  // The phases of Cloud Native Buildpacks. Only the suites of builds need it, which build it with ensureBuilt.
  lifecycle: {
    folder: 'testbed/clusters/programs/lifecycle',
    programs: ['lifecycle', 'launcher'],
    ldflags: '-s -w -X github.com/buildpacks/lifecycle/cmd.Version=0.20.5',
    testsOnly: true,
  },
  // The checks of texts. It is not a program of the clusters.
  vale: { folder: 'scripts/vale', programs: ['vale'], ldflags: plainFlags, cgo: true },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

/** A program of any family, as in `kube-apiserver`. */
export type ProgramName = (typeof families)[FamilyName]['programs'][number];

/** In the order in which they share the most. */
const clusterFamilies: readonly FamilyName[] = [
  'kubernetes',
  'local-path-provisioner',
  'kubectl',
  'tools',
  'helm',
  'tekton',
  'tekton-resolvers',
  'coredns',
  'tekton-0.70',
  'crane-plugins',
  'referrers-registry',
];
const familyNames: readonly FamilyName[] = [...clusterFamilies, 's3-server', 'lifecycle', 'vale'];

/** What the clusters are for: the demo needs neither the source's Tekton nor resolvers. */
export type Purpose = 'demo' | 'tests';

/** The families of the clusters for that purpose. */
export function familiesFor(purpose: Purpose): readonly FamilyName[] {
  return clusterFamilies.filter((name) => purpose === 'tests' || !isForTestsOnly(families[name]));
}

function isForTestsOnly({ testsOnly }: Family): boolean {
  return testsOnly === true;
}

/**
 * The cached file of a built program, of the first family that has it unless one is named. Throws `program-missing` with
 * the remedy when it was never built.
 */
export function programPath(program: ProgramName, family: FamilyName = familyOf(program)): string {
  const file = path.join(programFolder(family), program);
  if (!existsSync(file)) {
    throw new ClusterError(
      'program-missing',
      `looking for program ${program}: ${file} does not exist; build it with \`node testbed/clusters/main.ts programs\``,
    );
  }
  return file;
}

/** The file of a program, built when it is not in the cache. @param architecture as Go calls it, for another processor */
export async function ensureBuilt(program: ProgramName, architecture = ''): Promise<string> {
  const family = familyOf(program);
  const file = path.join(programFolder(family, architecture), program);
  if (!existsSync(file)) await timed(`build ${family} ${architecture}`, () => buildFamily(family, architecture));
  return file;
}

/** `<cache>/programs/<family>-<hash>`, where the hash covers all that decides the build's outcome. */
function programFolder(family: FamilyName, architecture = ''): string {
  const { folder, ldflags, packages }: Family = families[family];
  const source = path.join(repositoryRoot, folder);
  const hash = createHash('sha256')
    .update(readFileSync(path.join(source, 'go.mod')))
    .update(readFileSync(path.join(source, 'go.sum')))
    .update(ldflags)
    .update(architecture);
  const own = packages === undefined || packages === './' ? ownSources(source) : [];
  for (const file of own) hash.update(file).update(readFileSync(path.join(source, file)));
  return path.join(cacheFolder(), 'programs', `${family}-${hash.digest('hex').slice(0, 16)}`);
}

/** Go files of the family itself, where it has programs of its own beside those of other modules. */
function ownSources(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.go')).sort();
}

/** Builds every family for the purpose that is not in the cache yet, one after the other: a single Go build fills all cores. */
export async function buildPrograms(purpose: Purpose = 'tests'): Promise<void> {
  for (const name of familiesFor(purpose)) {
    if (isBuilt(name)) continue;
    say(`      building ${name}: ${families[name].programs.join(', ')}`);
    await timed(`build ${name}`, () => buildFamily(name));
  }
}

/** Whether all programs of the family are in the cache. */
function isBuilt(name: FamilyName): boolean {
  const folder = programFolder(name);
  return families[name].programs.every((program) => existsSync(path.join(folder, program)));
}

/** The module folder of a dependency of the family, downloaded when needed. It is read-only. */
export async function moduleFolder(family: FamilyName, module: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], {
    cwd: path.join(repositoryRoot, families[family].folder),
  });
  const folder = readText(JSON.parse(stdout), 'Dir');
  if (folder === undefined)
    throw new ClusterError('unexpected-content', `downloading ${module}: go tells no folder for it`);
  return folder;
}

function familyOf(program: ProgramName): FamilyName {
  const found = familyNames.find((name) => families[name].programs.some((candidate) => candidate === program));
  if (found === undefined)
    throw new ClusterError('program-missing', `looking for program ${program}: no family builds it`);
  return found;
}

/** Builds beside the target and renames, so that a stopped build never looks like a finished one. */
async function buildFamily(name: FamilyName, architecture = ''): Promise<void> {
  const target = programFolder(name, architecture);
  await mkdir(path.dirname(target), { recursive: true });
  const fresh = await mkdtemp(`${target}.`);
  const family: Family = families[name];
  const { folder, ldflags, cgo } = family;
  const options = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', ldflags, '-o', `${fresh}/`];
  const args = ['build', ...options, ...mainPackages(family)];
  await execa('go', args, {
    cwd: path.join(repositoryRoot, folder),
    env: { CGO_ENABLED: cgo === true ? '1' : '0', ...(architecture === '' ? {} : { GOARCH: architecture }) },
    stdout: 'inherit',
    stderr: 'inherit',
  });
  await linkPrograms(family, fresh);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

function mainPackages({ packages, programs, multicall }: Family): readonly string[] {
  if (packages === undefined) return ['tool'];
  return (multicall === undefined ? programs : [multicall]).map((program) => `${packages}${program}`);
}

/** Gives a multi-call program all its names. */
async function linkPrograms({ multicall, programs }: Family, folder: string): Promise<void> {
  if (multicall === undefined) return;
  for (const program of programs) await symlink(multicall, path.join(folder, program));
}
