import { arrayAt, isObject, stringAt, type JsonObject } from '../../domain/core/json-object.ts';
import { parseJson } from '../../domain/core/parse-json.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { collectReports } from '../../domain/reports/printed-reports.ts';
import { resultOf, stateOfTaskRun } from '../../domain/runs/pipeline-run.ts';

/** The report of a task, or why there is none. */
export type ReadReport =
  | {
      readonly state: 'found';
      readonly report: JsonObject;
      /** Of the tasks that ran inside this one, in their order. */
      readonly parts: readonly JsonObject[];
    }
  /** `not-ended`: of the task. `none`: it wrote none. `reading`: a TaskRun prints it. `unread`: no log has it. */
  | { readonly state: 'not-ended' | 'none' | 'reading' | 'unread' };

export interface ReportRequest {
  /** Of the task. */
  readonly taskRun: Resource;
  /** TaskRuns of crane-summary on the volume of the run, newest first. */
  readonly readers: readonly Resource[];
}

/** The kubelet keeps 10 MiB of the log of a container. */
const longestLog = 32 * 1024 * 1024;

/** Of a container that was not started, a pod that is deleted, and a node that does not answer. */
const withoutLog = [400, 404, 500, 502, 503, 504];

/** Finds the report of a task in the logs of the TaskRuns that print reports. @throws ClusterStatusError */
export async function readReport(
  { taskRun, readers }: ReportRequest,
  { cluster, sha256 }: { readonly cluster: Cluster; readonly sha256: Sha256 },
): Promise<ReadReport> {
  if (!stateOfTaskRun(taskRun).hasEnded) return { state: 'not-ended' };
  // Empty: it wrote none. Undefined: unknown, since it was cut short.
  const digest = resultOf(taskRun, 'report-digest');
  if (digest === '') return { state: 'none' };
  const task = stringAt(taskRun, 'spec', 'taskRef', 'name');
  for (const reader of readers) {
    const { reports } = collectReports((await readTaskLog(reader, cluster)).split('\n'), sha256);
    const read = reports.flatMap(({ text }) => {
      const report = parseJson(text);
      return isObject(report) ? [{ text, report }] : [];
    });
    const own = read.findLast(({ text, report }) =>
      digest === undefined ? stringAt(report, 'task') === task : sha256(text) === digest,
    );
    if (own !== undefined) return { state: 'found', report: own.report, parts: partsOf(own.report, read, sha256) };
  }
  return { state: readers.some((reader) => !stateOfTaskRun(reader).hasEnded) ? 'reading' : 'unread' };
}

/** The reports whose digests the items of a report have. */
function partsOf(
  report: JsonObject,
  read: readonly { readonly text: string; readonly report: JsonObject }[],
  sha256: Sha256,
): readonly JsonObject[] {
  const digests = arrayAt(report, 'items').flatMap((item) => stringAt(item, 'evidence', 'report-digest') ?? []);
  if (digests.length === 0) return [];
  const byDigest = new Map(read.map((each) => [sha256(each.text), each.report] as const));
  return digests.map((digest) => byDigest.get(digest)).filter((found) => found !== undefined);
}

/** The log of a TaskRun; empty when there is none to read. @throws ClusterStatusError when the account may not read it */
export async function readTaskLog(taskRun: Resource, cluster: Cluster): Promise<string> {
  const { pod, containers } = stateOfTaskRun(taskRun);
  const container = containers.at(-1)?.name;
  if (pod === undefined || container === undefined) return '';
  const ref = { kind: knownKinds.pods, namespace: taskRun.metadata.namespace ?? '', name: pod };
  const query = { container, limitBytes: String(longestLog) };
  const log = await cluster
    .request({ path: `${objectPath(ref)}/log`, query, asText: true })
    .catch(onRefusal(withoutLog, ''));
  return typeof log === 'string' ? log : '';
}
