import { describe, expect, it } from 'vitest';

import { parseDocument, readDocument } from '../../../../src/domain/core/parse-document.ts';
import { validateScaleRecord } from '../../../../src/domain/schemas/validators/scale-record.ts';
import { validateSyncPlan } from '../../../../src/domain/schemas/validators/plan.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const entry = { kind: 'Job', namespace: 'shop', name: 'a', uid: 'u', former: { replicas: 2 } };

function problemsOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const source = { name: 'record.json', remedy: 'Write it again.' };
  return refusalOf(() => parseDocument(text, validateScaleRecord, source)).replace(
    'invalid-file: reading record.json: ',
    '',
  );
}

describe('a document', () => {
  it('is read when it fits its schema', () => {
    const text = JSON.stringify({ schemaVersion: 1, objects: [entry] });
    expect(readDocument(text, validateScaleRecord)).toEqual({ schemaVersion: 1, objects: [entry] });
    expect(readDocument('{', validateScaleRecord)).toBeUndefined();
  });

  it('is not kept after it was refused', () => {
    problemsOf({ schemaVersion: 2 });
    expect(validateScaleRecord.errors).toEqual([]);
    readDocument('{}', validateScaleRecord);
    expect(validateScaleRecord.errors).toEqual([]);
  });

  it('has only members of its own', () => {
    expect(problemsOf('{"__proto__":{"schemaVersion":1,"objects":[]}}')).toContain('objects: expected array, got none');
    const polluted = JSON.stringify({ schemaVersion: 1, objects: [entry] }).replace(
      '"uid":"u"',
      '"__proto__":{"uid":"u"}',
    );
    expect(problemsOf(polluted)).toBe('objects[0].uid: expected string, got none');
  });

  it.each<[unknown, string]>([
    ['no JSON', 'expected JSON'],
    ['7', 'expected scale record, got 7'],
    [{ schemaVersion: 1, objects: [[]] }, 'objects[0]: expected object, got an array'],
    [{ schemaVersion: 1, objects: [{ ...entry, uid: { a: 1 } }] }, 'objects[0].uid: expected string, got an object'],
    [{ schemaVersion: 2, objects: [] }, 'schemaVersion: expected 1, got 2'],
    [{ objects: [] }, 'schemaVersion: expected 1, got none'],
  ])('%j is refused', (value, problem) => {
    expect(problemsOf(value)).toBe(problem);
  });

  it('is refused with the beginning of a long value, and with some of many problems', () => {
    const message = problemsOf({ schemaVersion: 'x'.repeat(10_000), objects: Array.from({ length: 99 }, () => 7) });
    expect(message).toContain(`"${'x'.repeat(99)}…`);
    expect(message.split('; ')).toHaveLength(20);
  });

  it('takes time in proportion to its size, however wrong or deep it is', () => {
    const wrong = JSON.stringify({ schemaVersion: 1, objects: Array.from({ length: 100_000 }, () => ({})) });
    expect(problemsOf(wrong).split('; ')).toHaveLength(20);
    expect(problemsOf(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toContain('expected');
    const long = { registry: `${'a-'.repeat(100_000)}_`, internalRegistry: '' };
    expect(readDocument(JSON.stringify({ source: long }), validateSyncPlan)).toBeUndefined();
  });
});
