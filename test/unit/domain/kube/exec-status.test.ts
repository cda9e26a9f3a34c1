import { describe, expect, it } from 'vitest';

import { parseExecStatus } from '../../../../src/domain/kube/exec-status.ts';

const failure = (message: string, exit?: string): string =>
  JSON.stringify({
    status: 'Failure',
    message,
    details: { causes: exit === undefined ? [] : [{ reason: 'ExitCode', message: exit }] },
  });

describe('the status of a command', () => {
  it.each([
    [JSON.stringify({ metadata: {}, status: 'Success' }), 0],
    [failure('command terminated with non-zero exit code', '2'), 2],
  ])('%s is exit code %i', (text, code) => {
    expect(parseExecStatus(text)).toBe(code);
  });

  it.each([
    [failure('exec: "sh": executable file not found in $PATH: unknown'), 'program-missing'],
    [failure('container not found', 'x'), 'unreachable'],
    ['{}', 'unreachable'],
    ['not JSON', 'unreachable'],
  ])('%s is a failure with %s', (text, code) => {
    expect(parseExecStatus(text)).toMatchObject({ code });
  });
});
