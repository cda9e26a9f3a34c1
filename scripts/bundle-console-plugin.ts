import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ConsoleRemotePlugin } from '@openshift-console/dynamic-plugin-sdk-webpack';
import { build } from 'esbuild';
import webpack from 'webpack';

import manifest from '../package.json' with { type: 'json' };

const parts = resolve('.cache/console-plugin');

/** An entry of the navigation. */
function link(properties: Readonly<Record<'id' | 'perspective' | 'name' | 'href', string>>) {
  return { type: 'console.navigation/href', properties };
}

/** What the console shows: a page, and links to it in both of its perspectives. */
const extensions = [
  {
    type: 'console.page/route',
    properties: { path: '/crane-tasks', exact: false, component: { $codeRef: 'wizard' } },
  },
  ...['admin', 'dev'].flatMap((perspective) => [
    link({ id: `crane-tasks-${perspective}`, perspective, name: 'Move applications', href: '/crane-tasks' }),
    link({
      id: `crane-tasks-applications-${perspective}`,
      perspective,
      name: 'Export applications',
      href: '/crane-tasks/applications',
    }),
  ]),
];

/**
 * Builds the plugin of the OpenShift console into a folder: the pages of the wizard, with React, the router and the
 * texts' library of the console.
 */
export async function bundleConsolePlugin(folder = resolve('dist/console-plugin')): Promise<void> {
  if (await isFresh(folder)) return;
  await rm(folder, { recursive: true, force: true });
  // esbuild reads TypeScript, webpack shares modules with the console.
  await build({
    entryPoints: { wizard: 'pages/console-plugin/wizard.tsx' },
    // Its exports take the place of the global `fetch` and `EventSource`.
    inject: ['pages/console-plugin/transport.ts'],
    outdir: parts,
    bundle: true,
    packages: 'external',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    // esbuild writes the style sheets of the pages beside the script, which webpack packs.
    banner: { js: "import './wizard.css';" },
    logLevel: 'warning',
  });
  await pack(folder);
}

/** Whether the plugin is newer than all that it is made of: webpack takes longer than all other builds. */
async function isFresh(folder: string): Promise<boolean> {
  const built = await stat(join(folder, 'plugin-manifest.json')).catch(() => undefined);
  if (built === undefined) return false;
  const sources = ['package-lock.json', 'package.json', 'scripts/bundle-console-plugin.ts'];
  for (const tree of ['pages', 'src/domain', 'src/wizard/api'])
    for (const entry of await readdir(tree, { recursive: true })) sources.push(join(tree, entry));
  const times = await Promise.all(sources.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...times) < built.mtimeMs;
}

function pack(folder: string): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    context: resolve('.'),
    entry: {},
    output: { path: folder, filename: '[name]-[contenthash].js', chunkFilename: '[name]-[contenthash].js' },
    optimization: { chunkIds: 'deterministic' },
    performance: false,
    experiments: { css: true },
    module: { rules: [{ test: /\.css$/, type: 'css/auto' }] },
    plugins: [
      new ConsoleRemotePlugin({
        pluginMetadata: {
          name: 'crane-tasks',
          version: manifest.version,
          displayName: 'crane-tasks',
          description: 'Moves applications between clusters',
          exposedModules: { wizard: './.cache/console-plugin/wizard.js' },
          dependencies: { '@console/pluginAPI': '^4.22.0' },
        },
        extensions,
        // The page of its own server has a newer router: the pages use what both have.
        validateSharedModules: false,
      }),
    ],
  });
  return new Promise((done, fail) => {
    compiler.run((error, stats) => {
      const problem = error ?? (stats?.hasErrors() === true ? new Error(stats.toString('errors-only')) : undefined);
      compiler.close(() => (problem === undefined ? done() : fail(problem)));
    });
  });
}

if (import.meta.main) await bundleConsolePlugin();
