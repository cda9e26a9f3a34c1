import { isObject, ownValue, stringAt } from '../core/json-object.ts';

/** What a take-back does with an object. */
export type TakeBackFate =
  /** It is deleted, or would be. */
  | 'deleted'
  /** It does not exist any more. */
  | 'gone'
  /** It remains on purpose; the reason says why. */
  | 'kept'
  /** It was there before the move and was changed by it: its former content is unknown. */
  | 'not-restorable'
  /** It was changed after it was applied: it is deleted only if the user says so. */
  | 'changed-since'
  /** It cannot be deleted; the reason says why. */
  | 'failed';

export interface TakeBackItem {
  /** Such as `apps/v1 Deployment shop/web`. */
  readonly id: string;
  readonly fate: TakeBackFate;
  /** Code of docs/reason-codes.md. */
  readonly reason: string;
  readonly message: string;
}

const fates: Readonly<Record<string, TakeBackFate>> = {
  deleted: 'deleted',
  'would-delete': 'deleted',
  'gone-already': 'gone',
  'not-restorable': 'not-restorable',
  'changed-since': 'changed-since',
};

/**
 * Reads what crane-rollback has done, or would do, from its report. An item that is none of its own is left out.
 * @param report parsed, whatever it holds
 */
export function readTakeBack(items: readonly unknown[]): readonly TakeBackItem[] {
  const read = items.filter(isObject).flatMap((item): readonly TakeBackItem[] => {
    const [id, outcome, reason] = ['id', 'outcome', 'reason'].map((member) => stringAt(item, member));
    if (id === undefined || outcome === undefined || reason === undefined) return [];
    const other = outcome === 'failed' ? 'failed' : 'kept';
    const fate = ownValue(fates, reason) ?? other;
    return [{ id, fate, reason, message: stringAt(item, 'message') ?? '' }];
  });
  return read.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** What a list says of each object, for its digest: two lists with the same text ask for the same. */
export function takeBackText(run: string, items: readonly TakeBackItem[]): string {
  return JSON.stringify([run, ...items.map(({ id, fate, reason }) => [id, fate, reason])]);
}

/** The name by which `allow-changed` knows an object, `Deployment.apps/web`; undefined when the id is not that of one. */
export function nameOfItem(id: string): string | undefined {
  const [apiVersion = '', kind = '', place = ''] = id.split(' ');
  const name = place.slice(place.indexOf('/') + 1);
  if (kind === '' || name === '') return undefined;
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
  return `${kind}${group}/${name}`;
}
