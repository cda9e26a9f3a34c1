import { readCondition, readList, readText } from './json.ts';
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
      const missing = definitions.filter((each) => readText(readCondition(each, 'Established'), 'status') !== 'True');
      if (definitions.length === 0) return 'there are none';
      return missing.length === 0 ? undefined : missing.map((each) => readText(each, 'metadata', 'name')).join(', ');
    },
  });
}
