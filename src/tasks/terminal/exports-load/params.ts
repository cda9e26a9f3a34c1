import type { Params } from '../../../runtime/define-task.ts';
import { confirmPublicParam } from '../../shared/exports.ts';
import { registryTlsVerifyParam } from '../../shared/registry-addresses.ts';
import { optional } from '../../shared/param-kinds.ts';
import { commonParams } from '../../shared/params.ts';

export const exportsLoadParams = {
  file: { type: 'string', isWord: true, description: 'Path of the file.' },
  'destination-image': optional(
    'Image that is pushed, registry/repository:tag. Without a tag it is pushed under its digest alone. Empty: the name in the archive.',
  ),
  'if-exists': commonParams['if-exists'],
  ...confirmPublicParam,
  ...registryTlsVerifyParam,
} as const satisfies Params;
