import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimitPlugin from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import type { Log } from '../../../domain/core/ports.ts';
import { Refusal } from '../problems/refusals.ts';
import { toProblem } from '../problems/to-problem.ts';
import type { AppContext } from './app-context.ts';
import { assertOwnRequest, isNamedProxy } from './guard.ts';
import { earlyHeaders, helmetOptions } from './headers.ts';
import { registerPage } from './page.ts';
import { registerOidc } from './register-oidc.ts';
import { registerRoutes } from './register-routes.ts';

const largestBody = 256 * 1024;
/** Milliseconds for the headers and for the whole of a request to arrive: a client that sends slowly is cut off. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2000 } as const;

/** The application without a socket. */
export async function createApp(context: AppContext): Promise<FastifyInstance> {
  const { settings, log } = context;
  const app: FastifyInstance = fastify({
    bodyLimit: largestBody,
    requestTimeout: timeouts.requestTimeout,
    // Limits and audit lines have the address of the client, not that of the proxy in front.
    trustProxy: (address: string) => isNamedProxy(address, settings.trustedProxies),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    ...(settings.tls === undefined ? { http: timeouts } : { https: { ...settings.tls, ...timeouts } }),
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const problem = toProblem(error, { requestId: request.id, redactor: log.redactor });
      void reply.headers(earlyHeaders).status(problem.status).type(problemType).send(JSON.stringify(problem));
    },
  } as object);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
    parseBody(String(text), done),
  );
  await app.register(helmet, helmetOptions(settings.tls !== undefined));
  await app.register(cookie);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    if (!isProbe(request)) assertOwnRequest(request, settings, portOf(app));
    done();
  });
  await app.register(rateLimitPlugin, { global: false });
  app.setErrorHandler((error, request, reply) => sendProblem(error, { request, reply }, log));
  registerProbes(app);
  if (context.oidc !== undefined) registerOidc(app, context.oidc);
  const plugin = settings.mode === 'proxy' ? join(settings.pageFolder, '../console-plugin') : undefined;
  await registerPage(app, settings.pageFolder, plugin);
  registerRoutes(app, context);
  return app;
}

const problemType = 'application/problem+json';

async function sendProblem(
  error: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  log: Log,
): Promise<void> {
  const problem = toProblem(error, { requestId: request.id, redactor: log.redactor });
  if (problem.status === 500)
    log.warn(`request ${request.id}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  await reply.status(problem.status).type(problemType).send(JSON.stringify(problem));
}

function parseBody(text: string, done: (error: Error | null, body?: unknown) => void): void {
  if (text.trim() === '') {
    done(null, undefined);
    return;
  }
  try {
    done(null, JSON.parse(text));
  } catch {
    const text = { message: 'the body is not JSON', remedy: 'Send JSON.' };
    done(new Refusal(400, 'request-refused', text));
  }
}

const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

// The kubelet asks by the address of the pod.
function isProbe({ url, method }: FastifyRequest): boolean {
  return method === 'GET' && probes.has(url);
}

function registerProbes(app: FastifyInstance): void {
  for (const probe of probes) app.get(probe, () => ({ status: 'ok' }));
}

/** Where the application listens; 0 before it does. */
export function portOf(app: FastifyInstance): number {
  const address = app.addresses()[0];
  return typeof address === 'object' ? address.port : 0;
}
