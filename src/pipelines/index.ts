import { appMove } from './app-move.ts';
import { appPortableImage } from './app-portable-image.ts';
import { appPush } from './app-push.ts';
import { craneAppMigration } from './crane-app-migration.ts';
import { craneCutover } from './crane-cutover.ts';
import { craneImageMigration } from './crane-image-migration.ts';
import { craneStage } from './crane-stage.ts';

/** All pipelines, in the order in which the documentation lists them. */
export const pipelines = [
  craneImageMigration,
  craneAppMigration,
  craneStage,
  craneCutover,
  appMove,
  appPush,
  appPortableImage,
];
