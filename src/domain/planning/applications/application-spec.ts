import type { JsonObject } from '../../core/json-object.ts';
import type { ApplicationAction, CompleteApplication } from './application-answers.ts';

interface SpecSettings {
  /** With the login to the cluster of the application. */
  readonly secret: string;
  readonly image: string;
  readonly dryRun: boolean;
}

interface TaskForm {
  /** Name of the task in the run, and of the folder with its files. */
  readonly name: string;
  /** The Task; absent: a step of its own. */
  readonly task?: string;
  readonly params: (answers: CompleteApplication) => Readonly<Record<string, string>>;
  /** Workspaces of the Task that are folders of the volume. */
  readonly folders: Readonly<Record<string, string>>;
}

const source = 'source';
const digest = '$(tasks.source-kubeconfig.results.kubeconfig-digest)';
const kubeconfig = { kubeconfig: 'kubeconfig' };

/** What runs besides those of the Pipeline app-portable-image do: one task, between a login and a summary. */
const forms: Readonly<Record<Exclude<ApplicationAction, 'portable-image'>, TaskForm>> = {
  'app-export': {
    name: 'export',
    task: 'app-export',
    params: ({ namespace, release, systemNamespace }) => ({
      context: source,
      namespace,
      release,
      'system-namespace': systemNamespace,
    }),
    folders: { app: 'app', ...kubeconfig },
  },
  'app-publish': {
    name: 'publish',
    task: 'app-publish',
    params: ({ release, publishTo, path, chartVersion, systemNamespace }) => ({
      context: source,
      release,
      registry: publishTo,
      'destination-path': path,
      'chart-version': chartVersion,
      'system-namespace': systemNamespace,
    }),
    folders: { app: 'app', ...kubeconfig },
  },
  'export-delete': {
    name: 'delete',
    params: (answers) => ({
      context: source,
      namespace: answers.namespace,
      export: answers.export,
      'delete-shared-tags': String(answers.deleteSharedTags),
    }),
    folders: kubeconfig,
  },
};

/** The part of a PipelineRun that says what is done, with the values and the volumes. */
export function applicationSpec(answers: CompleteApplication, settings: SpecSettings): JsonObject {
  const { action } = answers;
  const workspaces = [{ name: 'shared-data', ...volumeOf(answers) }, ...optionalWorkspaces(answers)];
  if (action === 'portable-image') {
    const params = imageParams(answers, settings);
    return { pipelineRef: { name: 'app-portable-image' }, params: listOf(params), workspaces };
  }
  return { pipelineSpec: pipelineOf(forms[action], answers, settings), workspaces };
}

function imageParams(answers: CompleteApplication, { secret, dryRun }: SpecSettings): Readonly<Record<string, string>> {
  return {
    'source-cluster-secret': secret,
    'source-namespace': answers.namespace,
    workload: answers.workload,
    container: answers.container,
    'destination-registry': answers.registry,
    'destination-path': answers.path,
    'export-name': answers.exportName,
    'include-workspace': String(answers.includeWorkspace),
    'include-paths': answers.includePaths.join(','),
    'exclude-paths': answers.excludePaths.join(','),
    'confirm-public': String(answers.confirmPublic),
    'dry-run': String(dryRun),
    'print-reports': 'true',
  };
}

/** Exports are on the claim of the user; other runs have a volume that is deleted with them. */
function volumeOf({ action, claim, folder, run }: CompleteApplication): JsonObject {
  if (action === 'app-export' || action === 'app-publish') {
    return { persistentVolumeClaim: { claimName: claim }, ...(folder === '' ? {} : { subPath: folder }) };
  }
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: run.volumeSize } },
    ...(run.storageClass === '' ? {} : { storageClassName: run.storageClass }),
  };
  return { volumeClaimTemplate: { spec } };
}

function optionalWorkspaces({ registrySecret, run }: CompleteApplication): readonly JsonObject[] {
  return [
    ...(registrySecret === '' ? [] : [{ name: 'registry-auth', secret: { secretName: registrySecret } }]),
    ...(run.caConfigMap === '' ? [] : [{ name: 'ca-bundle', configMap: { name: run.caConfigMap } }]),
  ];
}

function pipelineOf(form: TaskForm, answers: CompleteApplication, { secret, image }: SpecSettings): JsonObject {
  const params = { ...form.params(answers), 'kubeconfig-digest': digest };
  const optional = optionalWorkspaces(answers).map(({ name }) => ({ name, workspace: name }));
  const workspaces = [...foldersOf(form.folders), ...optional];
  const work =
    form.task === undefined
      ? {
          taskSpec: stepOf(
            params,
            workspaces.map(({ name }) => String(name)),
            image,
          ),
        }
      : { taskRef: { name: form.task }, params: listOf(params) };
  return {
    workspaces: ['shared-data', ...optional.map(({ name }) => name)].map((name) => ({ name })),
    tasks: [
      {
        name: 'source-kubeconfig',
        taskRef: { name: 'crane-kubeconfig-generator' },
        params: listOf({ 'cluster-secret': secret, 'context-name': source }),
        workspaces: foldersOf(kubeconfig),
      },
      { name: form.name, runAfter: ['source-kubeconfig'], ...work, workspaces },
    ],
    finally: [
      {
        name: 'summary',
        taskRef: { name: 'crane-summary' },
        params: listOf({ status: '$(tasks.status)', 'print-reports': 'true' }),
        workspaces: [{ name: 'shared-data', workspace: 'shared-data' }],
      },
    ],
  };
}

function foldersOf(folders: Readonly<Record<string, string>>) {
  return Object.entries(folders).map(([name, subPath]) => ({ name, workspace: 'shared-data', subPath }));
}

/** A command of the terminal as a task of its own, restricted like the steps of the Tasks. */
function stepOf(params: Readonly<Record<string, string>>, workspaces: readonly string[], image: string): JsonObject {
  const given = Object.entries(params).map(([name, value]) => `--${name}=${value}`);
  const folders = workspaces.map((name) => `--${name}=$(workspaces.${name}.path)`);
  const home = { name: 'home', mountPath: '/crane-tasks/home' };
  const scratch = { name: 'tmp', mountPath: '/crane-tasks/tmp' };
  return {
    workspaces: workspaces.map((name) => ({ name })),
    results: ['status', 'report-digest'].map((name) => ({ name })),
    volumes: [home, scratch].map(({ name }) => ({ name, emptyDir: {} })),
    steps: [
      {
        name: 'exports-delete',
        image,
        command: ['crane-tasks'],
        args: ['exports-delete', ...given, ...folders, '--results-dir=/tekton/results'],
        env: [
          { name: 'HOME', value: home.mountPath },
          { name: 'TMPDIR', value: scratch.mountPath },
        ],
        volumeMounts: [home, scratch],
        securityContext: {
          runAsNonRoot: true,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    ],
  };
}

function listOf(params: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(params)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}
