import { chmod, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { build, type Plugin } from 'esbuild';

import manifest from '../package.json' with { type: 'json' };
import { bundleConsolePlugin } from './bundle-console-plugin.ts';
import { bundlePage } from './bundle-page.ts';

/** The programs read nothing of package.json but the version: the rest does not belong into the bundle. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]package\.json$/ }, ({ path }) =>
      path === resolve('package.json')
        ? { contents: JSON.stringify({ version: manifest.version }), loader: 'json' }
        : undefined,
    );
  },
};

/**
 * The parser of yargs without its access to files, packages and the environment: the programs do not use them, and they
 * load modules of Node that take longer than most commands.
 */
const parserAlone: Plugin = {
  name: 'parser-alone',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]yargs[/\\]helpers[/\\]helpers\.mjs$/ }, () => ({
      contents: `
        import { YargsParser } from './build/lib/yargs-parser.js';
        const nothing = () => undefined;
        const system = { cwd: nothing, env: () => ({}), format: String, normalize: String, resolve: nothing, require: nothing };
        const parser = new YargsParser(system);
        export const Parser = (args, options) => parser.parse(args, options).argv;`,
      resolveDir: resolve('node_modules/yargs-parser'),
    }));
  },
};

/**
 * Bundles all programs into dist/: one small entry, one chunk per task, shared chunks once.
 * Not minified: a stack trace in a log must be readable.
 */
async function bundle(): Promise<void> {
  // dist/release remains: scripts/release.ts writes it.
  for (const path of ['dist/chunks', 'dist/crane-tasks.mjs', 'dist/crane-tasks.mjs.map'])
    await rm(path, { recursive: true, force: true });
  const result = await build({
    entryPoints: {
      'crane-tasks': 'src/cli.ts',
      // A thread is started from its file, beside the chunk that starts it.
      'chunks/tree-thread': 'src/adapters/archives/tree-thread.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // A package looks for it, and has a fallback. It is in the checkout for a tool.
    external: ['supports-color'],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    legalComments: 'none',
    plugins: [versionOnly, parserAlone],
    // CommonJS dependencies ask for `require`; the source declares `createRequire` itself, hence the other name.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  await chmod('dist/crane-tasks.mjs', 0o755);
  const sizes = await Promise.all(Object.keys(result.metafile.outputs).map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`bundled ${String(sizes.length)} files, ${String(Math.round(total / 1024))} KiB`);
}

await Promise.all([bundle(), bundlePage(), bundleConsolePlugin()]);
