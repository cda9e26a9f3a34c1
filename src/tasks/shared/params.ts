import type { StringParam } from '../../runtime/define-task.ts';
import { choice, list, optional, required, seconds, toggle } from './param-kinds.ts';

type Side = 'source' | 'destination';

/** How a task that talks to a cluster recognizes its kubeconfig. */
export const kubeconfigDigestParam = {
  'kubeconfig-digest': {
    type: 'string',
    list: true,
    digests: true,
    default: '',
    description:
      'Digests of the contexts that are used, separated by commas: the result kubeconfig-digest of ' +
      'crane-kubeconfig-generator. A context that was changed since is refused. Empty: not checked.',
  },
} as const satisfies Readonly<Record<string, StringParam>>;

/** A task that talks to one cluster names it without a side. */
export const clusterParams = {
  context: optional('Name of the kubeconfig context of the cluster. Empty: the current context.'),
  'cluster-uid': optional(
    'UID that the namespace kube-system of the cluster must have: another cluster is refused. Empty: not checked.',
  ),
  'dry-run': toggle(false, 'Whether the server only validates the requests and changes nothing (server-side dry run).'),
  ...kubeconfigDigestParam,
} as const;

/** Storage classes of claims, where the params of crane-runner have no name for them. */
export const claimClassParams = {
  'storage-class': optional(
    'Storage class of the claims at the destination. Empty: the one of storage-class-map, else as at the source.',
  ),
  'storage-class-map': list('Storage classes of the source and their replacements, as slow=standard,fast=premium.'),
} as const satisfies Readonly<Record<string, StringParam>>;

/** Params that have one meaning in all tasks. */
export const commonParams = {
  'destination-cluster-uid': optional(
    'UID that the namespace kube-system of the destination cluster must have: the result cluster-uid of ' +
      'crane-kubeconfig-generator. Another cluster is refused. Empty: not checked.',
  ),
  'export-index-digest': optional(
    'Digest that the index of the export must have, `sha256:<hex>`: the result index-digest of crane-export. Empty: not ' +
      'checked. Each file is always compared with the index, if there is one.',
  ),
  'manifest-index-digest': optional(
    'Digest that the index of the manifests must have, `sha256:<hex>`: the result index-digest of crane-apply. Empty: not ' +
      'checked, so manifests may have been edited or added.',
  ),
  'plan-digest': optional(
    'Digest that the image plan must have, `sha256:<hex>`: the result plan-digest of crane-skopeo-sync-gen. Empty: not ' +
      'checked.',
  ),
  'allow-problems': list(
    'Problems to accept, separated by commas: reasons such as `import-failed`, or images such as `shop/web:1`. They are ' +
      'reported as skipped. Empty: each problem fails the run with exit code 4.',
  ),
  'allow-forbidden': list(
    'Kinds that may be missing if the account may not list them. Format: plural or plural.group, separated by commas, ' +
      'for example "secrets,roles.rbac.authorization.k8s.io". "*.group" accepts that a whole group is missing for any ' +
      'reason, including an API that does not answer. Empty: every kind must be readable.',
  ),
  'allow-unready': list(
    'Workloads that need not be ready, as Kind.group or Kind.group/name, separated by commas, for example ' +
      '"Job.batch,Deployment.apps/mail". Empty: all must be.',
  ),
  'ready-timeout': seconds(
    { fallback: 120 },
    'Seconds that workloads may take to become ready, and image tags to be imported. "0": they are checked once.',
  ),
  claims: {
    type: 'string',
    list: true,
    default: '*',
    description:
      'PersistentVolumeClaims to move: names or `name:new-name`, separated by commas; `*` for all of the namespace. ' +
      'Workloads use the new names.',
  },
  'claim-settings': optional(
    'Settings of single PersistentVolumeClaims at the destination: a JSON list of objects with the members name, newName, ' +
      'storageClass, size and accessModes. Only name is required. For example [{"name":"data","newName":"files",' +
      '"storageClass":"fast","size":"10Gi","accessModes":["ReadWriteOnce"]}]. They win over the params for all claims. ' +
      'A name that is not among the claims, a second claim with the same new name, a size below that of the source, and ' +
      'a block device are refused. Empty: none.',
  ),
  images: choice(
    ['copy', 'skip'],
    'Whether images are copied. `copy`: those that must be. `skip`: no registry is asked and none needs to be known. The report names each image ' +
      'that would be copied, with the workloads that use it; they must find it at the destination by other means.',
  ),
  'image-exclude': list(
    'Images that are not copied, by the names that the plan has for them, separated by commas: repositories such as ' +
      '`shop/web`, tags such as `shop/web:1`, or digests. The first parts of a path can be left out, and `*` stands for any ' +
      'text within one part, for example `web:build-*`. An expression of Go between slashes finds tags, for example ' +
      '`web:/^(nightly|test)-/`; it cannot have commas. The report names each image that is left out. Empty: none.',
  ),
  'if-exists': choice(
    ['fail', 'skip', 'replace'],
    'What to do if a tag at the destination refers to another image: fail that image, skip it, or replace the tag.',
  ),
  referrers: choice(
    ['true', 'best-effort', 'false'],
    'Whether signatures, attestations and other referrers of the images are copied: those of the OCI referrers API, ' +
      'of its fallback tags, and of cosign (`sha256-….sig`, `.att`, `.sbom`). A referrer that cannot be copied makes ' +
      'the run incomplete. With best-effort it is skipped, and the report has the reason.',
  ),
  platforms: list(
    'Platforms of the images that are copied, separated by commas, such as `linux/amd64,linux/arm64`; a variant can follow. Of ' +
      'an index only their images are copied. Its tag keeps the digest where the registry takes an index without the other ' +
      'images. Elsewhere it gets a new index with another digest: signatures of the index do not fit any more, and a workload ' +
      'that names the digest does not find it. The report names both. Images without an index are copied as they are. Empty: all ' +
      'platforms.',
  ),
  'create-projects': {
    type: 'boolean',
    default: false,
    description:
      'Whether projects that images are pushed into are created at the destination when they are missing. Harbor gets a ' +
      'private project. Otherwise the cluster of the destination context gets a project on OpenShift, else a namespace.',
  },
  app: required('Name of the application.'),
  'system-namespace': {
    type: 'string',
    default: 'epinio',
    description:
      'Namespace of Epinio itself. It has the AppCharts, the Secrets with logins for Git, and the Secrets that describe the ' +
      'registries to which applications are published.',
  },
  archive: {
    type: 'string',
    default: 'source.archive',
    description: 'Path of the archive in the workspace with the source.',
  },
  registries: list(
    'Registries without ImageStreams whose images are copied too, separated by commas: host or host:port as in the ' +
      'manifests. `=host` after it names another address to read from. Images of these registries that workloads of the ' +
      'export use are planned, by the running digest if a pod reports one. Empty: none.',
  ),
} as const;

/** How a Secret describes a cluster, as crane-kubeconfig-generator reads it. */
export function clusterSecretText(side: Side): string {
  return `Secret in the namespace of the run with the ${side} cluster's \`url\`, \`token\` and, for a private CA, \`ca.crt\`.`;
}

/** Params of a task that talks to two clusters, with what an empty value means to that task. */
export const sideParams = {
  context: (side: Side, more: string) => optional(`Name of the kubeconfig context of the ${side} cluster. ${more}`),
  namespace: (side: Side, more: string) => optional(`Namespace of the application at the ${side}. ${more}`),
  registry: (side: Side, where: 'internal' | 'public', more: string) =>
    optional(`Address of the ${side} registry ${places[where]}, host or host:port. ${more}`),
  registryTlsVerify: (side: Side) =>
    toggle(
      true,
      `Whether the certificate of the ${side} registry is verified. "false" also allows plain HTTP and is repeated in the report.`,
    ),
} as const;

const places = { internal: 'inside its cluster', public: 'outside its cluster' } as const;
