import { messageOf } from '../core/errors.ts';
import { parseLabelSelector } from '../kube/label-selector.ts';
import { formatReplacementPairs } from '../images/plan/replacement-pairs.ts';
import { parseRegistryNames } from '../images/plan/external-registries.ts';
import type { SyncPlan } from '../images/plan/sync-plan.ts';
import { toTransformOptions, type OptionalFlags } from '../transform/transform-options.ts';
import type { CompleteAnswers } from './answers.ts';
import { kindParamsOf } from './chosen-kinds.ts';
import { errorAt, type Problem } from './problem.ts';

type Texts = Readonly<Record<string, string>>;
type Changes = CompleteAnswers['changes'];

/** Files in the ConfigMap of a migration, by the workspace of a run that gets them. Absent when they are empty. */
export function changeFiles({ changes }: Pick<CompleteAnswers, 'changes'>): Texts {
  const flags = conversionFlags(changes);
  const hasFlags = Object.keys(flags).length > 0;
  return {
    ...(changes.patches.trim() === '' ? {} : { patches: changes.patches }),
    // JSON is YAML.
    ...(hasFlags ? { craneconfig: `${JSON.stringify({ 'optional-flags': flags })}\n` } : {}),
  };
}

/** Name of the file in the ConfigMap for a workspace. */
export function changeFileName(workspace: string): string {
  return workspace === 'patches' ? 'patches.yaml' : 'crane.yaml';
}

/** The params of a run about what is exported. */
export function exportParamsOf(source: CompleteAnswers['source']) {
  return { 'label-selector': source.labelSelector ?? '', ...kindParamsOf(source) };
}

/** The params of a run about what is exported and changed. */
export function changeParamsOf({ source, changes }: Pick<CompleteAnswers, 'source' | 'changes'>) {
  return {
    ...exportParamsOf(source),
    'namespace-mapping': changes.namespaces.map(({ from, to }) => `${from}=${to}`).join(','),
    modernize: modernizeOf(changes),
    'skip-plugins': changes.skipPlugins.join(','),
  };
}

/** What the Pipelines ask of crane-transform, with what is known before the run. `images`: undefined when none is copied. */
export function transformWishes(answers: CompleteAnswers, images: SyncPlan | undefined) {
  const { source, destination, changes } = answers;
  const { sourceRegistry, destinationRegistry, registries, copy } = answers.images;
  const pairOf = (where: 'internal' | 'public'): string =>
    `${sourceRegistry[where]}/${source.namespace}=${destinationRegistry[where]}/${destination.namespace}`;
  const others = images === undefined ? '' : formatReplacementPairs(images, parseRegistryNames(registries.join(',')));
  const params = changeParamsOf(answers);
  return {
    optionalFlags: JSON.stringify({
      'src-internal-registry': sourceRegistry.internal,
      ...conversionFlags(changes),
    }),
    registryReplacement: [pairOf('internal'), pairOf('public'), others].join(','),
    copiesImages: copy,
    modernize: modernizeOf(changes),
    namespaceMapping: `${source.namespace}=${destination.namespace},${params['namespace-mapping']}`,
    skipPlugins: params['skip-plugins'],
    pluginPriorities: '',
  };
}

/** What is wrong with the answers about changes. Patches are read elsewhere: they are YAML. */
export function checkChanges(answers: Pick<CompleteAnswers, 'source' | 'changes'>): readonly Problem[] {
  return [...checkSelector(answers.source.labelSelector ?? ''), ...checkFlags(answers.changes)];
}

function checkSelector(selector: string): readonly Problem[] {
  if (selector === '' || parseLabelSelector(selector) !== undefined) return [];
  const message = `${JSON.stringify(selector)} is not a label selector`;
  const remedy = 'Write it as for kubectl, for example app=shop or "tier in (web,api)".';
  return [errorAt('source.labelSelector', 'selector-invalid', { message, remedy })];
}

function checkFlags(changes: Changes): readonly Problem[] {
  const flags: OptionalFlags = { modernize: modernizeOf(changes), ...conversionFlags(changes) };
  try {
    toTransformOptions(flags);
    return [];
  } catch (error) {
    const message = messageOf(error);
    const remedy = 'Write a Gateway as namespace/name, and classes and domains as names with dots.';
    return [errorAt('changes.modernize', 'changes-invalid', { message, remedy })];
  }
}

function conversionFlags({ modernize, ingressClass, gateway, routeDomain }: Changes): OptionalFlags {
  if (modernize === 'none') return {};
  const flags = { 'ingress-class': ingressClass, gateway, 'route-domain': routeDomain };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== ''));
}

function modernizeOf({ modernize }: Changes): string {
  return modernize === 'none' ? '' : modernize;
}
