import { formatPlan } from '../../domain/containerize/format-plan.ts';
import { plannedItems, repositoryItem } from '../../domain/containerize/report-items.ts';
import { assertConfirmed } from '../../domain/exports/public-check.ts';
import { formatImageName } from '../../domain/oci/image-location.ts';
import { checkPublic } from '../exports/check-public.ts';
import { planImage } from './plan-image.ts';
import type { ContainerizeOutcome, ContainerizePorts, ContainerizeRequest } from './ports.ts';
import { runExport } from './run-export.ts';

const confirmation = '--confirm-public=true';

/**
 * Makes an image of a running container: plans, checks the destination, writes layers, scans them, and pushes the image.
 * With findings, or files that could not be read, nothing is pushed and the outcome has failed items.
 * @throws TaskError of findContainer and buildLayers, `public-destination`, `invalid-param`; SyncFailure
 */
export async function containerizeApplication(
  request: ContainerizeRequest,
  ports: ContainerizePorts,
): Promise<ContainerizeOutcome> {
  const { host, path } = request.destination;
  const planned = await planImage(request, ports);
  ports.print(formatPlan(planned.plan));
  const check = await checkPublic(path, { anonymous: ports.anonymous, own: ports.push.destination(host) });
  if (!request.dryRun) {
    assertConfirmed(check, {
      image: formatImageName({ host, path }),
      isConfirmed: request.confirmPublic,
      confirmation,
    });
    return runExport(request, planned, ports);
  }
  return {
    items: [repositoryItem(formatImageName({ host, path }), check), ...plannedItems(planned.plan)],
    results: { image: '', digest: '', export: '', IMAGES: '' },
    summary: `planned an image of ${planned.plan.workload.name}: nothing was read or pushed`,
  };
}
