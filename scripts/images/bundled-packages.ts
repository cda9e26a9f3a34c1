import { build, type Metafile } from 'esbuild';

let packages: Promise<readonly string[]> | undefined;

/** Folders of the npm packages whose code is in the bundle, relative to the repository, sorted. Bundled once for each process. */
export function bundledPackages(): Promise<readonly string[]> {
  packages ??= readPackages();
  return packages;
}

async function readPackages(): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: ['src/cli.ts'],
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    metafile: true,
    logLevel: 'silent',
  });
  return packagesOf(metafile);
}

/** Folders of the npm packages of which esbuild put at least one byte into an output, sorted. */
export function packagesOf({ outputs }: Pick<Metafile, 'outputs'>): readonly string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = used.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}
