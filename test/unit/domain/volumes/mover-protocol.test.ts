import { describe, expect, it } from 'vitest';

import type { MoverEvent, MoverPlan } from '../../../../src/domain/schemas/documents.ts';
import { formatEvent, formatPlan, parseEvent, parsePlan } from '../../../../src/domain/volumes/mover-protocol.ts';

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

  it('may have members of later versions', () => {
    expect(parsePlan(JSON.stringify({ ...plan, later: 1 }), 'mover.json')).toMatchObject(plan);
  });

  it.each(['', '{', 'null', '[]', '7', '{}', JSON.stringify({ ...plan, delete: 'true' })])('%j is refused', (text) => {
    expect(() => parsePlan(text, 'mover.json')).toThrow(/^reading mover\.json: .*expected/);
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
    'volume-mover {"event":"end","verdict":"equal","totals":7}',
    'volume-mover {"event":"progress","bytes":1e999,"percent":7,"rate":""}',
    'volume-mover {"event":"note"}',
  ])('is not taken from other text: %s', (line) => {
    expect(parseEvent(line)).toBeUndefined();
  });
});
