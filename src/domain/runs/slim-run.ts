import { isObject } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** Copies of what a run was started from, and who set which field: most of the bytes of a run that has ended. */
const heavy: ReadonlySet<string> = new Set(['managedFields', 'pipelineSpec', 'taskSpec', 'provenance']);

/** A PipelineRun or TaskRun as a list of migrations needs it: a thousand of them are held for each session. */
export function slimRun(run: Resource): Resource {
  const { status } = run;
  return { ...run, metadata: without(run.metadata), ...(isObject(status) ? { status: without(status) } : {}) };
}

function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !heavy.has(name))) as T;
}
