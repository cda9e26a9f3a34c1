import { describe, expect, it } from 'vitest';

import { checkBuilder, chooseRunImage, readBuilder, type Builder } from '../../../../src/domain/build/builder.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const apis = { platform: { supported: ['0.11', '0.12'] } };
const env = ['PATH=/bin', 'CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'];

function configOf(labels: Readonly<Record<string, unknown>>, Env: readonly unknown[] = env): unknown {
  const texts = Object.entries(labels).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return { config: { Labels: Object.fromEntries(texts), Env } };
}

const builder: Builder = {
  platformApis: ['0.11', '0.12'],
  runImage: 'docker.io/paketo/run:base',
  runImageMirrors: ['registry.example.com/run:base'],
  userId: 1001,
  groupId: 1000,
};

describe('reading a builder', () => {
  it('finds platform APIs, run image, mirrors and user', () => {
    const images = [{ image: 'docker.io/paketo/run:base', mirrors: ['registry.example.com/run:base', 7] }];
    const config = configOf({ 'io.buildpacks.builder.metadata': { lifecycle: { apis }, images } });
    expect(readBuilder(config)).toEqual(builder);
  });

  it('finds the run image where older builders have it, and the APIs in the label of the lifecycle', () => {
    const labels = {
      'io.buildpacks.builder.metadata': { stack: { runImage: { image: 'old/run' } } },
      'io.buildpacks.lifecycle.apis': { platform: { supported: ['0.12'] } },
    };
    expect(readBuilder(configOf(labels))).toMatchObject({
      platformApis: ['0.12'],
      runImage: 'old/run',
      runImageMirrors: [],
    });
  });

  it.each([
    ['without labels', configOf({}, [])],
    ['with a label that is not JSON', { config: { Labels: { 'io.buildpacks.builder.metadata': '{' } } }],
    ['with a user that is not a number', configOf({}, ['CNB_USER_ID=cnb', 'CNB_GROUP_ID=', 7])],
  ])('knows nothing of an image %s', (_, config) => {
    expect(readBuilder(config)).toEqual({
      platformApis: [],
      runImage: '',
      runImageMirrors: [],
      userId: Number.NaN,
      groupId: Number.NaN,
    });
  });
});

describe('checking a builder', () => {
  it.each([
    ['supports the API', builder],
    ['has no label with its APIs', { ...builder, platformApis: [] }],
  ])('accepts one that %s', (_, one) => {
    expect(refusalOf(() => checkBuilder(one, '0.12', 'b:1'))).toBe('');
  });

  it.each([
    ['user', { ...builder, userId: 0 }],
    ['user', { ...builder, userId: Number.NaN }],
    ['group', { ...builder, groupId: 0 }],
  ])('refuses one without a %s', (_, one) => {
    expect(refusalOf(() => checkBuilder(one, '0.12', 'b:1'))).toBe(
      'invalid-param: checking builder b:1: its environment has no CNB_USER_ID and CNB_GROUP_ID above 0',
    );
  });

  it('refuses one whose lifecycle does not support the API, and names those that it supports', () => {
    expect(refusalOf(() => checkBuilder(builder, '0.14', 'b:1'))).toBe(
      'invalid-param: checking builder b:1: its lifecycle does not support the platform API 0.14, only 0.11, 0.12',
    );
  });
});

describe('choosing the run image', () => {
  it.each([
    ['the given one', ['given/run', 'registry.example.com'], 'given/run'],
    ['that of the builder', ['', 'other.example.com'], 'docker.io/paketo/run:base'],
    ['its mirror in the registry of the new image', ['', 'registry.example.com'], 'registry.example.com/run:base'],
  ] as const)('takes %s', (_, [given, host], expected) => {
    expect(chooseRunImage(given, builder, host)).toBe(expected);
  });

  it('finds none where the builder names none', () => {
    expect(chooseRunImage('', { ...builder, runImage: '', runImageMirrors: [] }, 'registry.example.com')).toBe('');
  });
});
