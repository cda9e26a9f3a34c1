import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createInRegistry } from '../../../../src/usecases/images/copy/create-projects.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let server: ScriptedRegistry;
let projects: Set<string>;
/** Status that Harbor answers to a request for a new project. */
let status: number;

beforeEach(async () => {
  projects = new Set(['there']);
  status = 201;
  server = new ScriptedRegistry();
  // Harbor is not to be had here: the answers are those of its API description.
  server.handler = (request, response) => {
    const url = new URL(request.url ?? '', 'http://harbor');
    if (url.pathname === '/api/v2.0/systeminfo') answer(response, 200, { body: '{"auth_mode":"db_auth"}' });
    else if (request.method === 'HEAD')
      answer(response, projects.has(url.searchParams.get('project_name') ?? '') ? 200 : 404);
    else if (request.method === 'POST') answer(response, status);
    else answer(response, 200);
  };
  await server.start();
});

afterEach(() => server.stop());

const posts = () => server.asked.filter(({ method }) => method === 'POST');

function create(...names: readonly string[]) {
  return createInRegistry(names, server.client({}), silentLog());
}

describe('projects of Harbor', () => {
  it('are created where they are missing, with the login as it is', async () => {
    expect(await create('there', 'new')).toEqual([]);
    expect(posts()).toMatchObject([
      { url: '/api/v2.0/projects', authorization: expect.stringMatching(/^Basic /) as unknown },
    ]);
  });

  it('may be created by another run meanwhile', async () => {
    status = 409;
    expect(await create('new')).toEqual([]);
  });

  it.each([401, 403])('end the run by name when the login may not create them: %i', async (refusal) => {
    status = refusal;
    const { code, message, remedy } = await thrownBy(() => create('new'));
    expect([code, message]).toEqual(['forbidden', expect.stringContaining('creating project new of 127.0.0.1')]);
    expect(remedy).toContain('new');
  });

  it('are left to the copy when Harbor fails', async () => {
    status = 500;
    expect(await create('new')).toEqual(['new']);
  });

  it.each([
    [404, ''],
    [200, '{"version":2}'],
    [200, '<!DOCTYPE html>'],
    [200, '[]'],
  ])('are not asked for where the registry is another one: %i %s', async (code, body) => {
    server.handler = (request, response) =>
      answer(response, request.url === '/v2/' ? 200 : code, request.url === '/v2/' ? {} : { body });
    expect(await create('new')).toEqual(['new']);
    expect(posts()).toEqual([]);
  });
});
