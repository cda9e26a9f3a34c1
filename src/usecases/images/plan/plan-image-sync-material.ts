import type { ExportIndex, ExportedFile, PlanProblem } from '../../../domain/schemas/documents.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { readImageStream, type ImageStream } from '../../../domain/images/image-stream.ts';
import { roleOf, type ImageRole } from '../../../domain/images/plan/image-roles.ts';
import { hostsOfStream, internalAliases, isOnHost, type KnownHosts } from '../../../domain/images/registry-hosts.ts';
import { indexPath, parseExportIndex } from '../../../domain/export/export-index.ts';
import { isResource, type Resource } from '../../../domain/kube/resource.ts';
import type { Log, Folder, YamlCodec, Sha256 } from '../../../domain/core/ports.ts';
import { openExport } from '../../export/read-export.ts';
import { mapConcurrently } from '../../map-concurrently.ts';

export interface MaterialInput {
  readonly folder: Folder;
  /** `sha256:<hex>` of `index.json`; empty: not checked. */
  readonly indexDigest: string | undefined;
  readonly hosts: KnownHosts;
  /** Further words by which a workload may name an image of interest. */
  readonly marks: readonly string[];
}

export interface MaterialPorts {
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly log: Log;
}

export interface ImageMaterial {
  readonly streams: readonly ImageStream[];
  /** ImageStreamTags, builds, workloads and ConfigMaps that may name an image on the registry. */
  readonly resources: readonly Resource[];
  /** All hosts of the registry. */
  readonly aliases: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  /** UID of the exported cluster; empty when the export does not have it. */
  readonly clusterUid: string | undefined;
  readonly problems: readonly PlanProblem[];
}

const remedy = 'Export again, and let nothing but the tasks write into the folder of the export.';

/**
 * Reads from an export what concerns images. With an index only the files of kinds that concern images are opened, and
 * only those whose text mentions what matters are parsed; crane's own export has no index and is read whole.
 * @throws TaskError `invalid-file` when there is no export, or it is not what its index says
 */
export async function readImageMaterial(input: MaterialInput, ports: MaterialPorts): Promise<ImageMaterial> {
  const source = await openSource(input, ports);
  const streams = await source.select(['stream'], () => true);
  const { hosts } = input;
  const seen = [...new Set([...(hosts.seen ?? []), ...streams.flatMap(hostsOfStream)])];
  const aliases = internalAliases({ ...hosts, seen });
  const read = streams.map(readImageStream);
  const others = [
    ...(await source.select(['image'], mentions(imageMarks), tagsOnRegistry(read, aliases))),
    ...(await source.select(['build'], () => true)),
    ...(await source.select(
      ['workload'],
      mentions([...workloadMarks, ...aliases, ...input.marks, ...lookupNames(read)]),
    )),
    ...(await source.select(['text'], mentions([...aliases, ...input.marks]))),
  ];
  return {
    streams: read,
    resources: others,
    aliases,
    namespaces: source.namespaces,
    clusterUid: source.clusterUid,
    problems: [...source.problems, ...(await findFailures(input.folder))],
  };
}

// Without one of these words an ImageStreamTag says nothing that its stream does not.
const imageMarks = ['io.openshift.build.', 'distribution.manifest.v1+'];
// How triggers name a stream.
const workloadMarks = ['ImageStreamTag'];

/** Names of the tags whose image the registry holds: the ImageStreamTags of the others add nothing. */
function tagsOnRegistry(streams: readonly ImageStream[], aliases: ReadonlySet<string>): ReadonlySet<string> {
  const names = streams.flatMap(({ namespace, name, tags }) =>
    tags
      .filter(({ items }) => items[0] !== undefined && isOnHost(items[0].reference, aliases))
      .map((tag) => `${namespace}/${name}:${tag.name}`),
  );
  return new Set(names);
}

function lookupNames(streams: readonly ImageStream[]): readonly string[] {
  return streams.filter(({ localLookup }) => localLookup).map(({ name }) => name);
}

function mentions(words: readonly string[]): (text: string) => boolean {
  const lower = words.map((word) => word.toLowerCase());
  return (text) => {
    const lowerText = text.toLowerCase();
    return lower.some((word) => lowerText.includes(word));
  };
}

interface ExportSource {
  readonly namespaces: ReadonlySet<string>;
  readonly clusterUid: string | undefined;
  readonly problems: PlanProblem[];
  /** Resources of those roles; with an index, only those of those names whose text passes the test. */
  select(
    roles: readonly ImageRole[],
    wanted: (text: string) => boolean,
    names?: ReadonlySet<string>,
  ): Promise<readonly Resource[]>;
}

async function openSource({ folder, indexDigest }: MaterialInput, ports: MaterialPorts): Promise<ExportSource> {
  const text = await folder.read(indexPath);
  if (text === undefined) return readWhole({ folder, indexDigest }, ports);
  if (indexDigest !== undefined && ports.sha256(text) !== indexDigest) {
    throw changed(folder, `${indexPath} does not have the digest ${indexDigest}`);
  }
  return openIndexed(parseExportIndex(text), folder, ports);
}

// Enough to keep the disk busy, few enough to hold few files in memory.
const readsAtOnce = 128;

function openIndexed(index: ExportIndex, folder: Folder, ports: MaterialPorts): ExportSource {
  const problems: PlanProblem[] = [];
  return {
    namespaces: new Set([index.namespace, ...index.files.map((file) => file.namespace)]),
    clusterUid: index.cluster.uid || undefined,
    problems,
    async select(roles, wanted, names) {
      const files = index.files
        .filter(({ apiVersion, kind }) => roles.includes(roleOf(apiVersion, kind)))
        .filter(({ namespace, name }) => names === undefined || names.has(`${namespace}/${name}`));
      const found = await mapConcurrently(files, readsAtOnce, (file) => readIndexed(file, { folder, wanted, ports }));
      problems.push(...found.flatMap(({ problem }) => problem ?? []));
      return found.flatMap(({ resource }) => resource ?? []);
    },
  };
}

interface Parsed {
  readonly resource?: Resource;
  readonly problem?: PlanProblem;
}

interface Reading {
  readonly folder: Folder;
  readonly wanted: (text: string) => boolean;
  readonly ports: MaterialPorts;
}

async function readIndexed({ path, digest }: ExportedFile, { folder, wanted, ports }: Reading): Promise<Parsed> {
  const text = await folder.read(path);
  if (text === undefined) throw changed(folder, `${path} is missing`);
  if (ports.sha256(text) !== digest) throw changed(folder, `${path} was changed since the export`);
  return wanted(text) ? parse(text, path, ports) : {};
}

function parse(text: string, path: string, { yaml }: MaterialPorts): Parsed {
  try {
    const documents = yaml.parse(text, path);
    const [resource] = documents;
    if (documents.length === 1 && isResource(resource)) return { resource };
    return { problem: brokenFile(path, `reading ${path}: expected one Kubernetes object`) };
  } catch (error) {
    if (error instanceof TaskError) return { problem: brokenFile(path, error.message) };
    throw error;
  }
}

async function readWhole(
  { folder, indexDigest }: { folder: Folder; indexDigest: string | undefined },
  ports: MaterialPorts,
): Promise<ExportSource> {
  const resources: Resource[] = [];
  const problems: PlanProblem[] = [];
  for await (const entry of (await openExport({ folder, indexDigest }, { ...ports, makeList: () => [] })).entries) {
    if (entry.kind === 'resource') resources.push(entry.resource);
    if (entry.kind === 'broken') problems.push(brokenFile(entry.path, entry.message));
  }
  return {
    namespaces: new Set(resources.flatMap(({ metadata }) => metadata.namespace ?? [])),
    clusterUid: undefined,
    problems,
    select: (roles) =>
      Promise.resolve(resources.filter(({ apiVersion, kind }) => roles.includes(roleOf(apiVersion, kind)))),
  };
}

// A namespace whose streams could not be listed would look like one that has none.
async function findFailures(folder: Folder): Promise<readonly PlanProblem[]> {
  const failures = await folder.folder('failures').list();
  return failures
    .filter((path) => /(?:^|\/)imagestreams[._]/.test(path))
    .map((path) => ({
      image: `failures/${path}`,
      reason: 'export-incomplete',
      message: 'the export could not list the ImageStreams of this namespace',
      usedBy: [],
    }));
}

function brokenFile(path: string, message: string): PlanProblem {
  return { image: path, reason: 'invalid-file', message, usedBy: [] };
}

function changed(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the export in ${folder.path}: ${why}`, { remedy });
}
