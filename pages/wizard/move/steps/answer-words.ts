import type { TFunction } from 'i18next';

import type { Question } from '../../../../src/domain/planning/questions.ts';

type Texts = Readonly<Record<string, string>>;

/** What the page calls an answer, by its place: a key of the texts. */
const names: Texts = {
  name: 'what.name',
  action: 'what.action',
  'source.labelSelector': 'cluster.labelSelector',
  'source.includeResources': 'cluster.includeResources',
  'source.excludeResources': 'cluster.excludeResources',
  'destination.createNamespace': 'cluster.createNamespace',
  'images.copy': 'images.copy',
  'images.exclude': 'review.words.exclude',
  'images.ifExists': 'images.ifExists',
  'images.referrers': 'images.referrers',
  'images.platforms': 'images.platforms',
  'images.createProjects': 'images.createProjects',
  'images.builtImages': 'images.builtImages',
  'images.allowProblems': 'review.words.allowProblems',
  'claims.endpointType': 'claims.endpointType',
  'credentials.source.kind': 'review.words.source',
  'credentials.source.secret': 'review.words.source',
  'credentials.destination.kind': 'review.words.destination',
  'credentials.destination.secret': 'review.words.destination',
  'run.timeoutMinutes': 'credentials.timeout',
  'run.caConfigMap': 'credentials.caConfigMap',
  'run.volumeSize': 'review.words.volumeSize',
  'changes.modernize': 'changes.modernize',
  'changes.ingressClass': 'changes.ingressClass',
  'changes.gateway': 'changes.gateway',
  'changes.routeDomain': 'changes.routeDomain',
  'changes.namespaces': 'changes.namespaces',
  'changes.patches': 'changes.patches',
  'changes.skipPlugins': 'review.words.skipPlugins',
};

const logins: Texts = { account: 'credentials.account', secret: 'credentials.secret', token: 'credentials.token' };

/** What the page calls a value, where it has words for it. */
const values: Readonly<Record<string, Texts>> = {
  action: { application: 'what.application', images: 'what.images', volumes: 'what.volumes' },
  'images.ifExists': { fail: 'images.fail', skip: 'images.skipIt', replace: 'images.replace' },
  'images.referrers': {
    true: 'images.allReferrers',
    'best-effort': 'images.someReferrers',
    false: 'images.noReferrers',
  },
  'images.builtImages': { copy: 'images.copyBuilt', rebuild: 'images.rebuild' },
  'claims.endpointType': { '': 'claims.firstThatFits' },
  'credentials.source.kind': logins,
  'credentials.destination.kind': logins,
  'changes.modernize': { none: 'changes.none', ingress: 'changes.ingress', gateway: 'changes.httpRoute' },
};

const ofClaim = /^claims\.settings\.(.+)\.(move|newName|storageClass|size|accessModes)$/;

/** The name of an answer in words; its place where the page has none. */
export function nameOf(id: string, t: TFunction): string {
  const [, claim, field] = ofClaim.exec(id) ?? [];
  if (claim !== undefined)
    return field === 'move' ? t('claims.moveClaim', { claim }) : `${t(`claims.${field ?? ''}`)}: ${claim}`;
  const key = names[id];
  return key === undefined ? id : t(key);
}

/** The value of an answer in words. */
export function valueOf(id: string, value: Question['answer'] | object, t: TFunction): string {
  const key = typeof value === 'object' ? undefined : values[id]?.[String(value)];
  if (key !== undefined) return t(key);
  if (typeof value === 'boolean') return t(value ? 'review.yes' : 'review.no');
  if (Array.isArray(value))
    return value.length === 0 ? t('review.none') : value.map((each: unknown) => textOf(each)).join(', ');
  return textOf(value);
}

/** A namespace that is renamed is `from → to`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value)
    return `${String(value.from)} → ${String(value.to)}`;
  return JSON.stringify(value);
}
