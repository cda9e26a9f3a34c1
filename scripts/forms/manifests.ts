import { arrayAt, isObject, type JsonObject } from '../../src/domain/core/json-object.ts';

/** Param of a Pipeline by which a run says where its Tasks are. */
interface PlaceParam {
  readonly name: string;
  readonly description: string;
  readonly default: string;
}

const tasksNamespace: PlaceParam = {
  name: 'tasks-namespace',
  description: 'Namespace in which the Tasks are installed.',
  default: 'crane-tasks',
};

const bundleRepository: PlaceParam = {
  name: 'bundle-repository',
  description: 'Registry and path below which the bundles of the Tasks are, each under the name of its Task.',
  default: 'ghcr.io/crane-tasks/bundles',
};

/** The ClusterTask of a Task, for Tekton up to 0.70. Its spec is that of v1beta1, which calls computeResources `resources`. */
export function toClusterTask(task: JsonObject): JsonObject {
  return { ...task, apiVersion: 'tekton.dev/v1beta1', kind: 'ClusterTask', spec: toBetaTaskSpec(task['spec']) };
}

/** A Pipeline that names ClusterTasks, in the API version that they have. */
export function toClusterTaskPipeline(pipeline: JsonObject): JsonObject {
  const beta = { ...pipeline, apiVersion: 'tekton.dev/v1beta1' };
  return changeTasks(beta, (taskRef) => ({ ...taskRef, kind: 'ClusterTask' }));
}

/** A Pipeline whose Tasks are found by the cluster resolver in a namespace that the run may choose. */
export function toResolverPipeline(pipeline: JsonObject): JsonObject {
  return withPlace(
    changeTasks(pipeline, ({ name }) => ({
      resolver: 'cluster',
      params: namedValues({ kind: 'task', name, namespace: `$(params.${tasksNamespace.name})` }),
    })),
    tasksNamespace,
  );
}

/** A Pipeline whose Tasks come from bundles of one version, in a registry that the run may choose. */
export function toBundlePipeline(pipeline: JsonObject, version: string): JsonObject {
  return withPlace(
    changeTasks(pipeline, ({ name }) => ({
      resolver: 'bundles',
      params: namedValues({
        bundle: `$(params.${bundleRepository.name})/${String(name)}:${version}`,
        kind: 'task',
        name,
      }),
    })),
    bundleRepository,
  );
}

/** A run in the older API version: what v1 gathers in taskRunTemplate stands at the top. */
export function toBetaRun(run: JsonObject): JsonObject {
  const { taskRunTemplate, taskRef, computeResources, stepSpecs, sidecarSpecs, ...spec } = specOf(run);
  const renamed = {
    ...(isObject(taskRef) ? { taskRef: { ...taskRef, kind: 'ClusterTask' } } : {}),
    ...(isObject(taskRunTemplate) ? taskRunTemplate : {}),
    ...(computeResources === undefined ? {} : { computeResources }),
    ...(stepSpecs === undefined ? {} : { stepOverrides: stepSpecs }),
    ...(sidecarSpecs === undefined ? {} : { sidecarOverrides: sidecarSpecs }),
  };
  return { ...run, apiVersion: 'tekton.dev/v1beta1', spec: { ...renamed, ...spec } };
}

function toBetaTaskSpec(spec: unknown): unknown {
  if (!isObject(spec)) return spec;
  const containers = Object.fromEntries(
    ['steps', 'sidecars']
      .filter((key) => key in spec)
      .map((key) => [key, arrayAt(spec, key).map(renameResources)] as const),
  );
  const template = 'stepTemplate' in spec ? { stepTemplate: renameResources(spec['stepTemplate']) } : {};
  return { ...spec, ...containers, ...template };
}

function renameResources(container: unknown): unknown {
  if (!isObject(container) || !('computeResources' in container)) return container;
  return Object.fromEntries(
    Object.entries(container).map(([key, value]) => [key === 'computeResources' ? 'resources' : key, value]),
  );
}

function changeTasks(pipeline: JsonObject, change: (taskRef: JsonObject) => JsonObject): JsonObject {
  const spec = specOf(pipeline);
  const lists = ['tasks', 'finally'].filter((key) => key in spec);
  const changed = lists.map((key) => [key, arrayAt(spec, key).map((task) => changeTask(task, change))] as const);
  return { ...pipeline, spec: { ...spec, ...Object.fromEntries(changed) } };
}

function changeTask(task: unknown, change: (taskRef: JsonObject) => JsonObject): unknown {
  if (!isObject(task) || !isObject(task['taskRef'])) return task;
  return { ...task, taskRef: change(task['taskRef']) };
}

function withPlace(pipeline: JsonObject, { name, description, default: value }: PlaceParam): JsonObject {
  const spec = specOf(pipeline);
  const param = { name, type: 'string', description, default: value };
  return { ...pipeline, spec: { ...spec, params: [...arrayAt(spec, 'params'), param] } };
}

function namedValues(values: JsonObject): readonly JsonObject[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function specOf(object: JsonObject): JsonObject {
  const spec = object['spec'];
  return isObject(spec) ? spec : {};
}
