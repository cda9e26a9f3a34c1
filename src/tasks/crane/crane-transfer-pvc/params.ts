import { endpointTypes } from '../../../domain/volumes/endpoint.ts';
import { releasedImages } from '../../../runtime/version.ts';
import { claimClassParams, commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { choice, count, list, optional, required, seconds, toggle } from '../../shared/param-kinds.ts';

/** Params of crane-transfer-pvc: the first ten are crane-runner's. */
export const transferParams = {
  'source-context': required('Name of the kubeconfig context of the source cluster.'),
  'source-namespace': required('Namespace of the claims at the source.'),
  'source-pvc-name': {
    type: 'string',
    list: true,
    description:
      'Claims to copy, separated by commas. `name:new-name` sets another name at the destination; `*` means all claims ' +
      'of the namespace.',
  },
  'dest-context': required('Name of the kubeconfig context of the destination cluster, which may be the same cluster.'),
  'dest-pvc-name': optional(
    'Name of the claim at the destination, if a single claim is copied. Empty: as at the source.',
  ),
  'dest-namespace': optional('Namespace at the destination, which must exist. Empty: as at the source.'),
  'dest-storage-class-name': optional(
    'Storage class at the destination. Empty: the one of storage-class-map, else the class of the same name, else the ' +
      'default of the destination.',
  ),
  'dest-storage-requests': optional('Size of the claims at the destination, as 10Gi. Empty: as at the source.'),
  'endpoint-type': choice(
    ['', ...endpointTypes],
    'How the source reaches the destination: route, nginx-ingress (needs subdomain, and a controller that passes TLS ' +
      'through), load-balancer, node-port, port-forward, or cluster-ip within one cluster. port-forward needs no ' +
      'address: this program forwards the data from API server to API server. Empty: the first that fits, never ' +
      'port-forward.',
  ),
  verify: toggle(
    false,
    'Whether the comparison at the end reads all files on both sides and compares their checksums. "false": it ' +
      'compares names, types, sizes, times, modes and link targets. rsync checks the content of each copied file on ' +
      'arrival.',
  ),
  'storage-class-map': claimClassParams['storage-class-map'],
  'claim-settings': commonParams['claim-settings'],
  'access-modes': list(
    'Access modes at the destination, separated by commas, as ReadWriteOnce. Empty: as at the source.',
  ),
  subdomain: optional(
    'Domain whose names resolve to the router or ingress controller of the destination, as apps.example.com.',
  ),
  'ingress-class': optional('Ingress class of the endpoint nginx-ingress. Empty: the default class.'),
  'endpoint-address': optional(
    'Host name or address of a node of the destination, for the endpoint node-port. Empty: the address of a node.',
  ),
  delete: choice(
    ['own', 'true', 'false'],
    'Whether files that the source does not have are deleted at the destination: in claims that this transfer created ' +
      '(own), always, or never.',
  ),
  live: toggle(
    false,
    'Whether the source is in use and copied again later: files that change during the copy are counted and do not ' +
      'fail the claim.',
  ),
  'check-only': toggle(
    false,
    'Whether both sides are only compared. Nothing is copied, and claims in use may be checked.',
  ),
  attributes: toggle(
    true,
    'Whether POSIX access control lists and extended attributes of the namespace user are copied.',
  ),
  'check-space': toggle(
    true,
    'Whether the free space of the destination is checked before anything is copied. A claim is refused if the ' +
      'missing files need more than its file system has free. "false": for file systems that compress.',
  ),
  'run-as-user': optional(
    'User ID of the helper pods. Empty: that of the pods that use the claim, or the default of the namespace. "0" ' +
      'reads everything and keeps owners, groups and devices; both namespaces must then allow root (Pod Security ' +
      'baseline).',
  ),
  'fs-group': optional('Group ID that owns the volume at the destination. Empty: that of the pods that use the claim.'),
  'transfer-image': {
    type: 'string',
    default: releasedImages.transfer,
    description: 'Image of the helper pods. Both clusters must be able to pull it.',
  },
  'image-pull-secrets': list(
    'Secrets with which the nodes pull the image, separated by commas, in both namespaces. Empty: those of the ' +
      'service account default of each namespace.',
  ),
  parallel: count([1, 32], 4, 'Number of claims that are copied in parallel.'),
  'start-timeout': seconds({ fallback: 300, minimum: 5 }, 'Seconds that the helper pods of a claim may take to start.'),
  'endpoint-timeout': seconds(
    { fallback: 300, minimum: 5 },
    'Seconds that a Route, Ingress or load balancer may take to get an address.',
  ),
  'destination-cluster-uid': commonParams['destination-cluster-uid'],
  'connect-timeout': seconds(
    { fallback: 600, minimum: 5 },
    'Seconds that the destination may be out of reach, at the start or after a broken connection, before a claim ' +
      'fails.',
  ),
  ...kubeconfigDigestParam,
} as const;
