import { sha256Of } from '../../adapters/files/digest.ts';
import { openFolder } from '../../adapters/files/local-folder.ts';
import { yamlCodec } from '../../adapters/yaml/yaml-codec.ts';
import { parseRegistryNames } from '../../domain/images/plan/other-registries.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import type { Param, StringParam, TaskContext } from '../../runtime/define-task.ts';
import { planImageSync, type WrittenPlan } from '../../usecases/images/plan/plan-image-sync.ts';
import type { PlanSyncInput } from '../../usecases/images/plan/plan-sync-input.ts';

/** Which problems of an image plan are accepted, for all tasks that plan images. */
export const allowProblems = {
  type: 'string',
  list: true,
  default: '',
  description:
    'Problems to accept, separated by commas: reasons such as `import-failed`, or images such as `shop/web:1`. ' +
    'They are reported as skipped. Empty: each problem makes the exit code 4.',
} as const satisfies StringParam;

/** Params of tasks that plan which images are copied. */
export const planParams = {
  'destination-cluster-uid': {
    type: 'string',
    default: '',
    description:
      'UID of the namespace kube-system of the destination, as crane-kubeconfig-generator tells it. Written into the ' +
      'plan, so that crane-skopeo-sync refuses to log in with another cluster. Empty: not checked.',
  },
  'index-digest': {
    type: 'string',
    default: '',
    description:
      'Digest of the index of the export, `sha256:<hex>`, as crane-export gave it. A different export is then ' +
      'refused. Empty: not checked.',
  },
  'built-images': {
    type: 'string',
    default: 'copy',
    choices: ['copy', 'rebuild'],
    description:
      'What to do with images that a BuildConfig writes. `copy`: they are copied, so that the destination runs the ' +
      'same. `rebuild`: they are left to a build at the destination, except where a workload names the digest.',
  },
  'allow-problems': allowProblems,
  registries: {
    type: 'string',
    list: true,
    default: '',
    description:
      'Registries without ImageStreams whose images are moved too, separated by commas: host or host:port as ' +
      'manifests name it, with `=host` behind it where it is read from another address. What workloads of the export ' +
      'use from there is planned, by the digest that runs where a pod tells it. Empty: none.',
  },
  'mapping-file': {
    type: 'string',
    default: '',
    description:
      'YAML or JSON file in the workspace `skopeo` that says where images go: `repositories` (map of source to ' +
      'destination repository), `keep-path` (true: whole source paths), `prefix` (path in place of the namespace). ' +
      'Empty: registry/namespace/name.',
  },
} as const satisfies Readonly<Record<string, Param>>;

type PlanValues = Readonly<Record<keyof typeof planParams, string>>;

/** The part of an input that no two tasks have alike. */
export interface PlanPlaces extends Pick<PlanSyncInput, 'sourceFile' | 'source' | 'emptyAddresses' | 'names'> {
  readonly exportFolder: string;
  readonly planFolder: string;
  readonly destination: Omit<PlanSyncInput['destination'], 'clusterUid'>;
}

/** Plans with the local folders and the values of those params. */
export function writePlan(places: PlanPlaces, values: PlanValues, { log }: TaskContext): Promise<WrittenPlan> {
  return planImageSync(
    {
      ...places,
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
