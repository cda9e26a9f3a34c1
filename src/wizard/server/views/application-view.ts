import {
  certificateSecretOf,
  exportRegistryProblems,
  formatRegistryUrl,
  readExportRegistry,
} from '../../../domain/app/export-registries.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { showExports, type ShownExport } from '../../../domain/exports/show-exports.ts';
import type { ExportState } from '../../../domain/exports/export-entry.ts';
import type { StoredExport } from '../../../domain/exports/export-record.ts';
import { describeRun, formatRunLine } from '../../../domain/exports/run-command.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { planAnnotation, subjectAnnotation } from '../../../domain/planning/applications/application-objects.ts';
import type { ListedWorkload } from '../../../usecases/containerize/list-workloads.ts';
import type { ApplicationRunView, ExportView, RegistryView, WorkloadView } from '../../api/applications.ts';
import { summarizeRun } from './run-view.ts';

export function viewWorkload({ kind, name, profile, eligibility }: ListedWorkload): WorkloadView {
  const { eligible } = eligibility;
  return { kind, name, profile, isEligible: eligible, reason: eligible ? '' : eligibility.reason };
}

/** Exports newest first, without those in some states. @param now milliseconds since 1970 */
export function viewExports(
  exports: readonly StoredExport[],
  { now, hidden }: { readonly now: number; readonly hidden: readonly ExportState[] },
): readonly ExportView[] {
  return showExports(exports, { now, hidden }).map(viewExport).reverse();
}

function viewExport({ entry, state }: ShownExport): ExportView {
  const { id, name, workload, message, image, digest, size, created, workspaceIncluded, isPublic } = entry;
  const isReady = state === 'ready';
  return {
    id,
    name,
    state,
    message,
    image,
    digest,
    size,
    created,
    workload: `${workload.kind.toLowerCase()}/${workload.name}`,
    isWorkspaceIncluded: workspaceIncluded,
    ...(isPublic === undefined ? {} : { isPublic }),
    runCommand: isReady ? formatRunLine('docker', entry) : '',
    notes: isReady ? describeRun(entry, 'docker') : [],
  };
}

/** A registry without its login. */
export function viewRegistry(secret: Resource): RegistryView {
  const read = readExportRegistry(secret);
  return {
    name: secret.metadata.name,
    url: 'registry' in read ? formatRegistryUrl(read.registry) : '',
    certificates: certificateSecretOf(secret) ?? '',
    problem: 'problem' in read ? exportRegistryProblems[read.problem] : '',
  };
}

export function viewApplicationRun(run: Resource): ApplicationRunView {
  const annotationOf = (name: string): string | undefined => stringAt(run, 'metadata', 'annotations', name);
  return {
    ...summarizeRun(run),
    subject: annotationOf(subjectAnnotation) ?? '',
    isPlan: annotationOf(planAnnotation) !== undefined,
  };
}
