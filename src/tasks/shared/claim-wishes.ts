import { parseClaimSettings } from '../../domain/volumes/claim-settings.ts';
import type { ClaimWishes } from '../../domain/volumes/claim-wishes.ts';
import { assertClassNames, parsePairs } from '../../domain/volumes/transfer-values.ts';
import type { ValuesOf } from '../../runtime/define-task.ts';
import type { claimClassParams, commonParams } from './params.ts';

type ClaimParams = typeof claimClassParams & Pick<typeof commonParams, 'claims' | 'claim-settings'>;

/** What the params ask of claims at the destination. @throws TaskError `invalid-param` */
export function claimWishesOf(params: ValuesOf<ClaimParams>): ClaimWishes {
  const storageClass = params['storage-class'];
  const classMap = parsePairs('storage-class-map', params['storage-class-map']);
  assertClassNames('storage-class', storageClass === undefined ? [] : [storageClass]);
  assertClassNames('storage-class-map', [...classMap].flat());
  return { claims: params.claims, settings: parseClaimSettings(params['claim-settings']), storageClass, classMap };
}
