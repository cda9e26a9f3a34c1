import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../../src/domain/core/errors.ts';
import {
  aDeployment,
  aStream,
  destination,
  digest,
  inNamespace,
  internal,
  outside,
  plan,
  location,
} from '../../../../builders/image-plan.ts';

const pushed = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
describe('collisions', () => {
  const other = inNamespace('back', aStream('web', { 1: { items: [`${internal}/back/web@${digest('b')}`] } }));
  const namespaces = new Set(['shop', 'back']);

  it('refuses two images for one destination tag', () => {
    expect(() => plan([pushed, other], { namespaces })).toThrow(TaskError);
    expect(() => plan([pushed, other], { namespaces })).toThrow(
      `${destination}/shop-new/web:1 would be both ${outside}/back/web@${digest('b')} and ${outside}/shop/web@${digest('a')}`,
    );
  });

  it('names five of many', () => {
    const items = (namespace: string, digit: string) =>
      inNamespace(
        namespace,
        aStream(
          'web',
          Object.fromEntries(
            [1, 2, 3, 4, 5, 6, 7].map((tag) => [tag, { items: [`${internal}/${namespace}/web@${digest(digit)}`] }]),
          ),
        ),
      );
    expect(() => plan([items('shop', 'a'), items('back', 'b')], { namespaces })).toThrow(/ and 2 more$/);
  });

  it('takes one image that two namespaces have under one tag from the first', () => {
    const same = inNamespace('back', aStream('web', { 1: { items: [`${internal}/back/web@${digest('a')}`] } }));
    const user = inNamespace('back', aDeployment('api', `${internal}/back/web:1`));
    const { images } = plan([pushed, same, user, aDeployment('web', `${internal}/shop/web:1`)], { namespaces });
    expect(images).toMatchObject([
      { source: location(`${outside}/back/web`), tags: ['1'], usedBy: ['Deployment back/api', 'Deployment shop/web'] },
    ]);
  });
});
