import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { strictYamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { eligibilityOf, readProfile } from '../../../../src/domain/containerize/profile.ts';
import { stringAt } from '../../../../src/domain/core/json-object.ts';
import { validateApplicationProfile } from '../../../../src/domain/schemas/validators/application-profile.ts';
import { problemsOf } from '../../../builders/documents.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const prefix = 'invalid-file: reading the application profile in x: ';
const problemOf = (...documents: readonly unknown[]): string =>
  refusalOf(() => readProfile(documents, 'x')).replace(prefix, '');
const profile = (members: object) => ({ schemaVersion: 1, ...members });

describe('a sample profile', () => {
  const samples = globSync('samples/profiles/*.yaml');

  it('is there for each kind of application', () => {
    expect(samples.map((file) => path.basename(file)).sort()).toEqual([
      'jupyterlab.yaml',
      'rstudio.yaml',
      'vscode-server.yaml',
    ]);
  });

  it.each(samples)('%s is a ConfigMap with a valid profile', (file) => {
    const [configMap] = strictYamlCodec.parse(readFileSync(file, 'utf8'), file);
    expect(configMap).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    const documents = strictYamlCodec.parse(stringAt(configMap, 'data', 'profile.yaml') ?? '', file);
    expect(problemsOf('application-profile', documents[0])).toEqual([]);
    expect(readProfile(documents, file)).toEqual(documents[0]);
  });
});

describe('a profile', () => {
  it('needs a version only', () => {
    expect(readProfile([profile({})], 'x')).toEqual({ schemaVersion: 1 });
  });

  it.each<[string, unknown, string]>([
    ['no version', {}, 'schemaVersion: expected 1, got none'],
    ['another version', { schemaVersion: 2 }, 'schemaVersion: expected 1, got a number'],
    ['a text', 'secret text', 'expected application profile, got a string'],
    ['nothing', null, 'expected application profile, got null'],
    ['a misspelled member', profile({ libary: ['/a'] }), 'libary: unknown member, did you mean library?'],
    [
      'an unknown member',
      profile({ start: { shell: 'x' } }),
      'start.shell: unknown member, expected one of command, args, workingDir, user',
    ],
    [
      'a path that is not absolute',
      profile({ library: ['a'] }),
      'library[0]: expected an absolute path such as /app-library, without `.`, `..` and a slash at its end, got a string',
    ],
    [
      'a start command as text',
      profile({ start: { command: 'run --token=x' } }),
      'start.command: expected a list of texts with at least one entry, got a string',
    ],
    [
      'no command',
      profile({ start: { command: [] } }),
      'start.command: expected a list of texts with at least one entry, got an array',
    ],
    [
      'an unknown protocol',
      profile({ ports: [{ port: 1, protocol: 'X' }] }),
      'ports[0].protocol: expected one of TCP, UDP, SCTP, got a string',
    ],
    [
      'a port that is too high',
      profile({ ports: [{ port: 70_000 }] }),
      'ports[0].port: expected a port from 1 to 65535, got a number',
    ],
    [
      'a hook without a limit',
      profile({ hooks: { before: { command: ['x'] } } }),
      'hooks.before.timeoutSeconds: expected 1 to 3600 seconds, got none',
    ],
    ['a list of hooks', profile({ hooks: [] }), 'hooks: expected an object with before or after, got an array'],
    ['one path twice', profile({ library: ['/a', '/b'], workspace: ['/b'] }), 'workspace: /b is in library too'],
  ])('with %s is refused', (_, value, problem) => {
    expect(problemOf(value)).toBe(problem);
  });

  it.each(['/', '/a/', '/a//b', '/a/../b', '/./a', '/a\nb', ''])('with the path %j is refused', (each) => {
    expect(problemOf(profile({ home: each }))).toContain('home: expected an absolute path');
  });

  it.each(['/a', '/a/b.c', '/...', '/.local', '/a b/ü'])('can have the path %j', (each) => {
    expect(problemOf(profile({ home: each }))).toBe('');
  });

  it('is one document, and no value of it is in a message', () => {
    expect(problemOf()).toBe('expected one document, got 0');
    expect(problemOf(profile({}), profile({}))).toBe('expected one document, got 2');
    expect(problemOf(profile({ login: ['hunter2'], ports: 'hunter2' }))).not.toContain('hunter2');
    expect(validateApplicationProfile.errors).toEqual([]);
  });
});

describe('an application', () => {
  const object = (annotations: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'lab', annotations },
  });
  const refused = { schemaVersion: 1, eligible: false, reason: 'The license forbids it.' } as const;

  it('is eligible unless something refuses', () => {
    expect(eligibilityOf([], [])).toEqual({ eligible: true });
    expect(
      eligibilityOf(
        [object({}), object({ 'crane-tasks.dev/export': 'True' })],
        [{ profile: { schemaVersion: 1, eligible: true }, source: 'x' }],
      ),
    ).toEqual({ eligible: true });
  });

  it('is not eligible when one profile or annotation refuses, with the reason', () => {
    const allowing = { profile: { schemaVersion: 1, eligible: true }, source: 'a' } as const;
    expect(eligibilityOf([], [allowing, { profile: refused, source: 'ConfigMap shop/p' }])).toEqual({
      eligible: false,
      reason: 'The license forbids it. (the profile in ConfigMap shop/p)',
    });
    const annotations = { 'crane-tasks.dev/export': 'false', 'crane-tasks.dev/export-reason': 'MATLAB license' };
    expect(eligibilityOf([object({}), object(annotations)], [allowing])).toEqual({
      eligible: false,
      reason: 'MATLAB license (the annotation crane-tasks.dev/export of Deployment lab)',
    });
  });

  it.each(['false', 'no', 'flase', ''])('is not eligible with the annotation %j', (value) => {
    expect(eligibilityOf([object({ 'crane-tasks.dev/export': value })], [])).toMatchObject({
      eligible: false,
      reason: expect.stringContaining('no reason is given') as string,
    });
  });
});
