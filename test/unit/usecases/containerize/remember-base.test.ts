import { expect, it } from 'vitest';

import { rememberBase } from '../../../../src/usecases/containerize/remember-base.ts';
import { fileEntry } from '../../../builders/image-summary.ts';
import { tarOf } from '../../../builders/tar.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

async function* archive(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(tarOf([{ name: 'a' }, { name: 'b' }]));
}

it('the layers of an image are read once for the same files, and again for a further one', async () => {
  let reads = 0;
  const readBlob = (): AsyncGenerator<Uint8Array> => {
    reads += 1;
    return archive();
  };
  const layers = [{ mediaType: 'layer', digest: `sha256:${'a'.repeat(64)}`, size: 1 }];
  const list = rememberBase(
    { registry: { readBlob }, path: 'team/base', layers },
    { unpack: (bytes) => bytes, log: silentLog() },
  );
  const listing = await list([fileEntry('/a'), fileEntry('/b')]);
  expect(await list([fileEntry('/b')])).toBe(listing);
  expect(reads).toBe(1);
  expect(await list([fileEntry('/c')])).not.toBe(listing);
  expect(reads).toBe(2);
});
