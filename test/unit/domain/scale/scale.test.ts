import { describe, expect, it } from 'vitest';

import { applyPatch } from '../../../../src/domain/kube/json-patch.ts';
import { decideQuiesce, decideRestore, restoreTravellingScale } from '../../../../src/domain/scale/quiesce.ts';
import {
  describePreviousScale,
  formatRecord,
  mergeRecords,
  parseRecord,
  recordPath,
} from '../../../../src/domain/scale/previous-scale.ts';
import { parseResourceTypes, scalableTypes } from '../../../../src/domain/scale/scalable-types.ts';
import { aResource } from '../../../builders/transform.ts';

const note = (annotations: object, more: object = {}) =>
  aResource('apps/v1 Deployment', 'web', { metadata: { annotations, resourceVersion: '5' }, ...more });

describe('types', () => {
  it.each(['deployment', 'Deployments', 'deploy', 'deployments.apps', 'deployment.v1.apps'])('know %s', (name) => {
    expect(parseResourceTypes(name).map(({ kind }) => kind)).toEqual(['Deployment']);
  });

  it('come in an order in which nothing is started again, whatever the order asked for', () => {
    expect(parseResourceTypes('sts, rc,cj').map(({ kind }) => kind)).toEqual([
      'CronJob',
      'StatefulSet',
      'ReplicationController',
    ]);
    expect(parseResourceTypes('job,all')).toBe(scalableTypes);
  });

  it.each(['', 'pods', 'deployments.example.com', 'rc.v1'])('do not know %j', (name) => {
    expect(() => parseResourceTypes(name)).toThrow(/cannot be scaled/);
  });
});

describe('scaling down', () => {
  it('notes and scales in one write, bound to the version that was read', () => {
    expect(decideQuiesce(note({}, { spec: { replicas: 3 } }), 'replicas')).toEqual({
      kind: 'rest',
      former: { replicas: 3 },
      patch: {
        metadata: { resourceVersion: '5', annotations: { 'crane-tasks.dev/replicas': '3' } },
        spec: { replicas: 0 },
      },
    });
    expect(decideQuiesce(aResource('apps/v1 Deployment', 'web'), 'replicas')).toMatchObject({
      former: { replicas: 1 },
      patch: { metadata: { annotations: { 'crane-tasks.dev/replicas': '1' } } },
    });
  });

  it('never notes zero, and records again what was started since', () => {
    const noted = { 'crane-tasks.dev/replicas': '3' };
    expect(decideQuiesce(note(noted, { spec: { replicas: 0 } }), 'replicas')).toEqual({
      kind: 'at-rest',
      former: { replicas: 3 },
    });
    expect(decideQuiesce(note({}, { spec: { replicas: 0 } }), 'replicas')).toEqual({ kind: 'at-rest' });
    expect(decideQuiesce(note(noted, { spec: { replicas: 5 } }), 'replicas')).toMatchObject({
      former: { replicas: 5 },
    });
  });

  it('takes an unreadable note for none', () => {
    const noted = { 'crane-tasks.dev/replicas': 'many' };
    expect(decideQuiesce(note(noted, { spec: { replicas: 0 } }), 'replicas')).toEqual({ kind: 'at-rest' });
    expect(decideQuiesce(note(noted, { spec: { replicas: 2 } }), 'replicas')).toMatchObject({
      former: { replicas: 2 },
    });
  });

  it('suspends jobs that are not suspended, and skips those that ended', () => {
    const job = (more: object) => aResource('batch/v1 Job', 'migrate', { ...more });
    expect(decideQuiesce(job({}), 'suspend')).toMatchObject({ kind: 'rest', patch: { spec: { suspend: true } } });
    expect(decideQuiesce(job({ spec: { suspend: true } }), 'suspend')).toEqual({ kind: 'at-rest' });
    const conditions = [{ type: 'Complete', status: 'True' }];
    expect(decideQuiesce(job({ status: { conditions } }), 'suspend')).toMatchObject({ reason: 'finished' });
    const odd = [{ status: 'True' }, { type: 'Failed', status: 'False' }];
    expect(decideQuiesce(job({ status: { conditions: odd } }), 'suspend')).toMatchObject({ kind: 'rest' });
    expect(decideQuiesce(job({}), 'none')).toMatchObject({ reason: 'not-scalable' });
  });
});

describe('starting again', () => {
  const gone = { 'crane-tasks.dev/replicas': null, 'crane-tasks.dev/suspended': null };

  it('gives back what was noted and removes the note', () => {
    expect(decideRestore(note({ 'crane-tasks.dev/replicas': '3' }, { spec: { replicas: 0 } }), undefined)).toEqual({
      kind: 'restore',
      former: { replicas: 3 },
      patch: { metadata: { resourceVersion: '5', annotations: gone }, spec: { replicas: 3 } },
    });
  });

  it('resumes a job that was suspended, and only such a one', () => {
    const job = (spec: object) =>
      aResource('batch/v1 Job', 'migrate', {
        metadata: { annotations: { 'crane-tasks.dev/suspended': 'true' } },
        spec,
      });
    expect(decideRestore(job({ suspend: true }), undefined)).toEqual({
      kind: 'restore',
      former: { suspended: false },
      patch: { metadata: { annotations: gone }, spec: { suspend: false } },
    });
    expect(decideRestore(job({ suspend: false }), undefined)).toEqual({
      kind: 'running',
      patch: { metadata: { annotations: gone } },
    });
  });

  it('believes the note rather than the record, and the record where there is no note', () => {
    const resting = { spec: { replicas: 0 } };
    expect(decideRestore(note({ 'crane-tasks.dev/replicas': '3' }, resting), { replicas: 9 })).toMatchObject({
      former: { replicas: 3 },
    });
    expect(decideRestore(note({}, resting), { replicas: 9 })).toMatchObject({ former: { replicas: 9 } });
    expect(decideRestore(note({}, resting), undefined)).toEqual({ kind: 'nothing' });
  });

  it('leaves what runs as it is', () => {
    const running = { spec: { replicas: 2 } };
    expect(decideRestore(note({ 'crane-tasks.dev/replicas': '3' }, running), undefined)).toEqual({
      kind: 'running',
      patch: { metadata: { resourceVersion: '5', annotations: gone } },
    });
    expect(decideRestore(note({}, running), { replicas: 9 })).toEqual({ kind: 'running' });
  });

  it.each(['0', '-1', 'many', '1e9', ''])('refuses the note %j', (text) => {
    expect(decideRestore(note({ 'crane-tasks.dev/replicas': text }), undefined).kind).toBe('unreadable');
    expect(restoreTravellingScale(note({ 'crane-tasks.dev/replicas': text }))).toEqual([]);
  });
});

describe('an object that was exported at rest', () => {
  it('travels with the scale that it had, without the note', () => {
    const resting = note({ 'crane-tasks.dev/replicas': '3', kept: 'yes' }, { spec: { replicas: 0 } });
    expect(applyPatch(resting, restoreTravellingScale(resting), 'strict')).toMatchObject({
      metadata: { annotations: { kept: 'yes' } },
      spec: { replicas: 3 },
    });
    const job = aResource('batch/v1 CronJob', 'nightly', {
      metadata: { annotations: { 'crane-tasks.dev/suspended': 'true' } },
      spec: { suspend: true },
    });
    expect(applyPatch(job, restoreTravellingScale(job), 'strict')).toEqual({
      ...job,
      metadata: { ...job.metadata, annotations: {} },
      spec: { suspend: false },
    });
    expect(restoreTravellingScale(note({}, { spec: { replicas: 0 } }))).toEqual([]);
  });
});

describe('records', () => {
  const entry = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u1', former: { replicas: 3 } } as const;

  it('keep what earlier runs found', () => {
    const other = { ...entry, name: 'api', uid: 'u2' };
    const merged = mergeRecords([entry, other], [{ ...entry, former: { replicas: 4 } }]);
    expect(parseRecord(formatRecord(merged), 'a')).toEqual([other, { ...entry, former: { replicas: 4 } }]);
  });

  it('say the same in whatever order the objects were found, suspended ones too', () => {
    const job = { ...entry, kind: 'Job', name: 'migrate', uid: 'u3', former: { suspended: false } } as const;
    expect(parseRecord(formatRecord([job, entry]), 'a')).toEqual([job, entry]);
    expect(formatRecord([entry, job])).toBe(formatRecord([job, entry]));
  });

  it.each([
    [undefined, {}],
    [{ replicas: 2 }, { replicas: 2 }],
    [{ suspended: false } as const, { suspended: 'false' }],
  ])('describe %j as evidence', (former, evidence) => {
    expect(describePreviousScale(former)).toEqual(evidence);
  });

  it('are in one file for each kind', () => {
    expect(recordPath('shop', 'Deployment')).toBe('quiesce/shop.Deployment.json');
  });

  it.each([
    '{',
    '{}',
    '{"schemaVersion":1,"objects":[{}]}',
    formatRecord([entry]).replace('3', '0'),
    formatRecord([entry]).replace('"web"', '7'),
    '{"schemaVersion":1,"objects":[{"kind":"Job","namespace":"shop","name":"a","uid":"u","former":{"suspended":true}}]}',
  ])('that are none are refused: %s', (text) => {
    expect(() => parseRecord(text, 'quiesce/a.json')).toThrow(
      /^reading quiesce\/a\.json, the record of a scale down: /,
    );
  });
});
