import { isObject, stringAt, type Path } from '../core/json-object.ts';
import { kindOf, type Resource } from '../kube/resource.ts';
import { forms } from './reference-row.ts';

/** A place whose text seems to name a namespace. */
export interface Mention {
  readonly path: Path;
  readonly namespace: string;
}

/**
 * Ways in which free text names namespaces: those of references, settings in files and arguments, labels of Prometheus
 * (`namespace=~"shop"`), and hosts of a service in an address, which may end with the namespace.
 */
const patterns = [
  forms.host,
  forms.principal,
  forms.user,
  forms.group,
  /namespaces?["']?(?: ?[:=]~? ?| (?=[a-z0-9-]{1,63}(?: |$)))["']?(?<namespace>[a-z0-9-]{1,63})(?![a-z0-9.-])/gi,
  /(?:^| )-n[ =](?<namespace>[a-z0-9-]{1,63})(?![a-z0-9.-])/g,
  /(?:\/\/|@)[a-z0-9-]{1,63}\.(?<namespace>[a-z0-9-]{1,63})(?=[:/]|$)/g,
];
/** An argument whose value is the next one. */
const namespaceFlag = /^(?:-n|--[a-z-]{0,60}namespaces?)$/i;

const namespaceKey = /(?:namespaces?|matchNames)$/i;
// Rules of their own change references to images.
const imageKinds = ['ImageStream', 'ImageStreamTag', 'ImageStreamImage'];
const written = ['managedFields', 'ownerReferences', 'namespace', 'name', 'labels', 'selfLink'];
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Texts of an object that seem to name one of some namespaces, wherever they stand. Secrets are not read. */
export function mentionsOf(resource: Resource, namespaces: ReadonlyMap<string, string>): readonly Mention[] {
  if (kindOf(resource) === 'Secret') return [];
  return Object.entries(resource).flatMap(([key, value]) => {
    if (key === 'status') return [];
    if (key !== 'metadata') return search(value, { path: [key], parent: resource, namespaces });
    const metadata = Object.entries(resource.metadata).filter(([field]) => !written.includes(field));
    return metadata.flatMap(([field, member]) =>
      search(member, { path: [key, field], parent: resource.metadata, namespaces }),
    );
  });
}

interface Context {
  readonly path: Path;
  /** The object that holds the value. */
  readonly parent: unknown;
  readonly namespaces: ReadonlyMap<string, string>;
}

function search(value: unknown, context: Context): readonly Mention[] {
  const { path, namespaces } = context;
  if (typeof value === 'string') return searchText(value, context);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const place = [...path, index];
      const before: unknown = value[index - 1];
      const isArgument = typeof before === 'string' && namespaceFlag.test(before);
      if (isArgument && typeof item === 'string') return namespaces.has(item) ? [{ path: place, namespace: item }] : [];
      return search(item, { ...context, path: place });
    });
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === lastApplied ? [] : search(member, { path: [...path, key], parent: value, namespaces }),
  );
}

function searchText(text: string, { path, parent, namespaces }: Context): readonly Mention[] {
  const key = String(path.findLast((step) => typeof step === 'string'));
  const isNamed = namespaceKey.test(key === 'value' ? (stringAt(parent, 'name') ?? '') : key);
  const isOfImage = imageKinds.includes(stringAt(parent, 'kind') ?? '');
  const found = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => String(groups?.['namespace'])),
  );
  return [...found, ...(isNamed && !isOfImage ? [text] : [])]
    .filter((namespace) => namespaces.has(namespace))
    .map((namespace) => ({ path, namespace }));
}
