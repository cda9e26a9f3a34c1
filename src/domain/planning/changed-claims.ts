import { arrayAt, stringAt } from '../core/json-object.ts';
import type { ClaimChoice } from './answers.ts';

/** A claim whose name at the destination would change although a stage has copied it there. */
export interface RenamedClaim {
  readonly name: string;
  readonly staged: string;
  readonly wanted: string;
}

/**
 * The claims that new answers rename after a stage.
 * @param stored the plan that the stage had, parsed
 */
export function renamedClaims(stored: unknown, claims: readonly ClaimChoice[]): readonly RenamedClaim[] {
  const staged = new Map(
    arrayAt(stored, 'claims').map((claim) => [stringAt(claim, 'name') ?? '', stringAt(claim, 'newName') ?? '']),
  );
  return claims.flatMap(({ name, newName }) => {
    const known = staged.get(name);
    return known === undefined || known === newName ? [] : [{ name, staged: known, wanted: newName }];
  });
}
