import { describe, expect, it } from 'vitest';

import {
  formatEvent,
  formatPlan,
  parseEvent,
  parsePlan,
  type MoverEvent,
  type MoverPlan,
} from '../../../../src/domain/volumes/mover-protocol.ts';

describe('the plan of a mover', () => {
  const plan: MoverPlan = {
    checksum: true,
    delete: false,
    owners: true,
    attributes: false,
    checkOnly: false,
    live: true,
    hasCopy: true,
    patienceSeconds: 600,
    endpoint: 'nodes.test:30001',
    freeBytes: 4096,
  };

  it('is read as it was written', () => {
    expect(parsePlan(formatPlan(plan), 'mover.json')).toEqual(plan);
  });

  it('asks for nothing that it does not plainly say', () => {
    const text = JSON.stringify({ patienceSeconds: 5, delete: 'true', owners: 1 });
    expect(parsePlan(text, 'mover.json')).toEqual({
      checksum: false,
      delete: false,
      owners: false,
      attributes: false,
      checkOnly: false,
      live: false,
      hasCopy: false,
      patienceSeconds: 5,
      endpoint: 'the destination',
      freeBytes: undefined,
    });
  });

  it.each(['', '{', 'null', '[]', '7', '{}', '{"patienceSeconds":"600"}'])('%j is none', (text) => {
    expect(() => parsePlan(text, 'mover.json')).toThrow(/reading mover\.json: it is no plan/);
  });
});

describe('an event in the log of a pod', () => {
  const events: readonly MoverEvent[] = [
    { event: 'progress', bytes: 1024, percent: 7, rate: '1.00MB/s' },
    { event: 'note', message: 'trying again\nin a second' },
    { event: 'problem', path: 'a "b"', message: 'differs in size' },
    {
      event: 'end',
      verdict: 'different',
      message: 'one file differs',
      totals: { files: 5, bytes: 4096, copiedFiles: 3, copiedBytes: 2048, deletedFiles: 1 },
      digest: 'd89f',
      problems: 2,
      changed: 1,
      retries: 4,
    },
  ];

  it.each(events)('is one line, and read as it was written: $event', (event) => {
    const line = formatEvent(event);
    expect(line).not.toContain('\n');
    expect(parseEvent(line)).toEqual(event);
  });

  it('is not read from a line that is cut short', () => {
    const lines = events.map((event) => formatEvent(event).slice(0, -1));
    expect(lines.map((line) => parseEvent(line))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    'rsync: {"event":"note"}',
    'volume-mover ',
    'volume-mover null',
    'volume-mover []',
    'volume-mover {}',
    'volume-mover {"event":"other"}',
    'volume-mover {"event":"end"}',
    'volume-mover {"event":"end","verdict":"fine"}',
  ])('is not taken from other text: %s', (line) => {
    expect(parseEvent(line)).toBeUndefined();
  });

  it.each([
    ['{"event":"progress","bytes":1e999,"percent":"7"}', { event: 'progress', bytes: 0, percent: 0, rate: '' }],
    ['{"event":"note"}', { event: 'note', message: '' }],
    ['{"event":"problem"}', { event: 'problem', path: '', message: '' }],
    [
      '{"event":"end","verdict":"equal","totals":7}',
      {
        event: 'end',
        verdict: 'equal',
        message: '',
        totals: { files: 0, bytes: 0, copiedFiles: 0, copiedBytes: 0, deletedFiles: 0 },
        digest: '',
        problems: 0,
        changed: 0,
        retries: 0,
      },
    ],
  ])('counts what it does not know as nothing: %s', (json, event) => {
    expect(parseEvent(`volume-mover ${json}`)).toEqual(event);
  });
});
