import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import {
  exportApplication,
  type AppExportResult,
  type ExportRequest,
} from '../../../usecases/app/export-application.ts';
import { openPorts, type AppExportSettings } from './ports.ts';

/** Exports applications with the adapters of a run. */
export async function runExport(
  request: ExportRequest,
  { cluster, settings }: { readonly cluster: Cluster; readonly settings: AppExportSettings },
  context: TaskContext,
): Promise<Outcome<AppExportResult, 'appExport'>> {
  const { ports, close } = await openPorts(cluster, settings, context);
  try {
    return await exportApplication(request, ports);
  } finally {
    await close();
  }
}
