import { parseDocument } from '../../core/parse-document.ts';
import { validateSyncPlan, type SyncPlan } from '../../schemas/documents.ts';

/**
 * Reads a plan.
 * @param source path of the file, for messages
 * @throws TaskError `invalid-file`
 */
export function parseSyncPlan(text: string, source: string): SyncPlan {
  return parseDocument(text, validateSyncPlan, { name: `the image plan ${source}`, remedy: 'Plan the images again.' });
}
