import { describe, expect, it } from 'vitest';

import { planImages } from '../../../../../src/domain/images/plan/plan-images.ts';
import { formatSkopeoSource } from '../../../../../src/domain/images/skopeo/skopeo-source.ts';
import { aDeployment, aRequest, aStream, digest, internal, outside } from '../../../../builders/image-plan.ts';

describe('formatSkopeoSource', () => {
  it('lists each tag with what it meant, and a digest where there is no tag', () => {
    const plan = planImages(
      aRequest([
        aStream('web', {
          latest: { items: [`${internal}/shop/web@${digest('b')}`] },
          '1.10': { items: [`${internal}/shop/web@${digest('a')}`] },
        }),
        aDeployment('web', `${internal}/shop/tool@${digest('c')}`),
      ]),
    );
    expect(formatSkopeoSource(plan)).toBe(
      [
        `"${outside}":`,
        '  "images":',
        '    "shop/tool":',
        `      - "${digest('c')}"`,
        '    "shop/web":',
        `      - "1.10" # ${digest('a')}`,
        `      - "latest" # ${digest('b')}`,
        '',
      ].join('\n'),
    );
  });

  it('asks for no image at all when there is none, never for all tags', () => {
    expect(formatSkopeoSource(planImages(aRequest([])))).toBe(`"${outside}":\n  "images": {}\n`);
  });
});
