import { describe, expect, it } from 'vitest';

import { findArchivedImage } from '../../../../../src/domain/oci/image-archive/archived-image.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

function image(digit: string, names: readonly string[], source?: string) {
  const config = { digest: digestOf(digit), size: 1, member: 'config' };
  const manifest =
    source === undefined ? undefined : { digest: digestOf('f'), mediaType: 'manifest', bytes: new Uint8Array() };
  return { names, source, platform: 'linux/amd64', config, layers: [], manifest };
}

const web = image('a', ['docker.io/library/web:1', 'odd name']);
const api = image('b', [], `example.com/shop/api@${digestOf('e')}`);
const images = [web, api];

describe('an image of an archive', () => {
  it.each([
    ['web:1', web],
    ['docker.io/library/web:1', web],
    ['odd name', web],
    [digestOf('a'), web],
    [digestOf('f'), api],
    [`example.com/shop/api@${digestOf('e')}`, api],
    ['@0', web],
    ['@1', api],
  ])('is found by %s', (wanted, found) => {
    expect(findArchivedImage(images, wanted)).toBe(found);
  });

  it('is not guessed', () => {
    const missing = refusalOf(() => findArchivedImage(images, 'web:2'));
    expect(missing).toBe('invalid-param: looking for web:2 in the archive: there is none');
    expect(refusalOf(() => findArchivedImage(images, '@2'))).toMatch(/there is none$/);
    expect(refusalOf(() => findArchivedImage([web, web], 'web:1'))).toMatch(/several images are called that$/);
  });
});
