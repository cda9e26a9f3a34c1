import { TaskError } from '../../domain/core/errors.ts';
import type { Folder, Log, YamlCodec } from '../../domain/core/ports.ts';
import { applyPatch, PatchError } from '../../domain/kube/json-patch.ts';
import { kindOf, type Resource } from '../../domain/kube/resource.ts';
import { plannedTags } from '../../domain/images/plan/planned-tags.ts';
import type { CompleteAnswers } from '../../domain/planning/answers.ts';
import { changeFileName, changeFiles, transformWishes } from '../../domain/planning/changes.ts';
import { choosesObject } from '../../domain/planning/chosen-kinds.ts';
import { paramsOf } from '../../domain/planning/run-params.ts';
import type { Inventory } from '../../domain/planning/inventory.ts';
import { planMoveImages } from '../../domain/planning/plan-images.ts';
import { errorAt, type Problem } from '../../domain/planning/problem.ts';
import { mergeVerdicts } from '../../domain/transform/merge-verdicts.ts';
import type { Plugin } from '../../domain/transform/plugin.ts';
import { parseUserPatches } from '../../domain/transform/user-patches.ts';
import { parseClaimSettings } from '../../domain/volumes/claim-settings.ts';
import { noWishes, type ClaimWishes } from '../../domain/volumes/claim-wishes.ts';
import { planTransform } from '../transform/plan-transform.ts';

/** What becomes of one object. */
export interface Preview {
  readonly resource: Resource;
  /** `claim`: the copy of its volume makes it. `failed`: its patches cannot be applied. */
  readonly state: 'changed' | 'unchanged' | 'left-out' | 'claim' | 'failed';
  /** Why it is left out or failed, or what it needs besides; empty: nothing to say. */
  readonly message: string;
  /** What is applied; undefined when nothing is. */
  readonly after: Resource | undefined;
}

export interface PreviewPorts {
  readonly yaml: YamlCodec;
  readonly log: Log;
}

/**
 * Asks the rules of crane-transform what they make of objects, as a run with these answers would.
 * @param resources all objects of the inventory: some rules depend on others
 * @param isWanted which of them are asked for
 * @throws TaskError for answers that have errors
 */
export async function previewChanges(
  {
    inventory,
    answers,
    resources,
  }: { readonly inventory: Inventory; readonly answers: CompleteAnswers; readonly resources: readonly Resource[] },
  isWanted: (resource: Resource) => boolean,
  ports: PreviewPorts,
): Promise<readonly Preview[]> {
  const plugins = await pluginsFor(inventory, answers, ports);
  const isExported = choosesObject(inventory.source.kinds, answers.source);
  const exported = resources.filter(isExported);
  for (const plugin of plugins) for (const resource of exported) plugin.prepare?.(resource);
  return Promise.all(
    resources.filter(isWanted).map((resource) => {
      if (isExported(resource) || kindOf(resource) === 'PersistentVolumeClaim') return preview(resource, plugins);
      return Promise.resolve(leftOut(resource, 'its kind is not exported'));
    }),
  );
}

/** What is wrong with the patches of the user. */
export function checkPatches(
  { patches }: CompleteAnswers['changes'],
  yaml: Pick<YamlCodec, 'parse'>,
): readonly Problem[] {
  if (patches.trim() === '') return [];
  try {
    const documents = yaml.parse(patches, changeFileName('patches'));
    const filled = documents.filter((document) => document !== null && document !== undefined);
    parseUserPatches(filled, changeFileName('patches'), (text, source) => yaml.parse(text, source)[0]);
    return [];
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const remedy = 'Write entries with target and patch; docs/choices.md has an example.';
    return [errorAt('changes.patches', 'patch-invalid', { message: error.message, remedy })];
  }
}

/** What the runs ask of claims. */
export function claimWishesOf(inventory: Inventory, answers: CompleteAnswers): ClaimWishes {
  const claims = answers.action === 'images' ? [] : answers.claims.settings.filter(({ move }) => move);
  if (claims.length === 0) return noWishes;
  const params = paramsOf('cutover', { inventory, answers, claims });
  const settings = parseClaimSettings(params['claim-settings']);
  return { ...noWishes, claims: params['claims'] ?? noWishes.claims, settings };
}

function pluginsFor(inventory: Inventory, answers: CompleteAnswers, { yaml, log }: PreviewPorts) {
  const images = planMoveImages(inventory, answers);
  const plan = images.kind === 'planned' ? images.plan : undefined;
  const { patches } = changeFiles(answers);
  const wishes = {
    ...transformWishes(answers, plan),
    craneConfig: undefined,
    patches: patches === undefined ? undefined : folderOf(changeFileName('patches'), patches),
    claimWishes: claimWishesOf(inventory, answers),
    planned: plan === undefined ? undefined : plannedTags(plan),
  };
  return planTransform(wishes, { yaml, flagsYaml: yaml, log });
}

function leftOut(resource: Resource, message: string): Preview {
  return { resource, state: 'left-out', message, after: undefined };
}

async function preview(resource: Resource, plugins: readonly Plugin[]): Promise<Preview> {
  if (kindOf(resource) === 'PersistentVolumeClaim') {
    return { resource, state: 'claim', message: '', after: undefined };
  }
  const verdicts = await Promise.all(
    plugins.map(async (plugin) => ({ plugin: plugin.name, verdict: await plugin.run(resource) })),
  );
  const merged = mergeVerdicts(verdicts);
  if (merged.kind === 'whiteout') return leftOut(resource, merged.reason);
  const message = [...merged.problems, ...merged.notes].join('; ');
  if (merged.problems.length > 0) return { resource, state: 'failed', message, after: undefined };
  try {
    const after = applyPatch(resource, merged.patches, 'crane') as Resource;
    return { resource, state: merged.patches.length === 0 ? 'unchanged' : 'changed', message, after };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { resource, state: 'failed', message: error.message, after: undefined };
  }
}

/** A folder with one file, which nothing writes to. */
function folderOf(name: string, text: string): Folder {
  const refuse = (): Promise<never> => Promise.reject(new Error('this folder is only read'));
  const folder: Folder = {
    path: '/answers',
    read: (path) => Promise.resolve(path === name ? text : undefined),
    readLines: refuse,
    writeParts: refuse,
    list: () => Promise.resolve([name]),
    walk: () => ReadableStream.from([name]),
    write: refuse,
    remove: refuse,
    folder: () => folder,
  };
  return folder;
}
