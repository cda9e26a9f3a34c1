import { expect, it } from 'vitest';

import { remedyOfGaps } from '../../../../src/domain/export/gap-remedy.ts';

it.each([
  [['forbidden'], /^Give the account the right to list .*allow-forbidden/],
  [['unexpected-object'], /^Check the API server, .*then run again\.$/],
  [['unavailable'], /^Check why .*"\*\.group" in allow-forbidden/],
  [['cluster-refused'], /^Read in the folder failures/],
  [['throttled'], /^Run again when the API server has less to do/],
  [['list-expired'], /^Run again when the API server has less to do/],
  [['unauthorized'], /login/],
  [['forbidden', 'unexpected-object', 'forbidden'], /^Give the account .*\. Check the API server, .*then run again\.$/],
  [['something-new'], /^Fix what the report says of each, then run again\.$/],
  [[], /^Fix what the report says of each, then run again\.$/],
])('%j gets its own remedy', (reasons, remedy) => {
  expect(remedyOfGaps(reasons)).toMatch(remedy);
});

it.each(['unexpected-object', 'cluster-refused', 'throttled', 'unauthorized'])(
  '%s is not accepted by allow-forbidden',
  (reason) => {
    expect(remedyOfGaps([reason])).not.toContain('allow-forbidden');
  },
);
