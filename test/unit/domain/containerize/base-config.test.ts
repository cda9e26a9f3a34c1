import { expect, it } from 'vitest';

import { readBaseConfig } from '../../../../src/domain/containerize/base-config.ts';

function read(config: unknown) {
  return readBaseConfig(new TextEncoder().encode(JSON.stringify(config)));
}

it('the configuration of a base image is read, and what it does not have is empty', () => {
  const config = { Env: ['A=1'], Entrypoint: ['tini'], Cmd: ['run'], WorkingDir: '/w', User: '5:6' };
  expect(read({ config })).toEqual({
    environment: ['A=1'],
    entrypoint: ['tini'],
    arguments: ['run'],
    workingFolder: '/w',
    user: '5:6',
  });
  const empty = { environment: [], entrypoint: [], arguments: [], workingFolder: '', user: '' };
  expect(read({ config: { Env: null, Cmd: null } })).toEqual(empty);
  expect(() => readBaseConfig(new Uint8Array())).toThrow(SyntaxError);
});
