import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';

/** Container of the helper pod at the destination that measures the volume before the others start. */
export const measuringContainer = 'measure';

/** What it leaves as the message of its end. */
export function formatFreeSpace(freeBytes: number): string {
  return `${JSON.stringify({ freeBytes })}\n`;
}

/**
 * Whether a helper pod has measured its volume, and how much the file system has free; undefined when it could not
 * measure.
 */
export function freeSpaceOf(pod: unknown): { readonly isKnown: boolean; readonly freeBytes: number | undefined } {
  const container = arrayAt(pod, 'status', 'initContainerStatuses').find(
    (status) => stringAt(status, 'name') === measuringContainer,
  );
  const end = valueAt(container, 'state', 'terminated');
  const phase = stringAt(pod, 'status', 'phase') ?? 'Pending';
  return {
    isKnown: end !== undefined || phase !== 'Pending',
    freeBytes: parseFreeSpace(stringAt(end, 'message') ?? ''),
  };
}

function parseFreeSpace(text: string): number | undefined {
  try {
    const bytes = valueAt(JSON.parse(text), 'freeBytes');
    return typeof bytes === 'number' && Number.isFinite(bytes) && bytes >= 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}
