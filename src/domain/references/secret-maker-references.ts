import type { Path } from '../core/json-object.ts';
import { namespacesAt, objectsAt, type ReferenceRow } from './reference-row.ts';

const storeRefs: readonly Path[] = [
  ['spec', 'secretStoreRef', 'name'],
  ['spec', 'secretStoreRefs', '*', 'name'],
  ['spec', 'data', '*', 'sourceRef', 'storeRef', 'name'],
  ['spec', 'dataFrom', '*', 'sourceRef', 'storeRef', 'name'],
];
const certManager = 'cert-manager.io';
const solvers: Path = ['spec', 'acme', 'solvers', '*'];
/** Logins that an Issuer has of its own, at ACME, its providers of DNS, Vault and Venafi. */
const loginsOfIssuer: readonly Path[] = [
  ['spec', 'ca', 'secretName'],
  ['spec', 'acme', 'externalAccountBinding', 'keySecretRef', 'name'],
  ['spec', 'vault', 'auth', 'tokenSecretRef', 'name'],
  ['spec', 'vault', 'auth', 'appRole', 'secretRef', 'name'],
  ['spec', 'vault', 'auth', 'kubernetes', 'secretRef', 'name'],
  ['spec', 'vault', 'caBundleSecretRef', 'name'],
  ['spec', 'venafi', 'tpp', 'credentialsRef', 'name'],
  ['spec', 'venafi', 'cloud', 'apiTokenSecretRef', 'name'],
  ...[
    ['acmeDNS', 'accountSecretRef'],
    ['akamai', 'accessTokenSecretRef'],
    ['akamai', 'clientSecretSecretRef'],
    ['akamai', 'clientTokenSecretRef'],
    ['azureDNS', 'clientSecretSecretRef'],
    ['cloudDNS', 'serviceAccountSecretRef'],
    ['cloudflare', 'apiKeySecretRef'],
    ['cloudflare', 'apiTokenSecretRef'],
    ['digitalocean', 'tokenSecretRef'],
    ['rfc2136', 'tsigSecretSecretRef'],
    ['route53', 'accessKeyIDSecretRef'],
    ['route53', 'secretAccessKeySecretRef'],
  ].map((names): Path => [...solvers, 'dns01', ...names, 'name']),
];
/** Logins and accounts of a SecretStore, by provider. */
const provider: Path = ['spec', 'provider'];
const loginsOfStore: readonly Path[] = [
  ['aws', 'auth', 'secretRef', 'accessKeyIDSecretRef'],
  ['aws', 'auth', 'secretRef', 'secretAccessKeySecretRef'],
  ['azurekv', 'authSecretRef', 'clientId'],
  ['azurekv', 'authSecretRef', 'clientSecret'],
  ['gcpsm', 'auth', 'secretRef', 'secretAccessKeySecretRef'],
  ['gitlab', 'auth', 'SecretRef', 'accessToken'],
  ['ibm', 'auth', 'secretRef', 'secretApiKeySecretRef'],
  ['kubernetes', 'auth', 'token', 'bearerToken'],
  ['onepassword', 'auth', 'secretRef', 'connectTokenSecretRef'],
  ['vault', 'auth', 'appRole', 'secretRef'],
  ['vault', 'auth', 'tokenSecretRef'],
  ['vault', 'auth', 'userPass', 'secretRef'],
].map((names): Path => [...provider, ...names, 'name']);
const accountsOfStore: readonly Path[] = [
  ['aws', 'auth', 'jwt', 'serviceAccountRef'],
  ['azurekv', 'serviceAccountRef'],
  ['gcpsm', 'auth', 'workloadIdentity', 'serviceAccountRef'],
  ['kubernetes', 'auth', 'serviceAccount'],
  ['vault', 'auth', 'kubernetes', 'serviceAccountRef'],
].map((names): Path => [...provider, ...names, 'name']);
const stores = ['SecretStore.external-secrets.io', 'ClusterSecretStore.external-secrets.io'];
const injection = (key: string): Path => ['metadata', 'annotations', `${certManager}/${key}`];

/** https://cert-manager.io/docs/reference/api-docs/, https://external-secrets.io/latest/api/spec/, bitnami/sealed-secrets. */
export const secretMakers: readonly ReferenceRow[] = [
  ...objectsAt([`Certificate.${certManager}`], 'Issuer', ['spec', 'issuerRef', 'name']),
  ...objectsAt(
    [`Certificate.${certManager}`],
    'Secret',
    ['spec', 'keystores', 'jks', 'passwordSecretRef', 'name'],
    ['spec', 'keystores', 'pkcs12', 'passwordSecretRef', 'name'],
  ),
  ...objectsAt([`Issuer.${certManager}`], 'Secret', ...loginsOfIssuer),
  ...objectsAt([`Issuer.${certManager}`], 'ServiceAccount', [
    'spec',
    'vault',
    'auth',
    'kubernetes',
    'serviceAccountRef',
    'name',
  ]),
  ...objectsAt([`Issuer.${certManager}`], 'Gateway', [
    ...solvers,
    'http01',
    'gatewayHTTPRoute',
    'parentRefs',
    '*',
    'name',
  ]),
  { kinds: ['*'], path: injection('inject-ca-from'), form: 'namespace/name', to: 'Certificate' },
  { kinds: ['*'], path: injection('inject-ca-from-secret'), form: 'namespace/name', to: 'Secret' },
  ...objectsAt(['Ingress.networking.k8s.io', 'Gateway.gateway.networking.k8s.io'], 'Issuer', injection('issuer')),
  ...objectsAt(['Route.route.openshift.io'], 'Issuer', injection('issuer-name')),
  ...objectsAt(['ExternalSecret.external-secrets.io', 'PushSecret.external-secrets.io'], 'SecretStore', ...storeRefs),
  ...objectsAt(['PushSecret.external-secrets.io'], 'Secret', ['spec', 'selector', 'secret', 'name']),
  ...objectsAt(['ExternalSecret.external-secrets.io'], 'ConfigMap', [
    'spec',
    'target',
    'template',
    'templateFrom',
    '*',
    'configMap',
    'name',
  ]),
  ...objectsAt(stores, 'Secret', ...loginsOfStore),
  ...objectsAt(stores, 'ServiceAccount', ...accountsOfStore),
  ...namespacesAt(stores, [...provider, 'kubernetes', 'remoteNamespace']),
  ...namespacesAt(['ClusterExternalSecret.external-secrets.io'], ['spec', 'namespaces', '*']),
  ...namespacesAt(['ClusterSecretStore.external-secrets.io'], ['spec', 'conditions', '*', 'namespaces', '*']),
  ...namespacesAt(['SealedSecret.bitnami.com'], ['spec', 'template', 'metadata', 'namespace']),
];
