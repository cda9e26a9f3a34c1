import { build, type Metafile } from 'esbuild';

let packages: Promise<readonly string[]> | undefined;

/** Folders of the npm packages whose code is in the bundle, relative to the repository, sorted. Bundled once for each process. */
export function bundledPackages(): Promise<readonly string[]> {
  packages ??= readPackages();
  return packages;
}

async function readPackages(): Promise<readonly string[]> {
  const common = {
    outdir: 'dist',
    write: false,
    bundle: true,
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
  } as const;
  const [programs, page] = await Promise.all([
    build({ ...common, entryPoints: ['src/cli.ts'], splitting: true, platform: 'node', external: ['supports-color'] }),
    // Another program builds the page, which keeps no list of what it took.
    build({
      ...common,
      entryPoints: ['pages/wizard/main.ts'],
      platform: 'browser',
      target: 'es2024',
      jsx: 'automatic',
      loader: { '.woff2': 'file', '.svg': 'file' },
    }),
  ]);
  return [...new Set([programs, page].flatMap(({ metafile }) => packagesOf(metafile)))].sort();
}

/** Folders of the npm packages of which esbuild put at least one byte into an output, sorted. */
export function packagesOf({ outputs }: Pick<Metafile, 'outputs'>): readonly string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = used.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}
