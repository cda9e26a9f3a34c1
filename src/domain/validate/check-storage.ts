import type { ApiSurface, StorageClass } from '../schemas/documents.ts';
import type { Item } from '../reports/outcome.ts';
import type { ClaimDemand } from './demand.ts';

/** One item for each storage class that claims name, and one for those that name none. */
export function checkStorage(
  claims: readonly ClaimDemand[],
  { storageClasses, unread }: ApiSurface,
): readonly Item<'validate'>[] {
  const names = new Map<string | undefined, number>();
  for (const { storageClass } of claims) names.set(storageClass, (names.get(storageClass) ?? 0) + 1);
  const unknown = unread.find(({ what }) => what === 'storageClasses');
  return [...names]
    .map(([name, count]): Item<'validate'> => {
      const item = { id: `storage class ${name ?? '(default)'}`, evidence: { claims: count } };
      if (name === '') return { ...item, id: 'storage class ""', ...manual };
      if (unknown !== undefined) return { ...item, outcome: 'skipped', reason: 'unknown', message: unknown.why };
      return { ...item, ...judge(name, storageClasses) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

type Judgement = Pick<Item<'validate'>, 'outcome' | 'reason' | 'message'>;

const manual: Judgement = {
  outcome: 'skipped',
  reason: 'unknown',
  message: 'such claims wait for a volume that an administrator makes',
};

function judge(name: string | undefined, classes: readonly StorageClass[]): Judgement {
  const standard = classes.find(({ isDefault }) => isDefault);
  const isThere = name === undefined ? standard !== undefined : classes.some((each) => each.name === name);
  if (isThere) return { outcome: 'done', reason: 'served' };
  const names = classes.map((each) => each.name).join(', ');
  const choice =
    names === '' ? 'the destination has none at all: install a provisioner' : `the destination has ${names}`;
  if (name === undefined) {
    return {
      outcome: 'failed',
      reason: 'no-default-class',
      message: `no storage class is the default, and the claims name none; ${choice}`,
    };
  }
  return { outcome: 'failed', reason: 'storage-class-missing', message: `${choice}: map it when the claims are moved` };
}
