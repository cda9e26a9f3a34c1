import type { DeclaredVariable } from './declared-variables.ts';
import type { DroppedVariable } from './plan.ts';
import { splitReferences } from './references.ts';
import { findSecretParts } from './secret-texts.ts';
import {
  containsWord,
  hasUrlLogin,
  isSecretName,
  matchesPattern,
  namesService,
  placeNamePatterns,
} from './variable-rules.ts';

/** What the user and the profile say about variables, and what is known of the place. */
export interface VariableChoices {
  /** Names, or patterns with `*`, that are left out. They win over `allow`. */
  readonly deny: readonly string[];
  /** Names, or patterns with `*`, that are harmless although they look secret or bound to the place. */
  readonly allow: readonly string[];
  /** Whether a value is a known secret or has the form of one. */
  readonly looksSecret: (value: string) => boolean;
  /** Names and addresses of the pod and its node. */
  readonly placeWords: readonly string[];
}

export interface Environment {
  readonly kept: readonly { readonly name: string; readonly value: string }[];
  readonly dropped: readonly DroppedVariable[];
  /** Secret values of variables that were left out, by value: they must not occur anywhere else. Never shown. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Shorter values occur in other texts by chance. */
const shortestSecret = 8;

interface Decisions {
  readonly kept: Map<string, string>;
  readonly dropped: Map<string, DroppedVariable>;
  readonly secrets: Map<string, string>;
}

/**
 * Decides which variables the image gets. References `$(NAME)` are expanded as Kubernetes does: to variables that come
 * before. A value that refers to a variable that is left out is left out too.
 */
export function decideVariables(declared: readonly DeclaredVariable[], choices: VariableChoices): Environment {
  const decisions: Decisions = { kept: new Map(), dropped: new Map(), secrets: new Map() };
  // A secret value can also be in a variable that comes before: all that names show is known first.
  for (const { name, from, value } of declared) {
    const isSecret = from === 'literal' || from === 'config-map' ? isDenied(name, choices) : false;
    if (isSecret && value.length >= shortestSecret) decisions.secrets.set(value, name);
  }
  for (const variable of declared) decide(variable, choices, decisions);
  return {
    kept: [...decisions.kept].map(([name, value]) => ({ name, value })),
    dropped: [...decisions.dropped.values()],
    secrets: decisions.secrets,
  };
}

function isDenied(name: string, { deny, allow }: VariableChoices): boolean {
  return matchesPattern(name, deny) || (isSecretName(name) && !matchesPattern(name, allow));
}

function decide(variable: DeclaredVariable, choices: VariableChoices, decisions: Decisions): void {
  const { name, source } = variable;
  const expanded = variable.from === 'literal' ? expand(variable.value, decisions) : { value: variable.value };
  const drop =
    bySource(variable) ?? expanded.drop ?? byName(name, choices) ?? byValue(expanded.value, choices, decisions);
  if (drop === undefined) {
    decisions.kept.set(name, expanded.value);
    return;
  }
  decisions.dropped.set(name, { name, source, ...drop });
  const isSecret = drop.reason === 'secret-value' || isDenied(name, choices);
  if (isSecret && expanded.value.length >= shortestSecret) decisions.secrets.set(expanded.value, name);
}

type Drop = Omit<DroppedVariable, 'name' | 'source'> & { readonly source?: string };

function bySource({ name, from }: DeclaredVariable): Drop | undefined {
  if (from === 'secret') return { reason: 'secret-source', supply: !matchesPattern(name, placeNamePatterns) };
  if (from === 'field') return { reason: 'runtime-field', supply: false };
  return from === 'unknown' ? { reason: 'unknown-value', supply: true } : undefined;
}

function byName(name: string, choices: VariableChoices): Drop | undefined {
  if (matchesPattern(name, choices.deny)) return { reason: 'own-rule', supply: true };
  if (matchesPattern(name, choices.allow)) return undefined;
  const isBound = matchesPattern(name, placeNamePatterns);
  if (isSecretName(name)) return { reason: 'secret-name', supply: !isBound };
  return isBound ? { reason: 'bound-to-place', supply: false } : undefined;
}

function byValue(value: string, choices: VariableChoices, { secrets }: Decisions): Drop | undefined {
  const isSecret = hasUrlLogin(value) || findSecretParts(value).length > 0 || choices.looksSecret(value);
  if (isSecret) return { reason: 'secret-value', supply: true };
  for (const [secret, owner] of secrets) {
    if (value.includes(secret)) return { reason: 'secret-value', supply: true, source: `has the value of ${owner}` };
  }
  if (containsWord(value, choices.placeWords)) return { reason: 'bound-to-place', supply: false };
  return namesService(value) ? { reason: 'bound-to-place', supply: true } : undefined;
}

/** The environment variables that the kubelet sets for each Service: they are not in the pod. */
const serviceVariable = /^[A-Z_][A-Z0-9_]*_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)\w*)?)$/;

export function isServiceVariable(name: string): boolean {
  return name.length <= 300 && serviceVariable.test(name);
}

function expand(value: string, { kept, dropped }: Decisions): { readonly value: string; readonly drop?: Drop } {
  let text = '';
  let drop: Drop | undefined;
  for (const piece of splitReferences(value)) {
    if ('text' in piece) {
      text += piece.text;
      continue;
    }
    const { variable } = piece;
    const target = dropped.get(variable);
    text += kept.get(variable) ?? `$(${variable})`;
    if (target !== undefined)
      drop ??= { reason: target.reason, supply: target.supply, source: `refers to ${variable}` };
    else if (!kept.has(variable) && isServiceVariable(variable))
      drop ??= { reason: 'bound-to-place', supply: true, source: `refers to ${variable}` };
  }
  return drop === undefined ? { value: text } : { value: text, drop };
}
