import { describe, expect, it } from 'vitest';

import { internal, modernize } from '../../../../builders/modernize.ts';
import { aResource } from '../../../../builders/transform.ts';

const image = 'registry.example.com/shop/web:1';
const labels = { app: 'web', deploymentconfig: 'web' };

function aConfig(spec: object = {}, podSpec: object = {}, metadata: object = { labels }) {
  return aResource('apps.openshift.io/v1 DeploymentConfig', 'web', {
    spec: {
      selector: { app: 'web' },
      template: { metadata, spec: { containers: [{ name: 'web', image }], ...podSpec } },
      ...spec,
    },
  });
}

function change(spec: object, podSpec?: object, metadata?: object) {
  return modernize(aConfig(spec, podSpec, metadata));
}

describe('a DeploymentConfig becomes a Deployment', () => {
  it('of another version and kind, with labels as selector', () => {
    expect(change({})).toEqual({
      patches: [
        'replace /apiVersion "apps/v1"',
        'replace /kind "Deployment"',
        'add /spec/selector {"matchLabels":{"app":"web"}}',
      ],
      notes: [],
      reason: undefined,
    });
  });

  it.each([[{}], [null], [undefined]])('that selects by the labels of its pods when its selector is %j', (selector) => {
    expect(change({ selector }).patches).toContain(`add /spec/selector {"matchLabels":${JSON.stringify(labels)}}`);
  });

  it("whose pods carry the label that OpenShift's deployer gave them", () => {
    expect(change({}, {}, { labels: { app: 'web' } }).patches).toContain(
      'add /spec/template/metadata/labels/deploymentconfig "web"',
    );
    expect(change({}, {}, {}).patches).toContain('add /spec/template/metadata/labels/deploymentconfig "web"');
  });

  it('unless the export has one of this name', () => {
    const rival = aResource('apps/v1 Deployment', 'web');
    expect(modernize(aConfig(), [rival]).reason).toBe(
      'cannot be converted: the export has Deployment of this name already',
    );
  });
});

describe('the strategy of a DeploymentConfig', () => {
  it.each([
    [{ type: 'Recreate', recreateParams: { timeoutSeconds: 600 } }, '{"type":"Recreate"}'],
    [{ type: 'Rolling' }, '{"type":"RollingUpdate"}'],
    [{ rollingParams: { maxSurge: null } }, '{"type":"RollingUpdate"}'],
    [
      { type: 'Rolling', rollingParams: { maxSurge: '25%', maxUnavailable: 0, intervalSeconds: 1 } },
      '{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":0}}',
    ],
  ])('%j is written %s', (strategy, expected) => {
    const { patches, notes } = change({ strategy });
    expect(patches).toContain(`add /spec/strategy ${expected}`);
    expect(notes).toEqual([]);
  });

  it('keeps its time limit, always longer than the pods need to be ready', () => {
    const limit = (seconds: number, more: object = {}) =>
      change({ strategy: { type: 'Rolling', rollingParams: { timeoutSeconds: seconds } }, ...more }).patches;
    expect(limit(120)).toContain('add /spec/progressDeadlineSeconds 120');
    expect(limit(120, { minReadySeconds: 300 })).toContain('add /spec/progressDeadlineSeconds 301');
  });

  it('names what a Deployment cannot do', () => {
    const hook = { execNewPod: { command: ['/run'] } };
    const { notes } = change({
      strategy: {
        type: 'Custom',
        labels: { a: 'b' },
        annotations: {},
        resources: { limits: { cpu: 1 } },
        rollingParams: { pre: hook, post: hook },
        recreateParams: { mid: hook },
      },
    });
    expect(notes).toEqual([
      expect.stringContaining('hook pre'),
      expect.stringContaining('hook post'),
      expect.stringContaining('hook mid'),
      expect.stringContaining('Custom strategy'),
      'resources, labels of the deployer pod are dropped',
    ]);
  });
});

describe('behaviour that a Deployment does not have', () => {
  it.each([
    [{ triggers: [] }, 'each change of the pod template'],
    [{ test: true }, 'test:'],
    [{ paused: true }, 'paused:'],
  ])('%j is noted', (spec, note) => {
    expect(change(spec).notes).toEqual([expect.stringContaining(note)]);
  });

  it('is not looked for where the DeploymentConfig behaves the same', () => {
    expect(change({ triggers: [{ type: 'ConfigChange' }], test: false, paused: false }).notes).toEqual([]);
  });

  it('is taken out of the specification', () => {
    expect(change({ triggers: [], test: false }).patches).toEqual(
      expect.arrayContaining(['remove /spec/triggers', 'remove /spec/test']),
    );
    const { patches, notes } = change({}, { activeDeadlineSeconds: 5 });
    expect(patches).toContain('remove /spec/template/spec/activeDeadlineSeconds');
    expect(notes).toEqual([expect.stringContaining('activeDeadlineSeconds')]);
  });
});

describe('the image of a DeploymentConfig', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const trigger = (from: object, lastTriggeredImage?: string) => ({
    type: 'ImageChange',
    imageChangeParams: { containerNames: ['web'], from, lastTriggeredImage },
  });
  const stream = aResource('image.openshift.io/v1 ImageStream', 'web', {
    status: {
      tags: [{ tag: '1', items: [{ image: digest, dockerImageReference: `${internal}/shop/web@${digest}` }] }],
    },
  });
  const flags = { 'registry-replacement': `${internal}/shop=registry.example.org/store` };
  const container = { containers: [{ name: 'web', image: ' ' }, { name: 'side' }] };
  const config = (...triggers: object[]) => aConfig({ triggers: [{ type: 'ConfigChange' }, ...triggers] }, container);

  it('is that of the tag which its trigger names', () => {
    const from = { kind: 'ImageStreamTag', name: 'web:1' };
    const { patches, notes } = modernize(config(trigger(from)), [stream], flags);
    expect(patches).toContain(
      `replace /spec/template/spec/containers/0/image "registry.example.org/store/web@${digest}"`,
    );
    expect(notes).toEqual([
      'container side: no image is named',
      'no rollout any more when ImageStreamTag shop/web:1 changes',
    ]);
  });

  it('is the one that the trigger wrote last when the stream is not there', () => {
    const from = { kind: 'ImageStreamTag', name: 'tool:1', namespace: 'tools' };
    expect(modernize(config(trigger(from, 'registry.example.com/tools/tool:1'))).patches).toContain(
      'replace /spec/template/spec/containers/0/image "registry.example.com/tools/tool:1"',
    );
  });

  it('is missing, and named, when nothing knows it', () => {
    const { notes } = modernize(config(trigger({ kind: 'ImageStreamTag', name: 'web:2', namespace: '' })), [stream]);
    expect(notes).toContain('container web: ImageStreamTag shop/web:2 has no image in the export');
  });

  it('is left alone by a trigger that names nothing', () => {
    expect(modernize(config(trigger({ kind: 'ImageStreamTag' }))).notes).toContain('container web: no image is named');
  });
});
