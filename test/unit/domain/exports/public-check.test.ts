import { expect, it } from 'vitest';

import { assertConfirmed, publicWarning } from '../../../../src/domain/exports/public-check.ts';

const image = 'docker.io/team/exports';
const confirmation = '--confirm-public=true';

it.each(['read-without-login', 'repository-absent', 'unknown'] as const)(
  'a destination that is public (%s) needs the confirmation',
  (why) => {
    const check = { isPublic: true, why } as const;
    expect(() => assertConfirmed(check, { image, isConfirmed: false, confirmation })).toThrow(
      expect.objectContaining({
        code: 'public-destination',
        message: expect.stringContaining(publicWarning) as string,
        remedy: expect.stringContaining(confirmation) as string,
      }),
    );
    expect(() => assertConfirmed(check, { image, isConfirmed: true, confirmation })).not.toThrow();
  },
);

it('a private one does not', () => {
  const check = { isPublic: false, why: 'login-needed' } as const;
  expect(() => assertConfirmed(check, { image, isConfirmed: false, confirmation })).not.toThrow();
});
