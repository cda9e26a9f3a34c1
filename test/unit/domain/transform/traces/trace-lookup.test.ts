import { describe, expect, it } from 'vitest';

import { contentOf } from '../../../../../src/domain/transform/traces/content.ts';
import type { ControllerTrace } from '../../../../../src/domain/transform/traces/controller-trace.ts';
import { controllerTraces, isControllerFinalizer } from '../../../../../src/domain/transform/traces/trace-lookup.ts';
import {
  createKubernetesPlugin,
  createOpenshiftPlugin,
} from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { aResource, withFlags } from '../../../../builders/transform.ts';

const plugins = [withFlags(createKubernetesPlugin), withFlags(createOpenshiftPlugin)];
const fields = ['annotations', 'labels', 'finalizers'] as const;

function typeOf(kind: string): string {
  const dot = kind.indexOf('.');
  return dot < 0 ? `v1 ${kind}` : `${kind.slice(dot + 1)}/v1 ${kind.slice(0, dot)}`;
}

function keysOf(row: ControllerTrace): readonly { field: (typeof fields)[number]; key: string }[] {
  return fields.flatMap((field) =>
    (row[field] ?? []).map((key) => ({ field, key: key.endsWith('/') ? `${key}something` : key })),
  );
}

describe('the table of controllers', () => {
  it.each(fields)('has each of its %s once, with a controller and a source', (field) => {
    const keys = controllerTraces.flatMap((row) => row[field] ?? []);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
    for (const { controller, source } of controllerTraces) expect([controller, source]).not.toContain('');
  });

  it('leaves out each kind in one row', () => {
    const kinds = controllerTraces.flatMap(({ leavesOut = {} }) => Object.keys(leavesOut));
    expect(kinds.toSorted()).toEqual([...new Set(kinds)].toSorted());
  });
});

describe.each(controllerTraces.filter((row) => keysOf(row).length > 0))('traces of $controller', (row) => {
  it.each(keysOf(row))('$field $key: one rule for the transform and for the comparison', ({ field, key }) => {
    const kind = row.kinds?.[0] ?? 'Deployment.apps';
    const value = field === 'finalizers' ? [key] : { [key]: 'x' };
    const resource = aResource(typeOf(kind), 'web', { metadata: { [field]: value } });
    expect(contentOf(resource).metadata).toEqual({ name: 'web', namespace: 'shop' });
    const removed = plugins.flatMap((decide) => decide(resource));
    const place = field === 'finalizers' ? '' : `/${key.replace('/', '~1')}`;
    expect(removed).toEqual(row.keeps === true ? [] : [`remove /metadata/${field}${place}`]);
  });
});

describe('finalizers of custom kinds', () => {
  it.each([
    ['InferenceService.serving.kserve.io', 'inferenceservice.finalizers', true],
    ['Gadget.example.com', 'example.com/keep', false],
    ['Gadget.example.com', 'gadgets.example.com', false],
    ['Application.argoproj.io', 'resources-finalizer.argocd.argoproj.io', false],
    ['PerconaXtraDBCluster.pxc.percona.com', 'percona.com/delete-pxc-pods-in-order', false],
    ['Deployment.apps', 'apps/hold', false],
    ['Deployment.apps', 'hold.apps', false],
    ['Grafana.grafana.example.com', 'bill.example.com/hold', false],
  ])('of %s: %s is of a known controller: %s', (kind, name, isOfController) => {
    expect(isControllerFinalizer(name, kind)).toBe(isOfController);
  });
});

describe('kinds that only record', () => {
  const kinds = controllerTraces.flatMap(({ leavesOut = {} }) => Object.entries(leavesOut));

  it.each(kinds)('leaves out %s, and says why', (kind, reason) => {
    const decided = [createKubernetesPlugin, createOpenshiftPlugin].map((create) =>
      create(toTransformOptions({})).run(aResource(typeOf(kind), 'web')),
    );
    expect(JSON.stringify(decided)).toContain(JSON.stringify(reason));
  });
});
