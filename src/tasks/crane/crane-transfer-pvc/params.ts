import { endpointTypes } from '../../../domain/volumes/endpoint.ts';
import { version } from '../../../runtime/version.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { list, optional, required, seconds, toggle } from '../../shared/param-kinds.ts';

/** Params of crane-transfer-pvc: the first ten are crane-runner's. */
export const transferParams = {
  'source-context': required('Name of the kubeconfig context of the source cluster.'),
  'source-namespace': required('Namespace of the claims at the source.'),
  'source-pvc-name': {
    type: 'string',
    list: true,
    description:
      'Claims to copy: a name, or several with commas. `name:new-name` gives it another name at the destination; `*` are ' +
      'all claims of the namespace.',
  },
  'dest-context': required('Name of the kubeconfig context of the destination cluster, which may be the same cluster.'),
  'dest-pvc-name': optional('Name at the destination, when a single claim is copied. Empty: as at the source.'),
  'dest-namespace': optional('Namespace at the destination, which must exist. Empty: as at the source.'),
  'dest-storage-class-name': optional(
    'Storage class at the destination. Empty: what storage-class-map says, else the class of the same name, else the ' +
      "destination's default.",
  ),
  'dest-storage-requests': optional('Size of the claims at the destination, as 10Gi. Empty: as at the source.'),
  'endpoint-type': {
    type: 'string',
    default: '',
    choices: ['', ...endpointTypes],
    description:
      'How the source reaches the destination: route, nginx-ingress (needs subdomain, and a controller that passes TLS ' +
      'through), load-balancer, node-port, or cluster-ip within one cluster. Empty: the first that fits.',
  },
  verify: toggle(
    false,
    'Whether the comparison at the end reads all files on both sides and compares their checksums. "false": it compares ' +
      'names, types, sizes, times, modes and link targets; the content of what was copied was checked on arrival.',
  ),
  'storage-class-map': list('Storage classes of the source and what they become, as slow=standard,fast=premium.'),
  'access-modes': list('Access modes at the destination, with commas, as ReadWriteOnce. Empty: as at the source.'),
  subdomain: optional(
    'Domain whose names lead to the router or ingress controller of the destination, as apps.example.com.',
  ),
  'ingress-class': optional('Ingress class of the endpoint nginx-ingress. Empty: the default class.'),
  'endpoint-address': optional(
    'Host name or address that leads to the nodes, for the endpoint node-port. Empty: the address of a node.',
  ),
  delete: {
    type: 'string',
    default: 'own',
    choices: ['own', 'true', 'false'],
    description:
      'Whether files that the source does not have are removed at the destination: in claims that were made for this ' +
      'transfer (own), always, or never.',
  },
  live: toggle(
    false,
    'Whether the source is in use and copied again later: files that change meanwhile are counted, not failed.',
  ),
  'check-only': toggle(
    false,
    'Whether both sides are only compared. Nothing is copied, and claims that are in use may be checked.',
  ),
  attributes: toggle(
    true,
    'Whether POSIX access control lists and extended attributes of the namespace user are copied.',
  ),
  'check-space': toggle(
    true,
    'Whether a claim is refused before anything is copied when the files that are missing at the destination take more ' +
      'room than its file system has free. "false" for file systems that compress.',
  ),
  'run-as-user': optional(
    'User id of the helper pods. Empty: as the pods that use the claim, or as the namespace says. "0" reads everything ' +
      'and keeps owners, groups and devices; both namespaces must then allow root (Pod Security baseline).',
  ),
  'fs-group': optional('Group id that owns the volume at the destination. Empty: as the pods that use the claim.'),
  'transfer-image': {
    type: 'string',
    default: `ghcr.io/crane-tasks/transfer:${version}`,
    description: 'Image of the helper pods, which both clusters must be able to pull.',
  },
  'image-pull-secrets': list(
    'Secrets with which the nodes pull that image, with commas; in both namespaces. Empty: those of the service account ' +
      'default of each namespace.',
  ),
  parallel: {
    type: 'integer',
    default: 4,
    minimum: 1,
    maximum: 32,
    description: 'How many claims are copied at once.',
  },
  'start-timeout': seconds({ fallback: 300, minimum: 5 }, 'Seconds until the helper pods of a claim must run.'),
  'endpoint-timeout': seconds(
    { fallback: 300, minimum: 5 },
    'Seconds until a Route, Ingress or load balancer must have an address.',
  ),
  'destination-cluster-uid': commonParams['destination-cluster-uid'],
  'connect-timeout': seconds(
    { fallback: 600, minimum: 5 },
    'Seconds for which the destination may be out of reach, at the start or after the connection broke, before a claim fails.',
  ),
  ...kubeconfigDigestParam,
} as const;
