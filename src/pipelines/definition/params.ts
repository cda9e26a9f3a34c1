import type { Params } from '../../runtime/define-task.ts';
import { version } from '../../runtime/version.ts';

/** The params of all pipelines, each described once. Every param has the same meaning wherever it occurs. */
export const pipelineParams = {
  'source-cluster-secret': clusterSecret('source'),
  'source-namespace': { type: 'string', description: 'Namespace of the application on the source cluster.' },
  'destination-cluster-secret': clusterSecret('destination'),
  'destination-namespace': {
    type: 'string',
    description: 'Existing namespace of the application on the destination cluster.',
  },
  'source-registry-internal': registryAddress('source', 'inside its cluster'),
  'source-registry-public': registryAddress('source', 'from outside its cluster'),
  'destination-registry-internal': registryAddress('destination', 'inside its cluster'),
  'destination-registry-public': registryAddress('destination', 'from outside its cluster'),
  claims: {
    type: 'string',
    list: true,
    default: '*',
    description:
      'PersistentVolumeClaims to move: names or `name:new-name`, separated by commas; `*` for all of the namespace.',
  },
  'storage-class': {
    type: 'string',
    default: '',
    description:
      "StorageClass of the claims at the destination. Empty: the class of the same name, else the destination's default.",
  },
  'endpoint-type': {
    type: 'string',
    default: '',
    choices: ['', 'route', 'nginx-ingress', 'load-balancer', 'node-port'],
    description:
      'How the source reaches the destination for the volumes: `route`, `nginx-ingress`, `load-balancer` or `node-port`. ' +
      'Empty: the first that fits.',
  },
  'endpoint-address': {
    type: 'string',
    default: '',
    description:
      'Host name or address that leads to the nodes of the destination, for `node-port`. Empty: the address of a node.',
  },
  subdomain: {
    type: 'string',
    default: '',
    description:
      'Domain whose names lead to the router or ingress controller of the destination. Empty: read from the cluster.',
  },
  'transfer-image': {
    type: 'string',
    default: `ghcr.io/crane-tasks/transfer:${version}`,
    description: 'Image of the helper pods that copy the volumes. Both clusters must be able to pull it.',
  },
  registries: {
    type: 'string',
    list: true,
    default: '',
    description:
      'Further registries whose images the application uses and that are to be copied, as host or host:port, separated ' +
      "by commas. Empty: only the source cluster's registry.",
  },
  'allow-problems': {
    type: 'string',
    list: true,
    default: '',
    description:
      'Problems of the image plan to accept, separated by commas: reasons such as `import-failed`, or images such as ' +
      '`shop/web:1`. They are reported as skipped. Empty: each problem makes the run fail.',
  },
  'allow-forbidden': {
    type: 'string',
    list: true,
    default: '',
    description:
      'Kinds that the export may miss because the account may not list them, as `plural.group`, separated by commas. ' +
      'Empty: none, a forbidden kind makes the run fail.',
  },
  'if-exists': {
    type: 'string',
    default: 'fail',
    choices: ['fail', 'skip', 'replace'],
    description: 'What to do with a destination tag that already has another digest: `fail`, `skip` or `replace`.',
  },
  referrers: {
    type: 'string',
    default: 'true',
    choices: ['true', 'best-effort', 'false'],
    description:
      'Whether signatures, attestations and other referrers are copied with the images: `true`, `best-effort` or `false`.',
  },
  verify: {
    type: 'boolean',
    default: true,
    description: 'Whether crane-verify compares the destination with the plan at the end: `true` or `false`.',
  },
  'ready-timeout': {
    type: 'integer',
    default: 120,
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds that crane-verify waits for workloads to become ready.',
  },
  'allow-unready': {
    type: 'string',
    list: true,
    default: '',
    description:
      'Workloads that need not be ready, as Kind.group or Kind.group/name, separated by commas, for example ' +
      '"Job.batch,Deployment.apps/mail". Empty: all must be.',
  },
} as const satisfies Params;

export type PipelineParam = keyof typeof pipelineParams;

function clusterSecret(side: string) {
  return {
    type: 'string',
    description:
      `Secret in the namespace of the run with the ${side} cluster's \`url\`, \`token\` and, for a private CA, ` +
      '`ca.crt`.',
  } as const;
}

function registryAddress(side: string, where: string) {
  return {
    type: 'string',
    default: '',
    description: `Address of the ${side} registry ${where}, for clusters without this information. Empty: read from the cluster.`,
  } as const;
}
