import type { ApiKind } from '../kube/discovery.ts';
import { mayNeedTime } from '../kube/readiness.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { stringAt } from '../core/json-object.ts';
import { isServiceAccount } from '../kube/service-account.ts';

/** Verbs that a program uses on resources of one group, as in a rule of a Role; a subresource stands after a slash. */
export interface UsedRights {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const images = 'image.openshift.io';
const routes = 'route.openshift.io';

/** What kubectl-scale-down and crane-restore-scale use in the namespace of the application. */
export const quiesceRights: readonly UsedRights[] = [
  { group: 'apps', resources: ['deployments', 'statefulsets', 'replicasets'], verbs: ['get', 'list', 'patch'] },
  { group: 'apps', resources: ['daemonsets'], verbs: ['list'] },
  { group: 'apps.openshift.io', resources: ['deploymentconfigs'], verbs: ['get', 'list', 'patch'] },
  { group: 'batch', resources: ['cronjobs', 'jobs'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['replicationcontrollers'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['pods'], verbs: ['list'] },
];

const helperJob: readonly UsedRights[] = [
  { group: '', resources: ['pods'], verbs: ['list'] },
  { group: '', resources: ['secrets'], verbs: ['create'] },
  { group: 'apps', resources: ['deployments', 'statefulsets'], verbs: ['list'] },
  { group: 'batch', resources: ['jobs'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
  { group: 'batch', resources: ['jobs/finalizers'], verbs: ['update'] },
];

/** What crane-transfer-pvc uses in a namespace of either side, whichever endpoint it takes. */
export const volumeRights: Readonly<Record<'source' | 'destination', readonly UsedRights[]>> = {
  source: [
    { group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'list'] },
    { group: '', resources: ['pods/log'], verbs: ['get'] },
    ...helperJob,
  ],
  destination: [
    { group: '', resources: ['persistentvolumeclaims'], verbs: ['get', 'create'] },
    { group: '', resources: ['services'], verbs: ['create', 'get'] },
    ...helperJob,
  ],
};

/** What OpenShift's registry asks for when crane-skopeo-sync pulls and pushes. The first push creates a stream. */
export const imageRights: Readonly<Record<'source' | 'destination', readonly UsedRights[]>> = {
  source: [{ group: images, resources: ['imagestreams/layers'], verbs: ['get'] }],
  destination: [
    { group: images, resources: ['imagestreams/layers'], verbs: ['get', 'update'] },
    { group: images, resources: ['imagestreams'], verbs: ['create'] },
  ],
};

const tagKinds = ['imagestreamtags', 'imagetags'];

/** What crane-export uses to read a kind. A list of image tags lacks the images, so tags are also read one by one. */
export function exportRights({ group, plural }: Pick<ApiKind, 'group' | 'plural'>): UsedRights {
  const isTag = group === images && tagKinds.includes(plural);
  return { group, resources: [plural], verbs: isTag ? ['get', 'list'] : ['list'] };
}

/** What kubectl-apply-files uses to apply one resource. */
export function applyRights(resource: Resource, plural: string): readonly UsedRights[] {
  const { group } = keyOf(resource);
  // The API of tags has no server-side apply: they are read, then created or updated. A stream that they need is created.
  if (group === images && resource.kind === 'ImageStreamTag')
    return [
      { group, resources: [plural], verbs: ['create', 'get', 'update'] },
      { group, resources: ['imagestreams'], verbs: ['create', 'list', 'patch'] },
    ];
  // What takes time is read until it is ready, an account until it has its pull secret.
  const read = mayNeedTime(resource) || isServiceAccount(resource) ? ['get'] : [];
  const rights = [{ group, resources: [plural], verbs: ['create', ...read, 'list', 'patch'] }];
  return hasOwnHost(resource)
    ? [...rights, { group, resources: [`${plural}/custom-host`], verbs: ['create'] }]
    : rights;
}

/** OpenShift asks for more when a Route has a host or a certificate that the user chose (library-go, pkg/route/hostassignment). */
function hasOwnHost(resource: Resource): boolean {
  if (keyOf(resource).group !== routes || resource.kind !== 'Route') return false;
  return [stringAt(resource, 'spec', 'host'), stringAt(resource, 'spec', 'tls', 'certificate')].some(
    (text) => text !== undefined && text !== '',
  );
}
