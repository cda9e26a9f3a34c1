/** Reason codes of builds of images. */
export const buildReasons = {
  'image-readable': 'The image and all of its layers can be read.',
  'image-writable': 'The account can push to the repository of the image.',
  'image-built': 'The image was built and pushed.',
  'buildpack-used': 'The buildpack took part in the build.',
  'sbom-written': 'The software bill of materials was copied to the workspace.',
} as const;
