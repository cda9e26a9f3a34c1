import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseChallenge } from '../../src/adapters/registry/login-challenge.ts';
import { assertRealmTrusted } from '../../src/adapters/registry/registry-login.ts';
import { SyncFailure } from '../../src/domain/oci/failure.ts';
import { findNextLink } from '../../src/domain/http/link-header.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';

const registry = new URL('https://registry.example/v2/');
const service = fc.string({ unit: fc.constantFrom('a', 'B', '1', ' ', ',', '=', '.', ':', '/', '-'), maxLength: 12 });
const others = fc.constantFrom('', 'scope="a:b,c"', 'error="invalid_token"', 'charset="UTF-8"');
const noise = fc.string({
  unit: fc.constantFrom('Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'realm', 'a', '<', '>', ';', 'rel'),
  maxLength: 40,
});

describe('random challenges', () => {
  it('that follow the rules lead to their token server', fuzzOptions, () =>
    fuzz(fc.tuple(service, others, fc.boolean(), fc.constantFrom('Bearer', 'bearer', 'BEARER')), (challenge) => {
      const [of, other, isFirst, scheme] = challenge;
      const realm = 'https://auth.registry.example/token?a=b';
      const fields = [`realm="${realm}"`, `service="${of}"`];
      const all = (isFirst ? [other, ...fields] : [...fields, other]).filter((field) => field !== '');
      expect(parseChallenge(`${scheme} ${all.join(',')}`, registry)).toEqual({
        scheme: 'bearer',
        realm: new URL(realm),
        service: of,
        wider: [],
      });
    }),
  );

  it('and links that follow no rules end with a failure that is named, and in time', fuzzOptions, () =>
    fuzz(fc.tuple(noise, fc.integer({ min: 1, max: 500 })), ([text, times]) => {
      const header = text.repeat(times);
      const before = process.threadCpuUsage();
      try {
        const challenge = parseChallenge(header, registry);
        if (challenge.scheme === 'bearer') assertRealmTrusted(challenge.realm, registry, true);
      } catch (error) {
        expect(error).toBeInstanceOf(SyncFailure);
      }
      findNextLink(header);
      // Microseconds of this thread: other programs use the processors too.
      expect(process.threadCpuUsage(before).user).toBeLessThan(500_000);
    }),
  );
});
