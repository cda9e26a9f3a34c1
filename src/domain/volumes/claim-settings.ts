import { TaskError } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import { parseQuantity } from '../kube/quantity.ts';
import type { ClaimSetting, ClaimSettings } from '../schemas/documents.ts';
import { validateClaimSettings } from '../schemas/validators/claim-settings.ts';
import type { Claim } from './claim.ts';
import { asksForAllClaims, parseClaimPairs, type ClaimPair } from './transfer-values.ts';

/** A claim to move, with what is asked for it alone. */
export interface ClaimMove extends ClaimPair {
  /** Undefined: what the run asks for all claims. */
  readonly setting: Omit<ClaimSetting, 'name' | 'newName'> | undefined;
}

const remedy =
  'Write a JSON list such as [{"name":"data","newName":"files","storageClass":"fast","size":"10Gi",' +
  '"accessModes":["ReadWriteOnce"]}]; only name is required.';

/**
 * Reads the param claim-settings, a JSON list (schemas/claim-settings.schema.json); empty: no settings.
 * @throws TaskError `invalid-param`, all problems at once
 */
export function parseClaimSettings(text = ''): ClaimSettings {
  if (text.trim() === '') return [];
  const settings = parseDocument(text, validateClaimSettings, {
    name: 'claim-settings',
    remedy,
    code: 'invalid-param',
  });
  const names = settings.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  refuse([
    ...[...repeated].map((name) => `claim ${name} has several settings`),
    ...settings
      .filter(isAloneViolated)
      .map(({ name }) => `claim ${name}: ReadWriteOncePod allows no other access mode`),
  ]);
  return settings;
}

function isAloneViolated({ accessModes = [] }: ClaimSetting): boolean {
  return accessModes.length > 1 && accessModes.includes('ReadWriteOncePod');
}

/**
 * Gives each claim to move what its settings say.
 * @throws TaskError `invalid-param` for settings of other claims, for two names of one claim, and for claims that would
 *   have one name; all problems at once
 */
export function applyClaimSettings(pairs: readonly ClaimPair[], settings: ClaimSettings): readonly ClaimMove[] {
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  const sources = new Set(pairs.map(({ source }) => source));
  const unknown = settings.filter(({ name }) => !sources.has(name)).map(({ name }) => name);
  const problems = unknown.length === 0 ? [] : [`these are not among the claims to move: ${unknown.join(', ')}`];
  const moves = pairs.map(({ source, destination }): ClaimMove => {
    const { newName, ...setting } = byName.get(source) ?? {};
    if (newName !== undefined && destination !== source && destination !== newName)
      problems.push(`claim ${source} is renamed both to ${destination} and to ${newName}`);
    return { source, destination: newName ?? destination, setting: withoutName(setting) };
  });
  for (const [name, same] of Map.groupBy(moves, ({ destination }) => destination)) {
    const names = same.map(({ source }) => source).join(' and ');
    if (same.length > 1) problems.push(`claims ${names} would both be named ${name}`);
  }
  refuse(problems);
  return moves;
}

function withoutName({ name, ...setting }: Partial<ClaimSetting>): ClaimMove['setting'] {
  return name === undefined ? undefined : setting;
}

/**
 * Checks settings against the claims of the source.
 * @throws TaskError `invalid-param` for claims that do not exist there, block devices, and sizes below that of the
 *   source; all problems at once
 */
export function checkClaimSettings(settings: ClaimSettings, claims: readonly Claim[]): void {
  const byName = new Map(claims.map((claim) => [claim.name, claim]));
  refuse(settings.flatMap((setting) => problemsOf(setting, byName.get(setting.name))));
}

function problemsOf({ name, size }: ClaimSetting, claim: Claim | undefined): readonly string[] {
  if (claim === undefined) return [`the source has no claim ${name}`];
  if (claim.block) return [`claim ${name} is a block device (volumeMode Block), which has no files to copy`];
  if (size === undefined || parseQuantity(size) >= parseQuantity(claim.size)) return [];
  return [`claim ${name}: the size ${size} is less than ${claim.size} of the source`];
}

/** Names at the destination of claims that are moved, for the workloads that use them. */
export interface ClaimNames {
  /** By their names at the source. */
  readonly byName: ReadonlyMap<string, string>;
  /** Whether claims without an entry are moved too, under their own names. */
  readonly isAll: boolean;
}

/** No claim gets another name. */
export const sameClaimNames: ClaimNames = { byName: new Map(), isAll: true };

/**
 * Reads what claims are called at the destination.
 * @param claims names, `name:new-name` pairs, or `*`, as the transfer gets them
 * @throws TaskError `invalid-param`
 */
export function readClaimNames(claims: string, settings: ClaimSettings): ClaimNames {
  const names = settings.map(({ name }) => name);
  const moves = applyClaimSettings(parseClaimPairs(claims, undefined, names), settings);
  return {
    byName: new Map(moves.map(({ source, destination }) => [source, destination])),
    isAll: asksForAllClaims(claims),
  };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new TaskError('invalid-param', `reading claim-settings: ${problems.join('; ')}`, { remedy });
}
