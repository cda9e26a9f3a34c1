import { expect, it } from 'vitest';

import { destinationName, sourceName } from '../../../../../src/domain/images/copy/copy-job.ts';

const job = {
  source: { host: 'a.example:5000', path: 'shop/web' },
  destination: { host: 'b.example', path: 'new/web' },
  digest: `sha256:${'a'.repeat(64)}`,
  tags: ['1'],
};

it('names the source by digest and the destination by tag', () => {
  expect(sourceName(job)).toBe(`a.example:5000/shop/web@sha256:${'a'.repeat(64)}`);
  expect(destinationName(job, '1')).toBe('b.example/new/web:1');
});
