import { describe, expect, it } from 'vitest';

import { plannedTags } from '../../../../../src/domain/images/plan/planned-tags.ts';
import type { SkippedImage } from '../../../../../src/domain/schemas/documents.ts';
import type { Reason } from '../../../../../src/domain/reports/reasons.ts';
import { createImagestreamPlugin } from '../../../../../src/domain/transform/rules/imagestream-plugin.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { aResource, showVerdict } from '../../../../builders/transform.ts';

const internal = 'image-registry.openshift-image-registry.svc:5000';
const digest = `sha256:${'a'.repeat(64)}`;

function skipped(name: string, reason: Reason<'plan'>, { usedBy = [], ...more }: Partial<SkippedImage>) {
  const image = `shop/web:${name}`;
  return { image, digest, reason, message: `because of ${reason}`, class: 'pushed' as const, usedBy, ...more };
}

const plugin = createImagestreamPlugin(
  toTransformOptions({}),
  plannedTags({
    schemaVersion: 1,
    source: { registry: '', internalRegistry: internal },
    destination: { registry: '', namespace: 'store' },
    images: [],
    skipped: [
      skipped('left', 'excluded', { usedBy: ['Deployment shop/api', 'Deployment shop/web'] }),
      skipped('none', 'images-skipped', { usedBy: ['Deployment shop/web'] }),
      skipped('again', 'images-skipped', { class: 'public', reference: `out.example/base@${digest}` }),
      skipped('old', 'unused-history', { usedBy: ['Deployment shop/web'] }),
    ],
    problems: [],
  }),
);

function aTag(name: string, from?: object) {
  const tag = from === undefined ? null : { name, from };
  const image = { dockerImageReference: `${internal}/shop/web@${digest}` };
  return aResource('image.openshift.io/v1 ImageStreamTag', `web:${name}`, { tag, image });
}

describe('images that the user does not want', () => {
  it('are noted at the workloads that use them', () => {
    const run = (name: string) => plugin.run(aResource('apps/v1 Deployment', name));
    expect(run('web')).toMatchObject({
      patches: [],
      notes: [
        'uses the image shop/web:left: because of excluded',
        'uses the image shop/web:none: because of images-skipped',
      ],
    });
    expect(run('api')).toMatchObject({ notes: ['uses the image shop/web:left: because of excluded'] });
    expect(run('db')).toMatchObject({ notes: [] });
    expect(plugin.run({ apiVersion: 'v1', kind: 'Deployment', metadata: { name: 'web' } })).toMatchObject({
      notes: [],
    });
  });

  it('have tags that do not travel, unless the destination can import them', () => {
    expect(showVerdict(plugin.run(aTag('left')))).toBe('because of excluded');
    expect(showVerdict(plugin.run(aTag('left', { kind: 'ImageStreamTag', name: 'web:v1' })))).toBe(
      'because of excluded',
    );
    const from = { kind: 'DockerImage', name: 'out.example/base:1' };
    expect(showVerdict(plugin.run(aTag('again', from)))).toContain('remove /image');
  });
});
