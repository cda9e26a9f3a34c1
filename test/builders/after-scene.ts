import { sha256Of } from '../../src/adapters/files/digest.ts';
import { printReport } from '../../src/domain/reports/printed-reports.ts';
import type { LogNode } from './kubelet.ts';
import type { TestCluster } from './test-cluster.ts';

const group = '/apis/tekton.dev/v1/namespaces/migrations';

type Condition = readonly [status: 'True' | 'False' | 'Unknown', reason: string, message?: string];

export interface SceneRun {
  readonly name: string;
  readonly migration: string;
  readonly action: string;
  readonly condition: Condition;
}

export interface SceneTask {
  /** In the Pipeline; empty: a TaskRun of its own that exists. */
  readonly task: string;
  readonly condition: Condition;
  readonly exitCode?: number;
  readonly results?: Readonly<Record<string, string>>;
  readonly log?: string;
}

/** What Tekton would write of runs: the API server of the tests has no controller. */
export interface AfterScene {
  readonly addRun: (run: SceneRun) => Promise<void>;
  readonly addTask: (run: SceneRun, task: SceneTask & { readonly taskRef: string }) => Promise<void>;
  readonly endRun: (name: string, condition: Condition) => Promise<void>;
  /** Ends a TaskRun that the wizard started. */
  readonly endTask: (name: string, task: Omit<SceneTask, 'task'>) => Promise<void>;
}

export function afterScene(test: TestCluster, node: LogNode): AfterScene {
  const { cluster } = test;
  const contentType = 'application/merge-patch+json';
  const patch = (path: string, status: object): Promise<unknown> =>
    cluster.request({ method: 'PATCH', path: `${path}/status`, body: { status }, contentType });
  const endTask: AfterScene['endTask'] = async (name, { condition, exitCode = 0, results = {}, log }) => {
    const pod = `${name}-pod`;
    if (log !== undefined) await node.addPod('migrations', pod, log);
    const steps = [{ name: 'step', container: 'step', terminated: { exitCode } }];
    await patch(`${group}/taskruns/${name}`, {
      ...statusOf(condition),
      podName: pod,
      steps,
      results: Object.entries(results).map(([key, value]) => ({ name: key, value })),
    });
  };
  return {
    addRun: async ({ name, migration, action, condition }) => {
      const labels = { 'crane-tasks.dev/migration': migration, 'crane-tasks.dev/action': action };
      await test.create(`${group}/pipelineruns`, tektonObject('PipelineRun', { name, labels }, {}));
      await patch(`${group}/pipelineruns/${name}`, statusOf(condition));
    },
    endRun: async (name, condition) => {
      await patch(`${group}/pipelineruns/${name}`, statusOf(condition));
    },
    addTask: async ({ name, migration }, { task, taskRef, ...rest }) => {
      const labels = {
        'crane-tasks.dev/migration': migration,
        'tekton.dev/pipelineRun': name,
        'tekton.dev/pipelineTask': task,
      };
      const workspaces = [{ name: 'shared', persistentVolumeClaim: { claimName: `pvc-${name}` } }];
      const spec = { taskRef: { name: taskRef }, workspaces };
      await test.create(`${group}/taskruns`, tektonObject('TaskRun', { name: `${name}-${task}`, labels }, spec));
      await endTask(`${name}-${task}`, rest);
    },
    endTask,
  };
}

function tektonObject(kind: string, metadata: object, spec: object): object {
  return { apiVersion: 'tekton.dev/v1', kind, metadata, spec };
}

function statusOf([status, reason, message = '']: Condition): object {
  const time = new Date().toISOString();
  const conditions = [{ type: 'Succeeded', status, reason, message }];
  return { conditions, startTime: time, ...(status === 'Unknown' ? {} : { completionTime: time }) };
}

/** The log of crane-summary with one report. */
export function printedLog(path: string, report: object): { readonly log: string; readonly digest: string } {
  const text = `${JSON.stringify(report)}\n`;
  return { log: printReport({ path, text }, sha256Of).join('\n'), digest: sha256Of(text) };
}

/** The events of items in a log of crane-rollback: id, outcome, reason and the text after them. */
export function itemLog(
  items: readonly (readonly [id: string, outcome: string, reason: string, text?: string])[],
): string {
  return items
    .map(([id, outcome, reason, text]) => {
      const message = `${reason} ${id}${text === undefined ? '' : `: ${text}`}`;
      return JSON.stringify({ level: 'info', event: 'item', task: 'crane-rollback', id, outcome, reason, message });
    })
    .join('\n');
}
