import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import { kindOf, type Resource } from '../../kube/resource.ts';
import type { ObjectName } from './evidence.ts';
import { nameOf } from './ownership.ts';

const group = 'external-secrets.io';

/**
 * Where ExternalSecrets get their content: undefined when another one is made each time, or the content is that of an
 * earlier time. https://external-secrets.io/latest/api/externalsecret/, https://external-secrets.io/latest/guides/generator/
 */
export function collectSecretSources() {
  const sources = new Map<string, readonly ObjectName[] | undefined>();
  return {
    add: (resource: Resource): void => {
      if (kindOf(resource) === `ExternalSecret.${group}`) sources.set(keyOf(nameOf(resource)), storesOf(resource));
    },
    /** Whether the stores of an ExternalSecret are all there, and nothing else makes its content. */
    areKnown: (maker: ObjectName, travels: (object: ObjectName) => boolean): boolean =>
      sources.get(keyOf(maker))?.every(travels) === true,
  };
}

function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

function storesOf(external: Resource): readonly ObjectName[] | undefined {
  const entries = ['data', 'dataFrom'].flatMap((list) => arrayAt(external, 'spec', list));
  const isGenerated = entries.some((entry) => isObject(valueAt(entry, 'sourceRef', 'generatorRef')));
  if (isGenerated || isFrozen(external)) return undefined;
  const references = [
    valueAt(external, 'spec', 'secretStoreRef'),
    ...entries.map((entry) => valueAt(entry, 'sourceRef', 'storeRef')),
  ];
  const { namespace } = nameOf(external);
  return references.flatMap((reference) => {
    const name = stringAt(reference, 'name');
    if (name === undefined) return [];
    const kind = stringAt(reference, 'kind') ?? 'SecretStore';
    return [{ kind: `${kind}.${group}`, namespace: kind === 'ClusterSecretStore' ? '' : namespace, name }];
  });
}

/** Whether the Secret was filled once and is not refreshed: its source may have other content by now. */
function isFrozen(external: Resource): boolean {
  const policy = stringAt(external, 'spec', 'refreshPolicy');
  const interval = stringAt(external, 'spec', 'refreshInterval') ?? '';
  return policy === 'CreatedOnce' || (policy !== 'OnChange' && /^0+(?:\.0+)?[a-z]*$/.test(interval));
}
