import { arrayAt, isObject, ownValue, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { flatMapList } from '../core/lists.ts';
import { kindOf, type Resource } from '../kube/resource.ts';
import { templateClass } from '../transform/rules/claim-patches.ts';
import { parseClaim } from '../volumes/claim.ts';
import { applyClaimSettings, checkClaimSettings, type ClaimMove } from '../volumes/claim-settings.ts';
import { askedClass, type ClaimWishes } from '../volumes/claim-wishes.ts';
import { asksForAllClaims, parseClaimPairs } from '../volumes/transfer-values.ts';

/**
 * The resources with their claims as crane-transfer-pvc would create them at the destination, and claim templates with
 * the classes that crane-transform gives them. Claims that are not moved are left out.
 * @throws TaskError `invalid-param` for settings that do not fit the claims
 */
export function withMovedClaims(resources: Iterable<Resource>, wishes: ClaimWishes): Iterable<Resource> {
  const claims = Iterator.from(resources).filter(isClaim).toArray();
  checkClaimSettings(wishes.settings, claims.map(parseClaim));
  const names = claims.map(({ metadata }) => metadata.name);
  const pairs =
    names.length === 0 && asksForAllClaims(wishes.claims) ? [] : parseClaimPairs(wishes.claims, undefined, names);
  const moves = new Map(applyClaimSettings(pairs, wishes.settings).map((move) => [move.source, move]));
  return flatMapList(resources, (resource) => {
    if (!isClaim(resource)) return [withTemplates(resource, wishes)];
    const move = moves.get(resource.metadata.name);
    return move === undefined ? [] : [moved(resource, move, wishes)];
  });
}

function moved(claim: Resource, { destination, setting }: ClaimMove, wishes: ClaimWishes): Resource {
  const spec = ownValue(claim, 'spec');
  const own = stringAt(spec, 'storageClassName');
  const size = setting?.size ?? valueAt(spec, 'resources', 'requests', 'storage');
  return {
    ...claim,
    metadata: { ...claim.metadata, name: destination },
    spec: {
      ...withClass(spec, setting?.storageClass ?? askedClass(own, wishes)),
      resources: { requests: { storage: size } },
    },
  };
}

function withTemplates(resource: Resource, wishes: ClaimWishes): Resource {
  if (kindOf(resource) !== 'StatefulSet.apps') return resource;
  const volumeClaimTemplates = arrayAt(resource, 'spec', 'volumeClaimTemplates').map((found) => {
    const template = isObject(found) ? found : {};
    return { ...template, spec: withClass(template['spec'], templateClass(resource, { template }, wishes)) };
  });
  const { spec } = resource as { readonly spec?: JsonObject };
  return { ...resource, spec: { ...spec, volumeClaimTemplates } };
}

function withClass(spec: unknown, asked: string | undefined): JsonObject {
  return { ...(isObject(spec) ? spec : {}), ...(asked === undefined ? {} : { storageClassName: asked }) };
}

function isClaim(resource: Resource): boolean {
  return kindOf(resource) === 'PersistentVolumeClaim';
}
