/** Reason codes of the registries to which applications are published. */
export const appReasons = {
  registry: 'The Secret describes a registry to which applications are published.',
  'registry-malformed': 'The Secret has the label of a registry, but does not describe one.',
  'registry-absent': 'There is no such registry.',
  'registry-deleted': 'The Secrets of the registry were deleted.',
} as const;

/** Reason codes of exports of applications. */
export const appExportReasons = {
  exported: 'The values, the chart and the images of the release were written.',
  'release-uninstalled': 'The release was uninstalled and only its history is kept. It was not exported.',
  'digest-in-name': 'The image was exported by the digest in its name.',
  'digest-of-pod': 'The image was exported by the digest that a running pod reports.',
  'digest-of-registry': 'No pod reports a digest, so the current image of the registry was exported.',
  'image-mention': 'The text looks like the name of an image. The image was not exported.',
  'not-in-export': 'The release needs the object, which is not part of the export.',
  'object-not-read':
    'The release has an object without apiVersion or without a name. Its images are not part of the export.',
  'data-not-in-export': 'The claim is part of the chart. Its files are not part of the export.',
  'origin-not-recorded':
    'The release does not record the source of its chart, so the chart is rebuilt from the release.',
  'source-equal': 'The chart of the named source is equal to the chart of the release.',
  'app-chart-equal': 'The chart of the AppChart of the application is equal to the chart of the release.',
  'app-chart-not-used': 'The chart of the AppChart of the application was not taken. The message has the cause.',
  'not-rendered': 'The chart was not rendered and compared with the objects of the release.',
  'render-needs-cluster':
    'The chart cannot be rendered without its cluster, so it was not compared with the objects of the release.',
  'render-equal': 'The chart renders the objects of the release.',
  'render-different': 'The chart renders an object with other content than the release has.',
  'changes-with-each-render': 'The template can render other content each time.',
  'subchart-left-out': 'The subchart is disabled in the release and not part of the chart.',
  'origin-address': 'The values name an image address of the source cluster. Replace it at the destination.',
} as const;

/** Reason codes of the images of an application that are pushed to a registry. */
export const appImagesReasons = {
  'image-pushed': 'The image was pushed to the destination registry.',
  'image-present': 'The destination registry already had the image.',
  'image-skipped': 'The tag means another image at the destination, and the params accept this.',
  'image-not-pushed': 'The image was not pushed, because the run is a dry run.',
  'pull-address-unchecked':
    'The address that the nodes pull from does not answer from here. What it has was not compared with what was pushed.',
} as const;

/** Reason codes of imports of applications. */
export const appImportReasons = {
  'image-not-in-values': 'The image was pushed, but no value of the release names it.',
  'value-in-list': 'The value is in a list of the defaults of the chart, so it was not changed.',
  'value-image': 'The value names the image at the destination.',
  'value-route': 'The value names the route at the destination.',
  'value-app-name': 'The value is the name of the application at the destination.',
  'release-installed': 'The release was installed.',
  'release-upgraded': 'The release was upgraded.',
  'release-unchanged': 'The release already has this content.',
  'release-checked': 'The release can be installed. A dry run changes nothing.',
} as const;

/** Reason codes of charts that are published with their images. */
export const appPublishReasons = {
  'chart-pushed': 'The chart was pushed to the destination registry.',
  'chart-present': 'The destination registry already had the chart.',
  'chart-not-pushed': 'The chart was not pushed, because the run is a dry run.',
  'chart-image': 'The value of the chart names the image at the destination.',
  'chart-value-in-list': 'The value is in a list of the defaults of a subchart, so it was not changed.',
  'image-not-in-chart': 'The image was pushed, but no value of the chart names it.',
} as const;

/** Reason codes of the sources of applications. */
export const sourceReasons = {
  uploaded: 'The source was uploaded.',
  resumed: 'The upload of an earlier run was continued.',
  present: 'The object storage already had this source.',
  listed: 'The files were listed. Nothing was uploaded.',
  ignored: 'A rule leaves the file or folder out.',
  'not-in-repository': 'The Git repository has only a reference to the content: a submodule, or a pointer of Git LFS.',
  fetched: 'The source was downloaded and its checksum compared.',
  'fetched-unproven': 'The source was downloaded. The object has no checksum to compare.',
  unpacked: 'The archive was unpacked completely.',
} as const;
