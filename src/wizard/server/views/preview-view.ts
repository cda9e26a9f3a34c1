import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { completeAnswers } from '../../../domain/planning/answers.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import { previewChanges } from '../../../usecases/planning/preview-changes.ts';
import type { ObjectName, PreviewRow } from '../../api/planning.ts';
import type { InventoryOutcome } from '../sessions/stored-inventory.ts';
import { formatObject } from './object-yaml.ts';

type Done = Extract<InventoryOutcome, { state: 'done' }>;

/** What becomes of some objects of an inventory, in the order of the inventory. */
export async function viewPreviews(
  { inventory, resources }: Done,
  given: MoveAnswers,
  { wanted, log }: { readonly wanted: readonly ObjectName[]; readonly log: Log },
): Promise<readonly PreviewRow[]> {
  const keys = new Set(wanted.map(keyOf));
  const isWanted = ({ apiVersion, kind, metadata: { name } }: Resource): boolean =>
    keys.has(keyOf({ apiVersion, kind, name }));
  const answers = completeAnswers(inventory, given);
  const previews = await previewChanges({ inventory, answers, resources }, isWanted, { yaml: yamlCodec, log });
  return previews.map(({ resource, state, message, after }) => ({
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: resource.metadata.name,
    state,
    message,
    before: formatObject(resource),
    after: after === undefined ? '' : formatObject(after),
  }));
}

function keyOf({ apiVersion, kind, name }: ObjectName): string {
  return JSON.stringify([apiVersion, kind, name]);
}
