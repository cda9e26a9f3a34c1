/** Reason codes of the registries to which applications are published. */
export const appReasons = {
  registry: 'The Secret describes a registry to which applications are published.',
  'registry-malformed': 'The Secret has the label of a registry, but does not describe one.',
  'registry-absent': 'There is no such registry.',
  'registry-deleted': 'The Secrets of the registry were deleted.',
} as const;
