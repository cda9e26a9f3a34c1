import { expect, it } from 'vitest';

import { formatBytes, formatSize } from '../../../../src/domain/core/format-bytes.ts';

it.each([
  [0, '0.0 MiB', '0 bytes'],
  [47, '0.0 MiB', '47 bytes'],
  [12_595, '0.0 MiB', '12.3 KiB'],
  [12_897_485, '12.3 MiB', '12.3 MiB'],
  [1_610_612_736, '1.50 GiB', '1.50 GiB'],
])('%i bytes have a form for readers', (bytes, usual, small) => {
  expect([formatBytes(bytes), formatSize(bytes)]).toEqual([usual, small]);
});
