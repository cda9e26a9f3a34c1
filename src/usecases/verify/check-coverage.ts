import type { ExportIndex } from '../../domain/schemas/documents.ts';
import { whiteoutPathOf } from '../../domain/transform/transform-layout.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { agree, disagree, type Finding } from './finding.ts';

export interface CheckCoverageInput {
  readonly index: ExportIndex;
  readonly transformFolder: Folder;
  readonly applyFolder: Folder;
}

/** Whether each exported object either has a final manifest or was left out on purpose: none got lost on the way. */
export async function checkCoverage(input: CheckCoverageInput): Promise<readonly Finding[]> {
  const markers = new Set(await input.transformFolder.list());
  const manifests = new Set(await input.applyFolder.list());
  const { files } = input.index;
  const leftOut = files.filter(({ path }) => markers.has(whiteoutPathOf(path)));
  const lost = files.filter(({ path }) => !manifests.has(path) && !markers.has(whiteoutPathOf(path)));
  const findings = lost.map(({ apiVersion, kind, namespace, name, path }) =>
    disagree({
      id: `export: ${apiVersion} ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`,
      reason: 'not-planned',
      message: `${path} has neither a manifest nor a whiteout marker`,
    }),
  );
  if (findings.length > 0) return findings;
  const evidence = { objects: files.length, 'left-out': leftOut.length };
  return [agree('export: all objects', 'planned-or-left-out', evidence)];
}
