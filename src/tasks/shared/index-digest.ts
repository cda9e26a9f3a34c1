import type { StringParam } from '../../runtime/define-task.ts';

/** For tasks that read an export. */
export const exportIndexDigest = {
  type: 'string',
  default: '',
  description:
    'Digest that the index of the export must have, `sha256:<hex>`: the result index-digest of crane-export. Empty: the ' +
    'index is taken as it is. Each file is always checked against the index, if there is one.',
} as const satisfies StringParam;

/** For tasks that read manifests, which users may edit before. */
export const manifestIndexDigest = {
  type: 'string',
  default: '',
  description:
    'Digest that the index of the manifests must have, `sha256:<hex>`: the result index-digest of crane-apply. Empty: ' +
    'not checked, so manifests may have been edited or added.',
} as const satisfies StringParam;
