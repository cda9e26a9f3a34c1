import { arrayAt, stringAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { containersOf, podSpecsOf } from '../../kube/pod-specs.ts';

/** A webhook that gives Pods a token of their account for a cloud, under fixed names; it does not do so twice. */
interface IdentityWebhook {
  readonly source: string;
  readonly volume: string;
  readonly mountPath: string;
  /** The variable that names the file of the token, and those that name the identity. */
  readonly variables: readonly string[];
}

const webhooks: readonly IdentityWebhook[] = [
  {
    source: 'aws/amazon-eks-pod-identity-webhook pkg/handler/handler.go, roles of accounts',
    volume: 'aws-iam-token',
    mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount',
    variables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  },
  {
    source: 'aws/amazon-eks-pod-identity-webhook pkg/handler/handler.go, container credentials',
    volume: 'eks-pod-identity-token',
    mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount',
    variables: ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  },
  {
    source: 'Azure/azure-workload-identity pkg/webhook/webhook.go',
    volume: 'azure-identity-token',
    mountPath: '/var/run/secrets/azure/tokens',
    variables: ['AZURE_AUTHORITY_HOST', 'AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_TENANT_ID'],
  },
];

/** What the webhooks of clouds added to a bare Pod: names of volumes, and of variables of its containers. */
export interface CloudIdentity {
  readonly volumes: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** Finds the volumes that have the name and the place which a webhook gives them, and the variables that go with them. */
export function cloudIdentityOf(pod: Resource): CloudIdentity {
  const mounts = podSpecsOf(pod)
    .flatMap(containersOf)
    .flatMap(({ container }) => arrayAt(container, 'volumeMounts'));
  const projected = podSpecsOf(pod)
    .flatMap(({ spec }) => arrayAt(spec, 'volumes'))
    .filter((volume) => arrayAt(volume, 'projected', 'sources').length > 0);
  const found = webhooks.filter(
    ({ volume, mountPath }) =>
      projected.some((each) => stringAt(each, 'name') === volume) &&
      mounts.some((each) => stringAt(each, 'name') === volume && stringAt(each, 'mountPath') === mountPath),
  );
  return {
    volumes: new Set(found.map(({ volume }) => volume)),
    variables: new Set(found.flatMap(({ variables }) => variables)),
  };
}

/** Whether a variable of a container is one that a webhook added. */
export function isOfIdentity(variable: unknown, { variables }: CloudIdentity): boolean {
  return variables.has(String(stringAt(variable, 'name')));
}
