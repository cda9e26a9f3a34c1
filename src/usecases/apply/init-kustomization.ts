import { TaskError } from '../../domain/core/errors.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import {
  checkSettings,
  configurationPath,
  toKustomization,
  type KustomizationSettings,
} from '../../domain/apply/kustomize/kustomization.ts';
import { kustomizeConfiguration } from '../../domain/apply/kustomize/kustomize-fields.ts';
import { arrayAt } from '../../domain/core/json-object.ts';
import { stringifyExactly } from '../../domain/kube/exact-integers.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { readKustomization, readManifests, type ManifestFile, type PlannedPorts } from './read-manifests.ts';
import type { Folder, Log } from '../../domain/core/ports.ts';

export interface InitKustomizationInput extends KustomizationSettings {
  readonly applyFolder: Folder;
  readonly kustomizeFolder: Folder;
  /** Task that a kustomization names as its writer, by which a later run recognizes it. */
  readonly writer: string;
  /** Folder below `resources/` to take; undefined: the only one there is. */
  readonly sourceNamespace: string | undefined;
  /** `sha256:<hex>` of the manifests' index; empty: they may have been edited. */
  readonly indexDigest: string | undefined;
}

export interface InitKustomizationPorts extends PlannedPorts {
  readonly log: Log;
}

const kustomizationPath = 'kustomization.yaml';

/**
 * Copies the manifests of one namespace into a folder, writes a kustomization over them and builds it as a check. Run
 * again it replaces what it wrote before, and nothing else.
 * @throws TaskError `invalid-param`, `invalid-file`
 */
export async function initKustomization(
  input: InitKustomizationInput,
  ports: InitKustomizationPorts,
): Promise<Outcome<'resource-count', 'manifests' | 'kustomize'>> {
  checkSettings(input);
  const { applyFolder, indexDigest, kustomizeFolder } = input;
  const manifests = await readManifests({ folder: applyFolder, indexDigest }, ports);
  const namespace = chooseNamespace(manifests.files, input.sourceNamespace);
  const prefix = `resources/${namespace}/`;
  const files = manifests.files.filter((file) => file.path.startsWith(prefix));
  const unread = manifests.unread.filter(({ path }) => path.startsWith(prefix)).map(({ item }) => item);
  const copied = files.map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
  const former = await formerFiles(input, ports);
  for (const { path, text } of copied) await kustomizeFolder.write(checkPath(path), text);
  const paths = copied.map((file) => file.path);
  const resources = copied.flatMap((file) => file.resources);
  const kustomization = toKustomization(paths, resources, input);
  if ('configurations' in kustomization) {
    await kustomizeFolder.write(configurationPath, ports.yaml.format(kustomizeConfiguration(resources)));
    paths.push(configurationPath);
  }
  await kustomizeFolder.write(kustomizationPath, headerOf(input) + ports.yaml.format(kustomization));
  for (const path of former.filter((each) => !paths.includes(each))) {
    await kustomizeFolder.remove(path);
    ports.log.debug(`removed ${path}: of an earlier run`);
  }
  await checkBuild(resources.length, kustomizeFolder, ports);
  const outcome = toOutcome(copied, unread);
  for (const { id, message } of outcome.items) if (message === losesBreaks) ports.log.warn(`${id}: ${message}`);
  return outcome;
}

/** YAML takes this character for a line break, as its 1.1 did; kustomize writes it as white space. */
const nextLine = '\u0085';
const losesBreaks =
  'kustomize makes white space of the character U+0085 in its texts: apply the manifest without kustomize';

function chooseNamespace(files: readonly ManifestFile[], asked: string | undefined): string {
  const found = [...new Set(files.flatMap(({ path }) => /^resources\/([^/]+)\//.exec(path)?.[1] ?? []))];
  const [only] = found;
  if (asked === undefined && only !== undefined && found.length === 1) return only;
  if (asked !== undefined && found.includes(asked)) return asked;
  const known = found.length === 0 ? 'there are no manifests' : `the folder has ${found.join(', ')}`;
  const what = asked === undefined ? 'it must be named' : `${JSON.stringify(asked)} is not there`;
  throw new TaskError('invalid-param', `choosing source-namespace: ${what}: ${known}`, {
    remedy: 'Give the namespace that was exported, and check that it has rendered manifests.',
  });
}

function headerOf({ writer }: InitKustomizationInput): string {
  return `# Written by ${writer}, which overwrites it: put changes into a kustomization of your own over this one.\n`;
}

/** What an earlier run copied; nothing when another program or user wrote the kustomization. */
async function formerFiles(
  input: InitKustomizationInput,
  { yaml, log }: InitKustomizationPorts,
): Promise<readonly string[]> {
  const text = await input.kustomizeFolder.read(kustomizationPath);
  if (text === undefined) return [];
  if (!text.startsWith(headerOf(input))) {
    log.warn(`${kustomizationPath} was not written by this task: it is replaced`);
    return [];
  }
  const [former] = yaml.parse(text, kustomizationPath);
  const paths = ['resources', 'configurations'].flatMap((list) => arrayAt(former, list));
  return paths.filter((path) => typeof path === 'string');
}

function checkPath(path: string): string {
  if (!/(^|\/)kustomization\.ya?ml$/i.test(path)) return path;
  throw new TaskError('invalid-file', `copying ${path}: kustomize would take it for a kustomization`, {
    remedy: 'Remove or rename this file in the folder of the manifests.',
  });
}

async function checkBuild(planned: number, folder: Folder, ports: InitKustomizationPorts): Promise<void> {
  const built = (await readKustomization(folder, ports)).resources.length;
  if (built === planned) return;
  const problem = `expected ${String(planned)} resources, got ${String(built)}`;
  throw new TaskError('invalid-file', `checking ${folder.path}: ${problem}`, {
    remedy: "Run 'kubectl kustomize' on the folder and look which resource is missing.",
  });
}

function toOutcome(
  files: readonly ManifestFile[],
  unread: readonly Item<'manifests' | 'kustomize'>[],
): Outcome<'resource-count', 'manifests' | 'kustomize'> {
  const done = files.flatMap(({ path, resources }) =>
    resources.map((resource): Item<'manifests' | 'kustomize'> => {
      const message = stringifyExactly(resource).includes(nextLine) ? { message: losesBreaks } : {};
      return {
        id: describeResource(resource),
        outcome: 'done',
        reason: 'included',
        ...message,
        evidence: { file: path },
      };
    }),
  );
  return {
    items: [...done, ...unread],
    results: { 'resource-count': String(done.length) },
    summary: `${String(done.length)} resources in ${kustomizationPath}, checked with kustomize`,
    remedy: 'Fix or remove the files that the report names, then run again.',
  };
}
