import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';

import { isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { Kubectl } from './kubectl.ts';

export interface StartInput {
  /** Path of a PipelineRun, as a user would apply it. */
  readonly sample: string;
  readonly namespace: string;
  /** Numeric user and group that a platform such as OpenShift would assign. */
  readonly user?: number;
  /** Params that differ from the sample's. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Creates a run from a sample, under an arbitrary user where one is given. Returns its name. */
export async function startRun(kubectl: Kubectl, input: StartInput): Promise<string> {
  const sample: unknown = load(readFileSync(input.sample, 'utf8'));
  if (!isObject(sample)) throw new Error(`${input.sample}: expected a PipelineRun`);
  const text = await kubectl.run(
    ['create', '-n', input.namespace, '-f', '-', '-o', 'json'],
    JSON.stringify(withParams(withUser(sample, input.user), input.params ?? {})),
  );
  const created: unknown = JSON.parse(text);
  const name = stringAt(created, 'metadata', 'name');
  if (name === undefined) throw new Error(`creating a run of ${input.sample}: no name in the answer`);
  return name;
}

function withUser(run: JsonObject, user: number | undefined): JsonObject {
  if (user === undefined) return run;
  const securityContext = { runAsNonRoot: true, runAsUser: user, fsGroup: user };
  if (run['apiVersion'] === 'tekton.dev/v1beta1')
    return { ...run, spec: { ...specOf(run), podTemplate: { securityContext } } };
  const taskRunTemplate = {
    ...(isObject(valueAt(run, 'spec', 'taskRunTemplate')) ? { serviceAccountName: 'crane-tasks' } : {}),
    podTemplate: { securityContext },
  };
  return { ...run, spec: { ...specOf(run), taskRunTemplate } };
}

function withParams(run: JsonObject, params: Readonly<Record<string, string>>): JsonObject {
  const spec = specOf(run);
  const given = Array.isArray(spec['params']) ? spec['params'].filter(isObject) : [];
  const kept = given.filter((param) => !(String(param['name']) in params));
  const changed = Object.entries(params).map(([name, value]) => ({ name, value }));
  return { ...run, spec: { ...spec, params: [...kept, ...changed] } };
}

function specOf(run: JsonObject): JsonObject {
  const spec = run['spec'];
  return isObject(spec) ? spec : {};
}
