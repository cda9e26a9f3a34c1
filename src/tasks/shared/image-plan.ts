import { sha256Of } from '../../adapters/files/digest.ts';
import { openFolder, openIfGiven, openInputFolder } from '../../adapters/files/local-folder.ts';
import { yamlCodec } from '../../adapters/yaml/yaml-codec.ts';
import { parseRegistryNames } from '../../domain/images/plan/external-registries.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import type { Param, TaskContext, ValuesOf } from '../../runtime/define-task.ts';
import { planImageSync, type WrittenPlan } from '../../usecases/images/plan/plan-image-sync.ts';
import type { PlanSyncInput } from '../../usecases/images/plan/plan-sync-input.ts';
import { readImageExclude } from './image-exclude.ts';
import { commonParams } from './params.ts';
import { choice, optional } from './param-kinds.ts';

export const planParams = {
  'destination-cluster-uid': commonParams['destination-cluster-uid'],
  'index-digest': commonParams['export-index-digest'],
  images: commonParams.images,
  'image-exclude': commonParams['image-exclude'],
  'built-images': choice(
    ['copy', 'rebuild'],
    'What to do with images that a BuildConfig writes. `copy`: they are copied, so that the destination runs the ' +
      'same. `rebuild`: a build at the destination creates them, except where a workload names the digest.',
  ),
  'allow-problems': commonParams['allow-problems'],
  registries: commonParams.registries,
  'mapping-file': optional(
    'YAML or JSON file in the workspace `mapping`, or else `skopeo`, with the destination of images. Keys: `repositories` (map of source ' +
      'to destination repository), `keep-path` (true: whole source paths), `prefix` (path in place of the namespace). ' +
      'Empty: registry/namespace/name.',
  ),
} as const satisfies Readonly<Record<string, Param>>;

type PlanValues = ValuesOf<typeof planParams>;

/** The part of an input that no two tasks have alike. */
export interface PlanPlaces extends Pick<PlanSyncInput, 'sourceFile' | 'source' | 'emptyAddresses' | 'names'> {
  readonly exportFolder: string;
  readonly planFolder: string;
  /** Folder of the mapping file; undefined: the plan folder. */
  readonly mappingFolder: string | undefined;
  readonly destination: Omit<PlanSyncInput['destination'], 'clusterUid'>;
}

/** The folders of a plan, by the workspaces of its task. */
export function foldersOf(workspaces: {
  readonly export: string;
  readonly skopeo: string;
  readonly mapping: string | undefined;
}): Pick<PlanPlaces, 'exportFolder' | 'planFolder' | 'mappingFolder'> {
  return { exportFolder: workspaces.export, planFolder: workspaces.skopeo, mappingFolder: workspaces.mapping };
}

export async function writePlan(places: PlanPlaces, values: PlanValues, { log }: TaskContext): Promise<WrittenPlan> {
  const isSkipped = values.images === 'skip';
  return planImageSync(
    {
      ...places,
      emptyAddresses: isSkipped ? 'accept-unneeded' : places.emptyAddresses,
      choice: { isSkipped, excluded: await readImageExclude(values['image-exclude']) },
      mappingFolder: openIfGiven(places.mappingFolder, openInputFolder),
      exportFolder: openFolder(places.exportFolder),
      planFolder: openFolder(places.planFolder),
      destination: { ...places.destination, clusterUid: values['destination-cluster-uid'] },
      indexDigest: values['index-digest'],
      builtImages: values['built-images'] === 'rebuild' ? 'rebuild' : 'copy',
      allowProblems: acceptedProblems(values),
      others: parseRegistryNames(values.registries),
      mappingFile: values['mapping-file'],
    },
    { yaml: yamlCodec, sha256: sha256Of, log },
  );
}

/** Reasons and images whose problems the user accepts. */
export function acceptedProblems(values: Pick<PlanValues, 'allow-problems'>): readonly string[] {
  return parseCommaList(values['allow-problems']);
}
