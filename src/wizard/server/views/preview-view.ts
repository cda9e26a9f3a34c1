import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { isObject } from '../../../domain/core/json-object.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { completeAnswers } from '../../../domain/planning/answers.ts';
import type { MoveAnswers } from '../../../domain/schemas/documents.ts';
import { previewChanges } from '../../../usecases/planning/preview-changes.ts';
import type { ObjectName, PreviewRow } from '../../api/planning.ts';
import type { InventoryOutcome } from '../sessions/stored-inventory.ts';

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
    before: textOf(resource),
    after: after === undefined ? '' : textOf(after),
  }));
}

/** An object as YAML, without the notes of the API server about who changed which field. */
function textOf(resource: Resource): string {
  const { metadata, ...rest } = resource;
  const fields = Object.entries(isObject(metadata) ? metadata : {}).filter(([name]) => name !== 'managedFields');
  return yamlCodec.format({ ...rest, metadata: Object.fromEntries(fields) });
}

function keyOf({ apiVersion, kind, name }: ObjectName): string {
  return JSON.stringify([apiVersion, kind, name]);
}
