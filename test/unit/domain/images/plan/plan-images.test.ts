import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatImageName } from '../../../../../src/domain/oci/image-location.ts';
import { aDeployment, aRequest, aStream, digest, internal, outside, plan } from '../../../../builders/image-plan.ts';

describe('every plan', () => {
  const tag = fc.record({
    name: fc.constantFrom('1', '2', 'latest'),
    host: fc.constantFrom(internal, outside, 'docker.io', 'docker-registry.default.svc:5000'),
    namespace: fc.constantFrom('shop', 'openshift', 'library'),
    digit: fc.constantFrom('a', 'b', 'c'),
  });
  const streams = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('web', 'api', 'db'),
      tags: fc.uniqueArray(tag, { selector: ({ name }) => name }),
    }),
    { selector: ({ name }) => name },
  );
  const workloads = fc.array(
    fc.record({
      host: fc.constantFrom(internal, outside, 'docker.io'),
      name: fc.constantFrom('web', 'api', 'db', 'tool'),
      rest: fc.constantFrom('', ':1', ':9', `@${digest('a')}`, `@${digest('f')}`),
    }),
  );
  const resources = fc
    .record({ streams, workloads })
    .map((found) => [
      ...found.streams.map(({ name, tags }) =>
        aStream(
          name,
          Object.fromEntries(
            tags.map((each) => [
              each.name,
              { items: [`${each.host}/${each.namespace}/${name}@${digest(each.digit)}`] },
            ]),
          ),
        ),
      ),
      ...found.workloads.map(({ host, name, rest }, index) =>
        aDeployment(`w${String(index)}`, `${host}/shop/${name}${rest}`),
      ),
    ]);

  it('accounts for each tag once', () => {
    fc.assert(
      fc.property(resources, (found) => {
        const { images, skipped, problems } = plan(found);
        const expected = found
          .filter(({ kind }) => kind === 'ImageStream')
          .flatMap(
            (stream) =>
              aRequest([stream]).streams[0]?.tags.map(({ name }) => `shop/${stream.metadata.name}:${name}`) ?? [],
          );
        const named = [
          ...images.flatMap(({ source, tags }) => tags.map((each) => `${source.path}:${each}`)),
          ...skipped.map(({ image }) => image),
          ...problems.map(({ image }) => image),
        ];
        expect(new Set(named).size).toBe(named.length);
        expect(named).toEqual(expect.arrayContaining(expected));
      }),
    );
  });

  it('never gives one destination tag to two images, and none without a tag', () => {
    fc.assert(
      fc.property(resources, (found) => {
        const places = plan(found).images.flatMap(({ destination: place, tags }) =>
          tags.map((each) => formatImageName({ ...place, tag: each })),
        );
        expect(new Set(places).size).toBe(places.length);
        expect(plan(found).images.every(({ tags }) => tags.length > 0)).toBe(true);
      }),
    );
  });

  it('is the same whatever the order of files', () => {
    fc.assert(
      fc.property(
        resources.chain((found) =>
          fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length })),
        ),
        ([found, shuffled]) => {
          expect(plan(shuffled)).toEqual(plan(found));
        },
      ),
    );
  });
});
