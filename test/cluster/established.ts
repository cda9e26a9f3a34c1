import { readList, readText } from './json.ts';
import { waitFor } from './wait.ts';

/**
 * Waits until CustomResourceDefinitions are served: the named ones, or all. `kubectl wait` will not do: it fails when it
 * sees one to which the API server has given no conditions yet.
 * @param kubectl runs kubectl and gives its output
 */
export async function untilEstablished(
  kubectl: (args: readonly string[]) => Promise<string>,
  names: readonly string[] = [],
): Promise<void> {
  await waitFor({
    what: 'definitions to be served',
    seconds: 60,
    check: async () => {
      const answer: unknown = JSON.parse(
        await kubectl(['get', 'customresourcedefinitions', ...names, '--output=json']),
      );
      const definitions = readText(answer, 'kind') === 'List' ? readList(answer, 'items') : [answer];
      const missing = definitions.filter((definition) => !isEstablished(definition));
      return missing.length === 0 ? undefined : missing.map((each) => readText(each, 'metadata', 'name')).join(', ');
    },
  });
}

function isEstablished(definition: unknown): boolean {
  const established = readList(definition, 'status', 'conditions').find(
    (condition) => readText(condition, 'type') === 'Established',
  );
  return readText(established, 'status') === 'True';
}
