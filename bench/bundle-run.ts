import path from 'node:path';

import { build } from 'esbuild';

/**
 * Bundles a program of this folder as the command line is: types that are stripped at the start take memory.
 * @param name of its file, without its ending
 * @returns path of the bundle
 */
export async function bundleRun(name: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${name}.mjs`);
  const entry = path.resolve(import.meta.dirname, `${name}.ts`);
  const banner = {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  };
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', minify: true, banner });
  return outfile;
}
