import type { ApiSurface, ServedNode } from '../schemas/documents.ts';
import { arrayAt, isObject, ownValue, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';
import { describeResource, type Resource } from '../kube/resource.ts';
import { gap, type Checks, type Judgement } from './api-surface.ts';

/** One item for each resource whose pods ask for certain nodes: whether the destination has such a node. */
export function checkNodes(resources: Iterable<Resource>, { nodes, unread }: ApiSurface): Checks {
  const why = unread.find(({ what }) => what === 'nodes')?.why ?? 'the captured surface has no nodes';
  return Array.from(resources, (resource) =>
    podSpecsOf(resource)
      .map(({ spec }) => spec)
      .filter(asksForNodes)
      .map((spec) => ({ id: `nodes for ${describeResource(resource)}`, ...judge(spec, nodes, why) })),
  ).flat();
}

function judge(spec: JsonObject, nodes: readonly ServedNode[] | undefined, why: string): Judgement {
  if (nodes === undefined)
    return { outcome: 'skipped', reason: 'unknown', message: `it asks for ${wishesOf(spec)}: ${why}` };
  const fitting = nodes.filter((node) => fits(spec, node));
  if (fitting.length > 0) return { outcome: 'done', reason: 'node-found', evidence: { nodes: fitting.length } };
  return gap('no-node', `no node of the destination has ${wishesOf(spec)}: label a node, or change this with a patch`);
}

function asksForNodes(spec: JsonObject): boolean {
  return Object.keys(selectorOf(spec)).length > 0 || termsOf(spec) !== undefined || nodeNameOf(spec) !== undefined;
}

/** What a pod asks of its node, in words. */
function wishesOf(spec: JsonObject): string {
  const name = nodeNameOf(spec);
  const keys = (termsOf(spec) ?? []).flatMap((term) =>
    [...arrayAt(term, 'matchExpressions'), ...arrayAt(term, 'matchFields')].map(describe),
  );
  return [
    ...(name === undefined ? [] : [`the name ${name}`]),
    ...Object.entries(selectorOf(spec)).map(([key, value]) => `${key}=${String(value)}`),
    ...(termsOf(spec) === undefined ? [] : [`what its node affinity requires (${keys.join('; ')})`]),
  ].join(', ');
}

function describe(expression: unknown): string {
  const { key, operator } = readExpression(expression);
  return [key, operator, arrayAt(expression, 'values').join(', ')].filter((text) => text !== '').join(' ');
}

function fits(spec: JsonObject, node: ServedNode): boolean {
  const name = nodeNameOf(spec);
  if (name !== undefined && name !== node.name) return false;
  const terms = termsOf(spec);
  return (
    Object.entries(selectorOf(spec)).every(([key, value]) => ownValue(node.labels, key) === value) &&
    (terms === undefined || terms.some((term) => matchesTerm(term, node)))
  );
}

/** An empty term matches nothing: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity */
function matchesTerm(term: unknown, { name, labels }: ServedNode): boolean {
  const [expressions, fields] = [arrayAt(term, 'matchExpressions'), arrayAt(term, 'matchFields')];
  return (
    expressions.length + fields.length > 0 &&
    expressions.every((each) => matches(each, labels)) &&
    fields.every((each) => matches(each, { 'metadata.name': name }))
  );
}

function matches(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator } = readExpression(expression);
  const values = arrayAt(expression, 'values');
  const found = ownValue(labels, key);
  const isIn = found !== undefined && values.includes(found);
  const judged: Readonly<Record<string, boolean>> = {
    In: isIn,
    NotIn: !isIn,
    Exists: found !== undefined,
    DoesNotExist: found === undefined,
    Gt: Number(found) > Number(values[0]),
    Lt: Number(found) < Number(values[0]),
  };
  return ownValue(judged, operator) ?? false;
}

function readExpression(expression: unknown): { readonly key: string; readonly operator: string } {
  return { key: stringAt(expression, 'key') ?? '', operator: stringAt(expression, 'operator') ?? '' };
}

function selectorOf(spec: JsonObject): JsonObject {
  const selector = spec['nodeSelector'];
  return isObject(selector) ? selector : {};
}

function nodeNameOf(spec: JsonObject): string | undefined {
  return stringAt(spec, 'nodeName');
}

/** The terms that a node must match one of; undefined: none are required. */
function termsOf(spec: JsonObject): readonly unknown[] | undefined {
  const required = valueAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return isObject(required) ? arrayAt(required, 'nodeSelectorTerms') : undefined;
}
