import type { Resource } from './api-request.ts';

const group = 'image.openshift.io';
const version = { groupVersion: `${group}/v1`, version: 'v1' };

/** The discovery documents that this server has, by path. Anyone may read them. */
export function discoveryDocuments(resources: readonly Resource[]): ReadonlyMap<string, object> {
  const apiGroup = { name: group, versions: [version], preferredVersion: version };
  return new Map<string, object>([
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [apiGroup] }],
    [`/apis/${group}`, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup }],
    [
      `/apis/${group}/v1`,
      {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: version.groupVersion,
        resources: resources.map(describeResource),
      },
    ],
  ]);
}

/** Without group and version in each resource, aggregated discovery shows its responseKind without them. */
function describeResource({ name, singularName, kind, namespaced, shortNames, handlers }: Resource): object {
  return {
    name,
    singularName,
    namespaced,
    group,
    version: version.version,
    kind,
    verbs: Object.keys(handlers).sort(),
    ...(shortNames === undefined ? {} : { shortNames }),
  };
}
