import type { OptionalField } from './plugin.ts';

const registryReplacement: OptionalField = {
  flagName: 'registry-replacement',
  help: 'Registries, namespaces, repositories or images and what takes their place in image names: from=to, separated by commas. The longest match wins.',
  example: 'registry.example.com/shop=registry.example.org/store',
};
const namespaceMapping: OptionalField = {
  flagName: 'namespace-mapping',
  help: 'Namespaces and what they are called at the destination: source=destination, separated by commas. Changed are the namespace of the resources and all places that are known to name one, such as subjects of bindings, selectors, and references to image streams. The report names other texts that seem to name one.',
  example: 'shop=store',
};
const stripRbac: OptionalField = {
  flagName: 'strip-default-rbac',
  help: 'Whether accounts, their secrets and bindings that every namespace has of its own are left out. Default true.',
  example: 'false',
};
const stripCabundle: OptionalField = {
  flagName: 'strip-default-cabundle',
  help: 'Whether the ConfigMaps with certificate authorities that every namespace has of its own are left out. Default true.',
  example: 'false',
};
const claimRenames: OptionalField = {
  flagName: 'pvc-rename-map',
  help: 'Claims and what they are called at the destination: old:new, separated by commas. Claims of a StatefulSet are named after their template: data:files, or one by one: data-db-0:files-db-0.',
  example: 'old-claim:new-claim',
};

/** Flags of the KubernetesPlugin. */
export const kubernetesFlags: readonly OptionalField[] = [
  {
    flagName: 'add-annotations',
    help: 'Annotations that every resource gets: key=value, separated by commas.',
    example: 'example.com/moved-from=source,team=shop',
  },
  {
    flagName: 'remove-annotations',
    help: 'Annotations that every resource loses: keys, separated by commas.',
    example: 'example.com/note,team',
  },
  registryReplacement,
  namespaceMapping,
  {
    flagName: 'extra-whiteouts',
    help: 'Kinds that are left out besides the usual ones: Kind.group, or Kind for the core group, separated by commas.',
    example: 'Ingress.networking.k8s.io,Pod',
  },
  {
    flagName: 'include-only',
    help: 'Kinds that travel, and no others: Kind.group, or Kind for the core group, separated by commas. extra-whiteouts then has no effect, nor have the kinds that are usually left out.',
    example: 'Deployment.apps,Service',
  },
  {
    flagName: 'disable-whiteout-owned',
    help: 'Whether resources travel although their controller makes them again. Default false.',
    example: 'true',
  },
  stripRbac,
  stripCabundle,
  claimRenames,
  {
    flagName: 'suspend-jobs',
    help: 'Whether Jobs are created suspended, save those with the annotation crane.konveyor.io/job-idempotent: "true". Jobs that have finished then travel too. Default false.',
    example: 'true',
  },
  {
    flagName: 'pause-builds',
    help: 'Whether BuildConfigs are created paused, by the annotation openshift.io/build-config.paused: "true", so that none builds before it is removed. Default false.',
    example: 'true',
  },
  {
    flagName: 'keep-versions',
    help: 'Whether objects keep API versions that current API servers serve no more. The task that applies them then converts those that the destination does not serve. Default false.',
    example: 'true',
  },
];

/** Flags of the OpenShiftPlugin. */
export const openshiftFlags: readonly OptionalField[] = [
  stripRbac,
  stripCabundle,
  {
    flagName: 'strip-default-pull-secrets',
    help: 'Whether references to registry logins that OpenShift generated are removed. Default true.',
    example: 'false',
  },
  {
    flagName: 'pull-secret-replacement',
    help: 'Registry logins and what takes their place in pods, accounts and builds: old=new, separated by commas.',
    example: 'old-login=new-login',
  },
  registryReplacement,
  namespaceMapping,
];

/** Flags of the ImagestreamPlugin. */
export const imagestreamFlags: readonly OptionalField[] = [
  {
    flagName: 'src-internal-registry',
    help: "Address of the source's own registry, when it is another one than OpenShift's.",
    example: 'registry.source.example:5000',
  },
  registryReplacement,
  namespaceMapping,
];
