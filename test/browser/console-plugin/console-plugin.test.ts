import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, request as openRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { build } from 'esbuild';
import { loadAll } from 'js-yaml';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { findViolations, openPage, startBrowser, takeScreenshot } from '../../builders/browser.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardProcess } from '../../builders/wizard.ts';

const origin = 'https://console.example';
// `node scripts/bundle.ts` writes it: webpack alone takes longer than a test may.
const folder = path.resolve('dist/console-plugin');
const proxied = '/api/proxy/plugin/crane-tasks/wizard';
const withoutToken: string[] = [];
let cluster: TestCluster;
let browser: Browser;
let wizard: WizardProcess;
let token: string;
let address: string;

beforeAll(async () => {
  [cluster, browser] = await Promise.all([startTestCluster(), startBrowser()]);
  await serveTektonKinds(cluster);
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'migrations' } });
  token = await cluster.makeAccount('migrations', 'jane', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  const kubeconfig = await cluster.writeKubeconfig('wizard', {});
  const options = ['--mode=proxy', `--kubeconfig=${kubeconfig}`, '--namespace=migrations', `--public-url=${origin}`];
  wizard = await startWizardProcess(options);
  const host = await buildHost();
  const server = createServer((request, response) => void answer(request, response, host)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  server.unref();
});

afterAll(async () => {
  await browser.close();
  await wizard.stop();
  await cluster.stop();
});

/** What the console does: it has the shared modules, loads plugins, and shows the component of a route. */
const hostSource = `
  import { PluginStore } from '@openshift/dynamic-plugin-sdk';
  import * as pluginSdk from '@openshift/dynamic-plugin-sdk';
  import * as React from 'react';
  import { createRoot } from 'react-dom/client';
  import * as i18n from 'react-i18next';
  import * as topology from '@patternfly/react-topology';
  import * as router from 'react-router-of-console';

  const consoleFetch = async (url, { headers, ...init } = {}) => {
    const response = await fetch(url, { ...init, headers: { ...headers, 'X-CSRFToken': 'of-the-console' } });
    if (response.ok) return response;
    const json = await response.json();
    throw Object.assign(new Error(json.message), { code: response.status, response, json });
  };
  const share = (version, module) => ({ [version]: { get: () => Promise.resolve(() => module), loaded: 1, from: 'console' } });
  const sharedScope = {
    react: share('18.3.1', React),
    'react-i18next': share('16.5.8', i18n),
    '@patternfly/react-topology': share('6.4.0', topology),
    'react-router': share('7.13.2', router),
    '@openshift/dynamic-plugin-sdk': share('8.0.0', pluginSdk),
    '@openshift-console/dynamic-plugin-sdk': share('4.22.0', { consoleFetch }),
  };
  const customDependencyResolutions = { '@console/pluginAPI': '4.22.0' };
  const store = new PluginStore({ loaderOptions: { sharedScope, customDependencyResolutions } });
  await store.loadPlugin('/api/plugins/crane-tasks/plugin-manifest.json');
  const [info] = store.getPluginInfo();
  if (info.status !== 'loaded') throw new Error(JSON.stringify(info));
  store.enablePlugins(['crane-tasks']);
  const [route] = store.getExtensions().filter(({ type }) => type === 'console.page/route');
  const Component = await route.properties.component();
  const h = React.createElement;
  const routes = h(router.Routes, null, h(router.Route, { path: route.properties.path + '/*', element: h(Component) }));
  createRoot(document.querySelector('#app')).render(h(router.BrowserRouter, null, routes));
`;

async function buildHost(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: hostSource, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.css': 'empty' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

async function answer(request: IncomingMessage, response: ServerResponse, host: string): Promise<void> {
  const url = request.url ?? '';
  if (url.startsWith(proxied)) {
    if (request.headers['x-csrftoken'] === undefined) withoutToken.push(url);
    passOn(request, response, { to: url.slice(proxied.length), login: { authorization: `Bearer ${token}` } });
    return;
  }
  if (url === '/host.js') {
    response.setHeader('content-type', 'text/javascript');
    response.end(host);
    return;
  }
  if (url.startsWith('/api/plugins/crane-tasks/')) {
    // The console reads the files of a plugin from its Service.
    passOn(request, response, { to: `/console-plugin/${path.basename(url)}`, login: {} });
    return;
  }
  response.setHeader('content-type', 'text/html');
  const style = await consoleStyle();
  response.end(`<!doctype html><html lang="de"><title>console</title><link rel="icon" href="data:,">
    <style>${style.replaceAll(/url\([^)]*\)/g, 'none')}</style><main id="app"></main>
    <script type="module" src="/host.js"></script></html>`);
}

/** The console has the styles of PatternFly, as the page of the server has. */
async function consoleStyle(): Promise<string> {
  const assets = 'dist/wizard-page/assets';
  const files = (await readdir(assets)).filter((name) => name.endsWith('.css'));
  return (await Promise.all(files.map((name) => readFile(path.join(assets, name), 'utf8')))).join('\n');
}

/** As the proxy of the console: by the name of the Service, with the token of the user and without its cookies. */
function passOn(from: IncomingMessage, response: ServerResponse, { to, login }: { to: string; login: object }): void {
  const sent = {
    ...from.headers,
    cookie: '',
    host: 'crane-tasks-wizard.migrations.svc',
    ...(from.headers.origin === undefined ? {} : { origin }),
    ...login,
  };
  const request = openRequest({ host: '127.0.0.1', port: wizard.port, path: to, method: from.method, headers: sent });
  from.pipe(request);
  request.on('response', (answered: IncomingMessage) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  request.on('error', () => response.destroy());
}

describe('the plugin of the OpenShift console', () => {
  it('has no React, router or i18n library of its own', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
    expect(files.length).toBeGreaterThan(5);
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const all = texts.join('\n');
    // What the definitions of `useState`, of the routers and of `useTranslation` look like.
    expect(all).not.toMatch(/exports\.useState=|\.useState=function/);
    expect(all).not.toContain('You cannot render a <Router> inside another <Router>');
    expect(all).not.toContain('You will need to pass in an i18next instance');
  });

  it('adds its views to the navigation of both perspectives', async () => {
    const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'plugin-manifest.json'), 'utf8'));
    const links = arrayAt(manifest, 'extensions').filter(
      (each) => stringAt(each, 'type') === 'console.navigation/href',
    );
    expect(links.map((each) => stringAt(each, 'properties', 'href')).sort()).toEqual([
      '/crane-tasks',
      '/crane-tasks',
      '/crane-tasks/applications',
      '/crane-tasks/applications',
    ]);
  });

  it('has a manifest that the API server of OpenShift takes', async () => {
    const [definition] = loadAll(await readFile('test/golden/console-plugin/crd.yaml', 'utf8'));
    await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    const [manifest] = loadAll(await readFile('samples/console-plugin/console-plugin.yaml', 'utf8'));
    const create = () =>
      cluster.cluster.request({
        method: 'POST',
        path: '/apis/console.openshift.io/v1/consoleplugins',
        query: { fieldValidation: 'Strict' },
        body: manifest,
      });
    await expect.poll(() => create().catch(String), { timeout: 30_000 }).not.toMatch(/\b404\b/);
    expect(
      await cluster.cluster.request({ path: '/apis/console.openshift.io/v1/consoleplugins/crane-tasks' }),
    ).toMatchObject({
      spec: { proxy: [{ alias: 'wizard', authorization: 'UserToken' }] },
    });
  });

  it('loads in the console and works below its path, with the rights of the user', async () => {
    const { page, complaints } = await openPage(browser, `${address}/crane-tasks`);
    await page.getByRole('heading', { name: 'Umzüge', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Anwendung umziehen' }).click();
    await page.waitForURL(`${address}/crane-tasks/move`);
    await takeScreenshot(page, 'console-plugin-light');
    expect(await findViolations(page)).toEqual([]);
    await page.goBack();
    await page.getByRole('heading', { name: 'Umzüge', level: 1 }).waitFor();
    await page.goto(`${address}/crane-tasks/applications`);
    await page.getByRole('heading', { name: 'Anwendungen', level: 1 }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(withoutToken.filter((url) => !url.includes('/events'))).toEqual([]);
    expect(wizard.output()).not.toContain(token);
  });

  it('shows an error of the server as the page of its own does', async () => {
    const { page } = await openPage(browser, `${address}/crane-tasks/migrations/none`);
    await page.getByText('migration none does not exist').first().waitFor();
  });
});
