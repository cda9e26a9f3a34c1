import { createServer } from 'node:http';

import { expect, it } from 'vitest';

import { checked, openRepository, remoteName } from '../../../src/adapters/processes/git-repository.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';
import { parseRemote } from '../../../src/domain/git/remote.ts';
import { makeFolder } from '../../builders/command.ts';
import { thrownBy } from '../../builders/task-error.ts';

it('a server that takes requests and does not answer is given up after some time without a byte', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = await makeFolder();
  const redactor = new Redactor();
  const repository = await openRepository({
    remote: parseRemote(`http://127.0.0.1:${String(port)}/shop.git`, redactor),
    credentials: undefined,
    environment: { PATH: process.env['PATH'], HOME: folder.path },
    signal: new AbortController().signal,
    redactor,
    noteProgram: () => undefined,
    stallSeconds: 1,
  });
  const git = repository.runIn(folder.path);
  const error = await thrownBy(() => checked(git, 'reading the branches', ['ls-remote', remoteName]));
  expect([error.code, error.message]).toEqual(['unreachable', expect.stringContaining('too slow')]);
  silent.closeAllConnections();
  silent.close();
  await repository.close();
  await folder.remove();
}, 60_000);
