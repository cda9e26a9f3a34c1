import { sha256Of } from '../../../adapters/files/digest.ts';
import { openIfGiven, openInputFolder } from '../../../adapters/files/local-folder.ts';
import type { TaskInput } from '../../../runtime/define-task.ts';
import type { PlanTransformInput } from '../../../usecases/transform/plan-transform.ts';
import { readImagePlan } from '../../../usecases/transform/read-image-plan.ts';
import { claimWishesOf } from '../../shared/claim-wishes.ts';
import type { craneTransformParams, transformWorkspaces } from './params.ts';

/** What the user asks of a transformation, with the image plan of the export. @throws TaskError */
export async function wantedOf({
  params,
  workspaces,
}: TaskInput<typeof craneTransformParams, typeof transformWorkspaces>): Promise<PlanTransformInput> {
  const plan = { folder: openIfGiven(workspaces.skopeo), digest: params['plan-digest'] };
  return {
    optionalFlags: params['optional-flags'],
    registryReplacement: params['registry-replacement'],
    copiesImages: params.images === 'copy',
    modernize: params.modernize,
    namespaceMapping: params['namespace-mapping'],
    skipPlugins: params['skip-plugins'],
    pluginPriorities: params['plugin-priorities'],
    craneConfig: openIfGiven(workspaces.craneconfig, openInputFolder),
    patches: openIfGiven(workspaces.patches, openInputFolder),
    claimWishes: claimWishesOf(params),
    planned: await readImagePlan(plan, sha256Of),
  };
}
