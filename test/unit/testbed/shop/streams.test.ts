import { expect, test } from 'vitest';
import { describeMissing, hasInHistory, parseStreams } from '../../../../testbed/shop/streams.ts';

const streams = parseStreams({
  items: [
    {
      metadata: { name: 'loader' },
      status: { tags: [{ tag: 'stable', items: [{ image: 'sha256:new' }, { image: 'sha256:old' }] }] },
    },
    { metadata: { name: 'backend' }, status: { tags: [{ tag: 'latest', items: null }] } },
    { metadata: { name: 'empty' } },
  ],
});

test('reads the digests of each tag, newest first', () => {
  expect(streams).toEqual([
    { stream: 'loader', tag: 'stable', digests: ['sha256:new', 'sha256:old'] },
    { stream: 'backend', tag: 'latest', digests: [] },
  ]);
});

test('knows what was pushed before, also under a tag that moved on', () => {
  expect(hasInHistory(streams, { stream: 'loader', tag: 'stable', digest: 'sha256:old' })).toBe(true);
  expect(hasInHistory(streams, { stream: 'loader', tag: 'latest', digest: 'sha256:old' })).toBe(false);
  expect(hasInHistory(streams, { stream: 'backend', tag: 'latest', digest: 'sha256:old' })).toBe(false);
});

test('is content with a tag at its digest and with an untagged image in the history', () => {
  const wanted = [
    { stream: 'loader', tag: 'stable', digest: 'sha256:new' },
    { stream: 'loader', digest: 'sha256:old' },
  ];
  expect(describeMissing(streams, wanted)).toBeUndefined();
});

test('names a tag at another digest, a tag without image, and an unknown image', () => {
  const wanted = [
    { stream: 'loader', tag: 'stable', digest: 'sha256:old' },
    { stream: 'backend', tag: 'latest', digest: 'sha256:b' },
    { stream: 'loader', digest: 'sha256:gone' },
  ];
  expect(describeMissing(streams, wanted)).toBe(
    'loader:stable is not at sha256:old, backend:latest is not at sha256:b, loader is not at sha256:gone',
  );
});
