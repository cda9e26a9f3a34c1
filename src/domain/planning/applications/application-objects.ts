import type { JsonObject } from '../../core/json-object.ts';
import { actionLabel } from '../migration-names.ts';
import { logEvents, type PlannedObject } from '../run-objects.ts';
import { applicationSpec } from './application-spec.ts';
import type { CompleteApplication } from './application-answers.ts';

export interface ApplicationSettings {
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Part of the name of the Secret, another one for each cluster and account: lower-case letters and digits. */
  readonly place: string;
  /** Image of the tasks, for a step that no Task has. */
  readonly image: string;
  /** Whether what an image would have is only listed. */
  readonly dryRun: boolean;
  /** Digest of the answers. */
  readonly decided: string;
}

/** Annotation of a run that lists what an image would have: the digest of the answers. */
export const planAnnotation = 'crane-tasks.dev/planned';
/** Annotation of a run: what it is about, such as `course deployment/lab`. */
export const subjectAnnotation = 'crane-tasks.dev/subject';

// A run adds its action, and the API server five characters: the whole is the value of a label.
const longestBase = 35;

/**
 * The objects of a run, in the order in which they are created: the Secret with the login, unless one is named, and the
 * PipelineRun. The same answers give the same bytes.
 */
export function applicationObjects(
  answers: CompleteApplication,
  settings: ApplicationSettings,
): readonly PlannedObject[] {
  const run = { resource: runOf(answers, settings) };
  return answers.login.kind === 'secret' ? [run] : [{ resource: secretOf(answers, settings), login: 'source' }, run];
}

/** Name of the Secret with the login of a run. */
export function applicationSecret(
  { action, login }: Pick<CompleteApplication, 'action' | 'login'>,
  { place }: Pick<ApplicationSettings, 'place'>,
): string {
  return login.kind === 'secret' ? login.secret : `crane-${action}-${place}`;
}

/** What a run is about, for people. */
export function subjectOf(answers: CompleteApplication): string {
  const { action, namespace, workload, release, publishTo } = answers;
  if (action === 'portable-image') return `${namespace} ${workload}`;
  if (action === 'app-export') return `${namespace} ${release}`;
  return action === 'app-publish' ? `${release} ${publishTo}` : `${namespace} ${answers.export}`;
}

const labels = { 'app.kubernetes.io/part-of': 'crane-tasks' };

function secretOf(answers: CompleteApplication, settings: ApplicationSettings): JsonObject {
  const { namespace } = settings;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: applicationSecret(answers, settings), namespace, labels },
    type: 'Opaque',
  };
}

/** A PipelineRun: https://tekton.dev/docs/pipelines/pipelineruns/ */
function runOf(answers: CompleteApplication, settings: ApplicationSettings): JsonObject {
  const { action, run } = answers;
  const securityContext = { runAsNonRoot: true, ...(run.fsGroup === 0 ? {} : { fsGroup: run.fsGroup }) };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      generateName: `${baseOf(answers)}-${settings.dryRun ? 'plan' : action}-`,
      namespace: settings.namespace,
      labels: { ...labels, [actionLabel]: action },
      annotations: {
        [subjectAnnotation]: subjectOf(answers),
        ...(settings.dryRun ? { [planAnnotation]: settings.decided } : {}),
      },
    },
    spec: {
      ...applicationSpec(answers, { ...settings, secret: applicationSecret(answers, settings) }),
      timeouts: { pipeline: `${String(run.timeoutMinutes)}m` },
      taskRunTemplate: { serviceAccountName: run.serviceAccount, podTemplate: { securityContext, env: logEvents } },
    },
  };
}

/** The beginning of the name of a run: what it is about. */
function baseOf({ action, workload, release, export: id }: CompleteApplication): string {
  const names = { 'portable-image': workload, 'app-export': release, 'app-publish': release, 'export-delete': id };
  const parts = names[action]
    .split('/')
    .slice(-1)
    .flatMap((last) => last.split(/[.-]/));
  // Cut at the end of a part, so that the name does not end with a dash.
  const fitting = parts.filter((_part, index) => parts.slice(0, index + 1).join('-').length <= longestBase);
  return fitting.length === 0 ? action : fitting.join('-');
}
