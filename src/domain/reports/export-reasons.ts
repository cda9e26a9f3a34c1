/** What became of an export of an application as an image. */
export const exportsReasons = {
  deleted: 'The image was deleted, and the registry no longer has it.',
  'gone-already': 'The image was deleted before. The registry does not have it.',
  'would-delete': 'The export would be deleted without dry-run.',
  'record-deleted': 'The record was deleted. The registry does not have the image.',
  'still-public': 'The image was not deleted. Anyone can still pull it.',
  'still-there': 'The image was not deleted. The registry still has it.',
  'shared-digest': 'Other tags have the same image, and would be deleted too.',
  'helper-deleted': 'The object that a killed run left beside the application was deleted.',
  'would-delete-helper': 'The object that a killed run left beside the application would be deleted without dry-run.',
  'in-progress': 'The run of the export is alive.',
  'record-invalid': 'The ConfigMap has the label of an export, and is not the record of one.',
  archived: 'The image was written to the archive.',
  loaded: 'The image was pushed, and has the digest that it had before.',
  'loaded-other-digest':
    'The image was pushed with the same configuration. Its manifest has another digest, because the archive has none.',
  present: 'The registry already had the image.',
} as const;
