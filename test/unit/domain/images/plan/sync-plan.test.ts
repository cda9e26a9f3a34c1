import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../../src/domain/core/errors.ts';
import { parseSyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import { planImages } from '../../../../../src/domain/images/plan/plan-images.ts';
import { formatSyncPlan } from '../../../../../src/domain/images/plan/sync-plan.ts';
import {
  aRequest,
  aStream,
  destination,
  digest,
  internal,
  outside,
  location,
} from '../../../../builders/image-plan.ts';

const request = aRequest([
  aStream('web', {
    1: { items: [`${internal}/shop/web@${digest('a')}`] },
    2: { items: [`docker.io/library/web@${digest('b')}`] },
    3: { spec: { reference: true, from: { kind: 'DockerImage', name: 'docker.io/web' } } },
    4: { items: [] },
  }),
]);
const plan = planImages({
  ...request,
  source: { ...request.source, clusterUid: 'uid' },
  destination: { ...request.destination, internalRegistry: internal, clusterUid: 'other-uid' },
});

function errorOf(text: string): string {
  try {
    parseSyncPlan(text, 'plan.json');
  } catch (error) {
    if (error instanceof TaskError && error.code === 'invalid-file') return error.message;
  }
  return 'no error';
}

const record = JSON.parse(formatSyncPlan(plan)) as { readonly images: readonly object[] };
const [image] = record.images;

describe('parseSyncPlan', () => {
  it('reads what was written', () => {
    expect(parseSyncPlan(formatSyncPlan(plan), 'plan.json')).toEqual(plan);
    expect(plan).toMatchObject({ images: [{}], skipped: [{}, {}], problems: [{}] });
  });

  it('reads a plan without the optional parts', () => {
    const bare = planImages(aRequest([]));
    expect(parseSyncPlan(formatSyncPlan(bare), 'plan.json')).toEqual(bare);
  });

  it('gives back tags that are not pinned yet, and an address that no image needs', () => {
    const open = {
      source: location('registry.example.com/team/web'),
      destination: location(`${destination}/shop-new/web`),
      tag: '1',
      class: 'other-registry',
      reason: 'digest-unknown',
      usedBy: ['CronJob shop/web'],
    } as const;
    const late = { ...plan, source: { registry: '', internalRegistry: '' }, unpinned: [open] };
    expect(parseSyncPlan(formatSyncPlan(late), 'plan.json')).toEqual(late);
    const broken = formatSyncPlan({ ...late, unpinned: [{ ...open, tag: '--all' }] });
    expect(errorOf(broken)).toContain('unpinned[0].tag: expected tag');
  });

  it('accepts fields of later versions', () => {
    const later = { ...record, later: true };
    expect(parseSyncPlan(JSON.stringify(later), 'plan.json')).toMatchObject(plan);
  });
});

describe('an invalid plan', () => {
  it.each<[string, unknown, string]>([
    ['another version', { ...record, schemaVersion: 2 }, 'schemaVersion: expected 1, got 2'],
    ['no version', { ...record, schemaVersion: undefined }, 'schemaVersion: expected 1, got none'],
    ['a list instead of an object', { ...record, source: [] }, 'source: expected object, got an array'],
    ['an object instead of a list', { ...record, images: {} }, 'images: expected array, got an object'],
    ['an entry that is text', { ...record, skipped: ['x'] }, 'skipped[0]: expected object, got "x"'],
    [
      'a host that is none',
      { ...record, source: { ...plan.source, registry: 'a b' } },
      'source.registry: expected registry host, got "a b"',
    ],
    [
      'a namespace that climbs',
      { ...record, destination: { ...plan.destination, namespace: '..' } },
      'destination.namespace: expected namespace, got ".."',
    ],
    [
      'a short digest',
      { ...record, images: [{ ...image, digest: 'sha256:ab' }] },
      'images[0].digest: expected digest, got "sha256:ab"',
    ],
    [
      'a source with a tag',
      { ...record, images: [{ ...image, source: `${outside}/shop/web:1` }] },
      'images[0].source: expected host/path without tag',
    ],
    [
      'a source with a digest',
      { ...record, images: [{ ...image, source: `${outside}/shop/web@${digest('a')}` }] },
      'images[0].source: expected host/path without tag',
    ],
    [
      'a destination without host',
      { ...record, images: [{ ...image, destination: 'shop/web' }] },
      'images[0].destination: expected host/path without tag',
    ],
    [
      'a destination that is no name',
      { ...record, images: [{ ...image, destination: '--help' }] },
      'images[0].destination: expected host/path without tag',
    ],
    [
      'a tag that is an option',
      { ...record, images: [{ ...image, tags: ['--all'] }] },
      'images[0].tags[0]: expected tag, got "--all"',
    ],
    [
      'tags that are no list',
      { ...record, images: [{ ...image, tags: '1' }] },
      'images[0].tags: expected a list with a tag or more, got "1"',
    ],
    [
      'an image without a tag',
      { ...record, images: [{ ...image, tags: [] }] },
      'images[0].tags: expected a list with a tag or more, got an array',
    ],
    [
      'an unknown class',
      { ...record, images: [{ ...image, class: 'other' }] },
      'images[0].class: expected one of openshift, public, built-in-cluster, pushed, other-registry, listed, got "other"',
    ],
    [
      'a reason in words',
      { ...record, images: [{ ...image, reason: 'Because!' }] },
      'images[0].reason: expected kebab-case code, got "Because!"',
    ],
    [
      'a problem without image',
      { ...record, problems: [{ reason: 'x', message: '', usedBy: [] }] },
      'problems[0].image: expected string, got none',
    ],
  ])('is refused: %s', (_what, value, message) => {
    expect(errorOf(JSON.stringify(value))).toContain(`reading the image plan plan.json: ${message}`);
  });

  it('names all problems at once, but not without end', () => {
    const images = Array.from({ length: 50 }, () => ({ ...image, digest: '', tags: [''] }));
    const message = errorOf(JSON.stringify({ ...record, images }));
    expect(message.split('; ')).toHaveLength(20);
  });

  it.each(['', 'no JSON', 'null', '[]', '7'])('is refused: %j', (text) => {
    expect(errorOf(text)).toContain('reading the image plan plan.json: ');
  });

  it('distinguishes plans for two destinations', () => {
    expect(parseSyncPlan(formatSyncPlan(plan), 'plan.json').destination).toEqual({
      registry: destination,
      internalRegistry: internal,
      clusterUid: 'other-uid',
      namespace: 'shop-new',
    });
  });
});
