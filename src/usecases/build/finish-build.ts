import { readBuildpackGroup, readBuildReport, type UsedBuildpack } from '../../domain/build/build-report.ts';
import type { Folder } from '../../domain/core/ports.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import type { BuildResult } from './prepare-build.ts';

export interface FinishPorts {
  /** Folder of the lifecycle: report.toml, group.toml and sbom. */
  readonly layers: Folder;
  /** Folder of the workspace; it gets the folder of `sbomFolder`. */
  readonly source: Folder;
  /** Name of the builder that the first step kept; undefined when there is none. */
  readonly readBuilder: () => Promise<string | undefined>;
  /** @throws TaskError `invalid-file` */
  readonly parseToml: (text: string, source: string) => unknown;
}

type BuildItem = Item<'build'>;

/** Name of the folder in the workspace with software bills of materials. */
const sbomFolder = 'sbom';

/**
 * Reads what the lifecycle built, and copies its software bills of materials into the workspace.
 * @throws TaskError `invalid-file`, also when the lifecycle did not report an image
 */
export async function finishBuild(ports: FinishPorts): Promise<Outcome<BuildResult, 'build'>> {
  const { layers } = ports;
  const report = readBuildReport(await readToml('report.toml', ports), `${layers.path}/report.toml`);
  const buildpacks = readBuildpackGroup(await readToml('group.toml', ports));
  const bills = await copyBills(ports);
  const [url] = report.references;
  const built = report.references.map((id): BuildItem => {
    return { id, outcome: 'done', reason: 'image-built', evidence: { digest: report.digest } };
  });
  const names = buildpacks.map(nameBuildpack);
  return {
    items: [
      ...built,
      ...names.map((id): BuildItem => ({ id, outcome: 'done', reason: 'buildpack-used' })),
      ...bills.map((id): BuildItem => ({ id, outcome: 'done', reason: 'sbom-written' })),
    ],
    results: {
      IMAGE_URL: url,
      IMAGE_DIGEST: report.digest,
      builder: (await ports.readBuilder()) ?? '',
      'sbom-folder': bills.length === 0 ? '' : sbomFolder,
    },
    summary: `built ${url}@${report.digest} with ${names.join(', ')}`,
  };
}

async function readToml(name: string, { layers, parseToml }: FinishPorts): Promise<unknown> {
  const text = await layers.read(name);
  return text === undefined ? undefined : parseToml(text, `${layers.path}/${name}`);
}

/** Replaces the bills of an earlier build. @returns their paths in the workspace */
async function copyBills({ layers, source }: FinishPorts): Promise<readonly string[]> {
  const [from, to] = [layers.folder(sbomFolder), source.folder(sbomFolder)];
  const bills = new Map<string, string>();
  for (const file of await from.list()) {
    const text = file.endsWith('.json') ? await from.read(file) : undefined;
    // The lifecycle writes `null` where there is no bill of the old format.
    if (text !== undefined && text.trim() !== 'null') bills.set(file, text);
  }
  for (const old of await to.list()) if (!bills.has(old)) await to.remove(old);
  for (const [file, text] of bills) await to.write(file, text);
  return [...bills.keys()].map((file) => `${sbomFolder}/${file}`);
}

function nameBuildpack({ id, version }: UsedBuildpack): string {
  return `${id} ${version}`;
}
