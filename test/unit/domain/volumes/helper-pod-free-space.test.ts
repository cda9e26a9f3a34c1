import { describe, expect, it } from 'vitest';

import { formatBytes } from '../../../../src/domain/core/format-bytes.ts';
import { formatFreeSpace, freeSpaceOf } from '../../../../src/domain/volumes/helper-pod.ts';

function podWith(message: string | undefined, phase = 'Pending') {
  const state = message === undefined ? { running: {} } : { terminated: { exitCode: 0, message } };
  return { status: { phase, initContainerStatuses: [{ name: 'other' }, { name: 'measure', state }] } };
}

describe('the free space of a volume', () => {
  it('is read as it was written', () => {
    expect(freeSpaceOf(podWith(formatFreeSpace(4096)))).toEqual({ isKnown: true, freeBytes: 4096 });
  });

  it.each([
    ['there is no pod', undefined],
    ['the pod waits', { status: {} }],
    ['it is being measured', podWith(undefined)],
  ])('is waited for while %s', (_, pod) => {
    expect(freeSpaceOf(pod)).toEqual({ isKnown: false, freeBytes: undefined });
  });

  it('is not waited for once the pod runs without a message', () => {
    expect(freeSpaceOf(podWith(undefined, 'Running'))).toEqual({ isKnown: true, freeBytes: undefined });
  });

  it.each(['', '{', 'null', '{"freeBytes":"1"}', '{"freeBytes":1e999}', '{"freeBytes":-1}'])(
    'is not read from %j',
    (message) => {
      expect(freeSpaceOf(podWith(message))).toEqual({ isKnown: true, freeBytes: undefined });
    },
  );
});

it.each([
  [0, '0.0 MiB'],
  [5 * 1024 ** 2, '5.0 MiB'],
  [1.5 * 1024 ** 3, '1.50 GiB'],
])('%i bytes are %s for a reader', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
