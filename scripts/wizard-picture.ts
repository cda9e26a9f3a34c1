import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { version } from '../src/runtime/version.ts';

const page = path.resolve('dist/wizard-page');
const picture = 'docs/wizard.png';
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

const run = (name: string, phase: string, message = '') => {
  const times = { startedAt: '2026-11-23T09:14:00Z', endedAt: phase === 'running' ? '' : '2026-11-23T09:19:42Z' };
  return { name, action: 'app', phase, reason: '', message, ...times, isCancelling: false };
};
const migration = (name: string, days: number, more: object) => ({
  name,
  origin: 'crane-tasks',
  createdAt: `2026-11-${String(24 - days)}T08:30:00Z`,
  sourceNamespace: name,
  destinationNamespace: name,
  actions: [],
  ...more,
});

/** What the server of the wizard would answer. */
const answers: Readonly<Record<string, object>> = {
  '/api/v1/session': {
    state: 'signed-in',
    user: 'jane',
    expiresAt: new Date(Date.now() + 8 * 3_600_000).toISOString(),
    idleSeconds: 1800,
  },
  '/api/v1/config': {
    version,
    mode: 'laptop',
    login: ['secret'],
    languages: ['en', 'de'],
    cluster: {
      namespace: 'migrations',
      server: 'https://api.destination.example:6443',
      contexts: [],
      tekton: { isInstalled: true, apiVersions: ['v1'], pipelines: ['crane-app-migration'], message: '' },
    },
  },
  '/api/v1/migrations': {
    migrations: [
      migration('ledger', 1, { images: 2, claims: 1, lastRun: run('ledger-cutover-x4k2p', 'running') }),
      migration('shop', 2, { images: 4, claims: 0, lastRun: run('shop-app-8mzqd', 'succeeded') }),
      migration('diary', 5, { images: 2, claims: 2, lastRun: run('diary-stage-pw7ns', 'failed') }),
      migration('intranet', 9, { images: 11, claims: 3 }),
    ],
  },
};

/** Takes the picture of README.md from the built page. It needs Debian's Chromium. */
async function takePicture(): Promise<void> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const answer = answers[pathname];
    if (pathname.startsWith('/api/')) {
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
      return;
    }
    const asked = path.join(page, pathname);
    const file = path.extname(asked) !== '' && existsSync(asked) ? asked : path.join(page, 'index.html');
    response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  const view = await browser.newPage({ viewport: { width: 1280, height: 540 }, timezoneId: 'UTC', locale: 'en' });
  await view.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  await view.getByText('intranet').first().waitFor();
  await view.screenshot({ path: picture });
  await browser.close();
  server.closeAllConnections();
  server.close();
}

await takePicture();
