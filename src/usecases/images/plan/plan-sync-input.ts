import type { ImageChoice } from '../../../domain/images/plan/image-choice.ts';
import type { RegistryName } from '../../../domain/images/plan/external-registries.ts';
import type { PlanRequest } from '../../../domain/images/plan/plan-request.ts';
import type { Folder } from '../../../domain/core/ports.ts';

export interface PlanSyncInput {
  readonly exportFolder: Folder;
  /** Gets `plan.json` and the source list. */
  readonly planFolder: Folder;
  /** Name of the source list in the plan folder. */
  readonly sourceFile: string;
  readonly indexDigest: string | undefined;
  readonly source: { readonly registry: string; readonly internalRegistry: string };
  readonly destination: {
    readonly registry: string;
    readonly internalRegistry: string | undefined;
    readonly namespace: string;
    /** UID that the destination cluster must have. */
    readonly clusterUid: string | undefined;
  };
  readonly choice: ImageChoice;
  readonly builtImages: PlanRequest['builtImages'];
  /** Reasons, or images, whose problems are accepted. */
  readonly allowProblems: readonly string[];
  /** Registries without streams whose images are planned too. */
  readonly others: readonly RegistryName[];
  /** Name of the mapping file in its folder. */
  readonly mappingFile: string | undefined;
  /** Folder of the mapping file; undefined: the plan folder. */
  readonly mappingFolder: Folder | undefined;
  /** `accept-unneeded`: an empty address is an error only when an image must be copied from or to there. */
  readonly emptyAddresses: 'refuse' | 'accept-unneeded';
  /** What the caller calls its parameters, for messages. */
  readonly names: {
    readonly registry: string;
    readonly internalRegistry: string;
    readonly destinationRegistry: string;
    readonly namespace: string;
  };
}
