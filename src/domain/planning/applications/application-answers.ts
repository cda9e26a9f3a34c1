import { parseDocument } from '../../core/parse-document.ts';
import type { ApplicationAnswers } from '../../schemas/documents.ts';
import { validateApplicationAnswers } from '../../schemas/validators/application-answers.ts';
import { defaultTokenHours, volumeGroup, type CompleteAnswers } from '../answers.ts';

/** What a run does with an application as parts or as one image. */
export type ApplicationAction = ApplicationAnswers['action'];

/** All actions, by the value of the label of their runs. */
export const applicationActions: readonly ApplicationAction[] = [
  'portable-image',
  'app-export',
  'app-publish',
  'export-delete',
];

/** Answers in which every question has one. Empty texts stand for "not given". */
export interface CompleteApplication extends Required<Omit<ApplicationAnswers, 'login' | 'run'>> {
  readonly login: { readonly kind: 'account' | 'secret'; readonly secret: string; readonly hours: number };
  readonly run: CompleteAnswers['run'];
}

/** Where Epinio, and `crane-tasks app registries`, keep the Secrets that describe registries. */
export const defaultSystemNamespace = 'epinio';
// Layers are written to the volume before they are pushed.
const imageVolume = '10Gi';
const otherVolume = '1Gi';
const usualMinutes = 120;

/** Reads answers. @throws TaskError `invalid-file` with the place and the rule of each mistake */
export function readApplication(document: unknown): ApplicationAnswers {
  const remedy = 'Fix the answers; the description of the API has their members.';
  return parseDocument(JSON.stringify(document), validateApplicationAnswers, { name: 'the answers', remedy });
}

/** Fills in the default of each question that is not answered. */
export function completeApplication(
  answers: ApplicationAnswers,
  { isOpenShift }: { readonly isOpenShift: boolean },
): CompleteApplication {
  const { run = {}, login, ...given } = answers;
  return {
    ...noAnswers,
    ...given,
    systemNamespace: given.systemNamespace || defaultSystemNamespace,
    login: {
      kind: login?.kind ?? 'account',
      secret: login?.secret ?? '',
      hours: login?.hours ?? defaultTokenHours,
    },
    run: {
      serviceAccount: 'crane-tasks',
      volumeSize: given.action === 'portable-image' ? imageVolume : otherVolume,
      storageClass: '',
      fsGroup: volumeGroup(isOpenShift),
      caConfigMap: '',
      timeoutMinutes: usualMinutes,
      ...run,
    },
  };
}

const noAnswers: Omit<CompleteApplication, 'action' | 'namespace' | 'login' | 'run'> = {
  workload: '',
  container: '',
  registry: '',
  path: '',
  exportName: '',
  includeWorkspace: true,
  includePaths: [],
  excludePaths: [],
  confirmPublic: false,
  release: '',
  claim: '',
  folder: '',
  publishTo: '',
  certificates: '',
  systemNamespace: defaultSystemNamespace,
  chartVersion: '',
  export: '',
  deleteSharedTags: false,
  registrySecret: '',
};

/** Answers that decide what a run does, as a text: those of a plan and of its run are equal. */
export function decidedText(answers: CompleteApplication): string {
  const decided = Object.entries(answers).filter(([name]) => name !== 'confirmPublic');
  return JSON.stringify(decided.sort(([one], [other]) => (one < other ? -1 : 1)));
}
