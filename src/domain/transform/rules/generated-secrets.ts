import { arrayAt, stringAt } from '../../core/json-object.ts';
import { type Resource, textsAt } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';
import type { Evidence } from './evidence.ts';
import { originOf } from '../../kube/serving-certificates.ts';

const tokenType = 'kubernetes.io/service-account-token';
const accountName = 'kubernetes.io/service-account.name';
const accountsWithSecrets = ['builder', 'deployer', 'pipeline'];

/** Why the platforms leave out Secrets, and accounts with them. */
export const byPlatform = 'every OpenShift project has its own';

/** Names that controllers give to tokens and logins of an account end so: kubernetes/apimachinery pkg/util/rand. */
const generatedEnding = /-(?:token|dockercfg)-[a-z0-9]{5}$/;

/** Marks that OpenShift's controllers put on Secrets which they generate. */
const generatedMarks = ['openshift.io/token-secret.name', 'openshift.io/internal-registry-auth-token.binding'];
const createdBy = 'kubernetes.io/created-by';

/**
 * Whether a user asked for the token of an account, by a Secret of this type with a name of their own: the destination
 * fills such a Secret too (https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets).
 */
function isAskedToken(secret: Resource): boolean {
  const annotations = textsAt(secret, 'annotations');
  const isGenerated = generatedEnding.test(secret.metadata.name) || createdBy in annotations;
  return secret['type'] === tokenType && accountName in annotations && !isGenerated;
}

/** Reports a token that the destination issues again. */
export function noteToken(secret: Resource): readonly string[] {
  const account = textsAt(secret, 'annotations')[accountName] ?? '';
  return secret.kind === 'Secret' && isAskedToken(secret)
    ? [`the destination issues another token of ServiceAccount ${account}: give it to those that use the old one`]
    : [];
}

/** Why a Secret that the cluster generated for an account is left out; undefined for others. */
export function whiteoutOfToken(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  if (isAskedToken(secret)) return undefined;
  if (secret['type'] === tokenType) return 'a token that only the source cluster accepts';
  return stripDefaultRbac && textsAt(secret, 'annotations')[accountName] === 'default'
    ? 'belongs to the default account'
    : undefined;
}

/** Why a generated Secret of an account is left out. A dockercfg secret without the marks is the user's own login. */
export function whiteoutOfLogin(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  const annotations = textsAt(secret, 'annotations');
  const account = annotations[accountName];
  if (isAskedToken(secret)) return undefined;
  if (stripDefaultRbac && account !== undefined && accountsWithSecrets.includes(account)) return byPlatform;
  if (stringAt(secret, 'type') !== 'kubernetes.io/dockercfg') return undefined;
  const generated =
    account !== undefined ||
    generatedMarks.some((mark) => Object.hasOwn(annotations, mark)) ||
    generatedEnding.test(secret.metadata.name);
  return generated ? "a login at the source's own registry" : undefined;
}

/** To OpenShift: its service CA fills the Secret again, and gives up when the Secret of another cluster is there. */
export function whiteoutOfCertificate(
  secret: Resource,
  { modernize }: TransformOptions,
  { servingServiceOf }: Pick<Evidence, 'servingServiceOf'>,
): string | undefined {
  const { namespace = '', name } = secret.metadata;
  const service = originOf(secret);
  if (modernize !== undefined || service === undefined || servingServiceOf(namespace, name) !== service)
    return undefined;
  return `OpenShift's service CA makes it again for Service ${service}`;
}

/** The entries of an account's list that users added: those that the cluster generated are called after the account. */
export function addedSecrets(
  account: Resource,
  list: 'secrets' | 'imagePullSecrets',
  { isSecretLeftOut }: Pick<Evidence, 'isSecretLeftOut'>,
): readonly unknown[] {
  const { name: own, namespace = '' } = account.metadata;
  return arrayAt(account, list).filter((entry) => {
    const name = stringAt(entry, 'name') ?? '';
    const isNamedSo = ['token', 'dockercfg'].some((what) => name.startsWith(`${own}-${what}-`));
    return !isNamedSo && !isSecretLeftOut(namespace, name);
  });
}
