import { arrayAt, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, textsAt } from '../../kube/resource.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What users wrote themselves, as far as an object still shows it. */
export interface AskedFields {
  /** The configuration of the last `kubectl apply`; undefined when there is none, or another program wrote it. */
  readonly applied: unknown;
  /** `fieldsV1` of each server-side apply. */
  readonly owned: readonly JsonObject[];
}

/** Reads what `kubectl apply` keeps in an annotation and server-side apply in managedFields. */
export function readAskedFields(resource: Resource): AskedFields {
  const owned = arrayAt(resource.metadata, 'managedFields')
    .filter((entry) => stringAt(entry, 'operation') === 'Apply')
    .map((entry) => ({ fieldsV1: valueAt(entry, 'fieldsV1') }));
  return { applied: parseJson(textsAt(resource, 'annotations')[lastApplied]), owned };
}

/** Whether a user asked for the member at a path; its steps are names of members. */
export function isAskedFor({ applied, owned }: AskedFields, path: Path): boolean {
  const fields = path.map((step) => `f:${String(step)}`);
  return (
    valueAt(applied, ...path) !== undefined ||
    owned.some((entry) => valueAt(entry, 'fieldsV1', ...fields) !== undefined)
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not written by kubectl: then nothing is known to be asked for.
    return undefined;
  }
}
