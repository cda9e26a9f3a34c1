import { ownValue } from '../core/json-object.ts';
import { amountOf } from '../kube/quantity.ts';
import { isObjectName } from '../kube/resource.ts';
import type { MoveAnswers } from '../schemas/documents.ts';
import type { ClaimChoice, CompleteAnswers } from './answers.ts';
import type { SourceClaim } from './claim-inventory.ts';
import type { Inventory } from './inventory.ts';
import { errorAt, warningAt, type Problem } from './problem.ts';

const accessModes: readonly string[] = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** What is wrong with the answers about claims. */
export function checkClaims(inventory: Inventory, given: MoveAnswers, answers: CompleteAnswers): readonly Problem[] {
  const { settings } = answers.claims;
  const moved = settings.filter(({ move }) => move);
  return [
    ...checkKnown(inventory, given),
    ...moved.flatMap((claim) => checkClaim(inventory, claim)),
    ...moved.flatMap((claim) => checkNewName(inventory, claim, moved)),
    ...(settings.length > 0 && moved.length === 0 ? [noClaims(settings.length)] : []),
  ];
}

function checkKnown({ source }: Inventory, { claims }: MoveAnswers): readonly Problem[] {
  // What may not be listed is a problem of its own.
  if (source.kinds.some(({ plural, state }) => plural === 'persistentvolumeclaims' && state !== 'listed')) return [];
  const known = new Set(source.claims.map(({ name }) => name));
  const names = (claims?.settings ?? []).map(({ name }) => name);
  const unknown = names.filter((name) => !known.has(name));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...unknown.map((name) =>
      errorAt(pathOf(name), 'claim-unknown', {
        message: `namespace ${source.namespace} has no claim ${name}`,
        remedy: 'Correct the name, or remove the entry.',
      }),
    ),
    ...repeated.map((name) =>
      errorAt(pathOf(name), 'claim-unknown', {
        message: `claim ${name} has two entries`,
        remedy: 'Keep one of them.',
      }),
    ),
  ];
}

function checkClaim(inventory: Inventory, claim: ClaimChoice): readonly Problem[] {
  const originals = inventory.source.claims.filter(({ name }) => name === claim.name);
  return [
    ...originals.flatMap((original) => [...checkBlock(original), ...checkSize(original, claim)]),
    ...checkModes(claim),
    ...checkClass(inventory, claim),
  ];
}

function checkBlock({ name, isBlock }: SourceClaim): readonly Problem[] {
  if (!isBlock) return [];
  const message = `claim ${name} is a block device, which is not copied`;
  return [errorAt(`${pathOf(name)}.move`, 'claim-block', { message, remedy: 'Set move to false for this claim.' })];
}

function checkSize(original: SourceClaim, { name, size }: ClaimChoice): readonly Problem[] {
  const path = `${pathOf(name)}.size`;
  const wanted = /[nu]$/.test(size) ? undefined : amountOf(size);
  if (wanted === undefined || wanted <= 0) {
    const message = `${JSON.stringify(size)} is not the size of a claim`;
    return [errorAt(path, 'claim-size', { message, remedy: 'Write a quantity such as 10Gi or 500M.' })];
  }
  if (wanted >= (amountOf(original.size) ?? 0)) return [];
  const message = `${size} is less than the ${original.size} of claim ${name}`;
  return [errorAt(path, 'claim-size', { message, remedy: `Ask for ${original.size} or more.` })];
}

function checkModes({ name, accessModes: modes }: ClaimChoice): readonly Problem[] {
  const wrong = modes.filter((mode) => !accessModes.includes(mode));
  if (wrong.length === 0 && modes.length > 0) return [];
  const message = modes.length === 0 ? `claim ${name} has no access mode` : `${wrong.join(', ')}: not an access mode`;
  const remedy = `Write some of ${accessModes.join(', ')}.`;
  return [errorAt(`${pathOf(name)}.accessModes`, 'claim-mode', { message, remedy })];
}

function checkClass({ destination }: Inventory, { name, storageClass }: ClaimChoice): readonly Problem[] {
  const { storageClasses, unread } = destination.surface;
  if (unread.some(({ what }) => what === 'storageClasses')) return [];
  const path = `${pathOf(name)}.storageClass`;
  const known = storageClasses.map((each) => each.name);
  if (storageClass === '') {
    const message = `the destination has no default StorageClass for claim ${name}`;
    const remedy = known.length === 0 ? 'Create a StorageClass there.' : `Choose one of ${known.join(', ')}.`;
    return [errorAt(path, 'class-unknown', { message, remedy })];
  }
  if (known.includes(storageClass)) return [];
  const message = `the destination has no StorageClass ${storageClass}`;
  return [errorAt(path, 'class-unknown', { message, remedy: `Choose one of ${known.join(', ')}.` })];
}

function checkNewName(
  { source, destination }: Inventory,
  claim: ClaimChoice,
  moved: readonly ClaimChoice[],
): readonly Problem[] {
  const { name, newName } = claim;
  const path = `${pathOf(name)}.newName`;
  if (!isObjectName(newName)) {
    const message = `${JSON.stringify(newName)} is not the name of a claim`;
    return [
      errorAt(path, 'claim-name-taken', { message, remedy: 'Write lower-case letters, digits, dashes and dots.' }),
    ];
  }
  const twins = moved.filter((other) => other.newName === newName && other.name !== name);
  if (twins.length > 0) {
    const message = `claims ${[name, ...twins.map((twin) => twin.name)].join(' and ')} would both be ${newName}`;
    return [errorAt(path, 'claim-name-taken', { message, remedy: 'Give each claim a name of its own.' })];
  }
  const madeFor = ownValue(destination.claims, newName);
  // An earlier stage made it: the copy is continued.
  if (madeFor === undefined || madeFor === ownMark(source, name)) return [];
  const message = `the destination has a claim ${newName} that no stage of claim ${name} made`;
  const remedy = 'Choose another name, or delete the claim at the destination if its data is not needed.';
  return [errorAt(path, 'claim-name-taken', { message, remedy })];
}

// As crane-transfer-pvc writes it.
function ownMark({ clusterUid, namespace }: Inventory['source'], claim: string): string {
  return [clusterUid, namespace, claim].filter((part) => part !== '').join('/');
}

function noClaims(count: number): Problem {
  const message = `none of the ${String(count)} claims is moved`;
  const remedy = 'Workloads that mount them do not start until claims with these names exist.';
  return warningAt('claims.settings', 'no-claims', { message, remedy });
}

function pathOf(claim: string): string {
  return `claims.settings.${claim}`;
}
