import { isObject, stringAt } from '../../domain/core/json-object.ts';
import { parseJson } from '../../domain/core/parse-json.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { textsAt, type Resource } from '../../domain/kube/resource.ts';
import { readTakeBack, type TakeBackItem } from '../../domain/planning/take-back.ts';
import { volumeRunLabel } from '../../domain/planning/migration-names.ts';
import { paramOf, resultOf, stateOfTaskRun } from '../../domain/runs/pipeline-run.ts';
import { readTaskLog } from './read-reports.ts';

/** What a TaskRun of crane-rollback has done, or would do. */
export interface TakeBackList {
  /** The PipelineRun that is taken back. */
  readonly run: string;
  readonly isDryRun: boolean;
  readonly items: readonly TakeBackItem[];
  /** Objects that remain and are not among the items, since the log does not have them. */
  readonly leftOut: number;
  /** Whether the items are all that the run has: it ended, and could do its work. */
  readonly isWhole: boolean;
  /** The last error that it logged; empty: none. */
  readonly error: string;
}

/** Reads the items of a TaskRun of crane-rollback from the events of its log. @throws ClusterStatusError */
export async function readTakeBackList(taskRun: Resource, cluster: Cluster): Promise<TakeBackList> {
  const lines = (await readTaskLog(taskRun, cluster)).split('\n').flatMap(parseLine);
  const events = lines.filter((line) => stringAt(line, 'event') === 'item');
  // An item that changed has another event: the last one counts.
  const last = new Map(events.map((event) => [stringAt(event, 'id'), withText(event)]));
  const items = readTakeBack([...last.values()]);
  const status = resultOf(taskRun, 'status');
  const remaining = Number(resultOf(taskRun, 'kept-count')) + Number(resultOf(taskRun, 'failed-count'));
  const shown = items.filter(({ fate }) => fate !== 'deleted' && fate !== 'gone').length;
  const { hasEnded } = stateOfTaskRun(taskRun);
  return {
    run: stringAt(textsAt(taskRun, 'labels'), volumeRunLabel) ?? '',
    isDryRun: paramOf(taskRun, 'dry-run') === 'true',
    items,
    leftOut: Math.max(0, (Number.isNaN(remaining) ? 0 : remaining) - shown),
    isWhole: hasEnded && (status === 'succeeded' || status === 'incomplete') && items.length > 0,
    error: stringAt(lines.findLast((line) => stringAt(line, 'level') === 'error') ?? {}, 'message') ?? '',
  };
}

/** The text of an event is `reason id: message`. */
function withText(event: object): object {
  const text = stringAt(event, 'message') ?? '';
  const id = stringAt(event, 'id') ?? '';
  const at = text.indexOf(`${id}: `);
  return { ...event, message: at < 0 ? '' : text.slice(at + id.length + 2) };
}

function parseLine(line: string): readonly object[] {
  const value = line.startsWith('{') ? parseJson(line) : undefined;
  return isObject(value) ? [value] : [];
}
