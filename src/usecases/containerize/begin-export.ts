import { makeExportTag, type ExportTag } from '../../domain/containerize/export-name.ts';
import { runDescription } from '../../domain/containerize/run-description.ts';
import type { StoredExport } from '../../domain/exports/export-record.ts';
import { stateOf } from '../../domain/exports/export-state.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import { claimInterrupted, startExport } from '../exports/export-run.ts';
import { listExports, type ExportStore } from '../exports/export-store.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts, ContainerizeRequest } from './ports.ts';

export interface NewExport {
  readonly request: ContainerizeRequest;
  readonly planned: PlannedImage;
}

/**
 * Records an export that begins. One of the same workload, name and repository whose run died is resumed under its id, so
 * that nothing of it is left over.
 * @throws TaskError as startExport and claimInterrupted
 */
export async function beginExport(
  { request, planned }: NewExport,
  store: ExportStore,
  ports: ContainerizePorts,
): Promise<StoredExport> {
  const { workload } = planned.plan;
  const name = request.exportName ?? workload.name;
  const interrupted = await findInterrupted({ request, planned, name }, store);
  if (interrupted !== undefined) {
    ports.log.info(`resuming the interrupted export ${interrupted}`);
    return claimInterrupted(store, interrupted);
  }
  const tag = makeExportTag(name, { now: store.now, random: ports.random });
  return startExport(store, {
    id: tag.id,
    name,
    workload: { kind: workload.kind, name: workload.name },
    image: formatImageName({ ...request.destination, tag: tag.tag }),
    digest: '',
    size: 0,
    workspaceIncluded: request.includeWorkspace,
    isPublic: undefined,
    run: runDescription(planned.plan, planned.found.profile.profile),
  });
}

async function findInterrupted(
  { request, planned, name }: NewExport & Pick<ExportTag, 'name'>,
  store: ExportStore,
): Promise<string | undefined> {
  const { exports } = await listExports(store);
  const { kind, name: workload } = planned.plan.workload;
  const repository = `${formatImageName(request.destination)}:`;
  const found = exports.find(
    ({ entry }) =>
      stateOf(entry, store.now()) === 'interrupted' &&
      entry.name === name &&
      entry.workload.kind === kind &&
      entry.workload.name === workload &&
      entry.image.startsWith(repository),
  );
  return found?.entry.id;
}
