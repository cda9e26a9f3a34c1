import { existsSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

import { notFound } from '../problems/refusals.ts';

const placeholder = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>crane-tasks</title></head>
<body><main><h1>crane-tasks</h1><p>This build has no page. The API is at <code>/api/v1</code>.</p></main></body>
</html>
`;
const html = 'text/html; charset=utf-8';
/** Files in it have a hash of their content in their names: they never change. */
const hashedFolder = '/assets/';

/**
 * Serves the built page; each other path outside of the API is a view of it.
 * @param plugin folder of the plugin of the OpenShift console, which the console reads; undefined: it is not served
 */
export async function registerPage(app: FastifyInstance, folder: string, plugin?: string): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        const cache = path.includes(hashedFolder) ? 'public, max-age=31536000, immutable' : 'no-cache';
        void response.header('cache-control', cache);
      },
    });
  } else {
    app.get('/', (_request, reply) => reply.type(html).send(placeholder));
  }
  if (plugin !== undefined && existsSync(plugin)) {
    const prefix = '/console-plugin/';
    await app.register(fastifyStatic, { root: plugin, prefix, cacheControl: false, decorateReply: !isBuilt });
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isView = request.method === 'GET' && !path.startsWith('/api/') && !/\.\w+$/.test(path);
    if (!isView) throw notFound('the path');
    return isBuilt ? reply.sendFile('index.html') : reply.type(html).send(placeholder);
  });
}
