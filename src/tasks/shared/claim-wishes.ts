import { parseClaimSettings } from '../../domain/volumes/claim-settings.ts';
import type { ClaimWishes } from '../../domain/volumes/claim-wishes.ts';
import { parsePairs } from '../../domain/volumes/transfer-values.ts';
import type { ValuesOf } from '../../runtime/define-task.ts';
import type { claimClassParams, commonParams } from './params.ts';

type ClaimParams = typeof claimClassParams & Pick<typeof commonParams, 'claims' | 'claim-settings'>;

/** What the params ask of claims at the destination. @throws TaskError `invalid-param` */
export function claimWishesOf(params: ValuesOf<ClaimParams>): ClaimWishes {
  return {
    claims: params.claims,
    settings: parseClaimSettings(params['claim-settings']),
    storageClass: params['storage-class'],
    classMap: parsePairs('storage-class-map', params['storage-class-map']),
  };
}
