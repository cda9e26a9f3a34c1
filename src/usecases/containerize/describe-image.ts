import { formatCycloneDx, sbomType } from '../../domain/containerize/cyclonedx.ts';
import type { FoundPackage } from '../../domain/containerize/packages.ts';
import { formatProvenance, statementType } from '../../domain/containerize/provenance.ts';
import { formatImageName, type PinnedImage } from '../../domain/oci/image-location.ts';
import type { ReferringDocument } from '../../domain/oci/referrer-artifact.ts';
import type { SourceImage } from '../images/archive/read-source-image.ts';
import type { FoundContainer } from './find-container.ts';
import { imageUrl, listPackages } from './find-packages.ts';
import type { ContainerizePorts, ContainerizeRequest } from './ports.ts';

export interface DescribedRun {
  readonly request: ContainerizeRequest;
  readonly found: FoundContainer;
  readonly base: SourceImage;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** The list of packages and the provenance of an image. */
export function describeImageOf(
  { request, found, base, startedAt }: DescribedRun,
  { image, packages }: { readonly image: PinnedImage; readonly packages: readonly FoundPackage[] },
  { version, exports, sha256 }: Pick<ContainerizePorts, 'version' | 'exports' | 'sha256'>,
): readonly ReferringDocument[] {
  const name = formatImageName({ host: image.host, path: image.path });
  const created = new Date(exports.now()).toISOString();
  const listed = { name, digest: image.digest, purl: imageUrl(image), created, version };
  const { host, path, digest } = base.source;
  const { profile, source } = found.profile;
  const provenance = formatProvenance({
    name,
    digest: image.digest,
    base: { name: formatImageName({ host, path }), digest },
    workload: found.workload,
    container: found.container,
    profileDigest: source === 'none' ? undefined : sha256(JSON.stringify(profile)),
    options: {
      'include-workspace': request.includeWorkspace,
      'include-paths': request.includePaths,
      'exclude-paths': request.excludePaths,
      'allow-incomplete': request.allowIncomplete,
      'group-rights': request.groupRights,
      'others-rights': request.othersRights,
      snapshots: request.snapshots,
      'file-times': request.fileTimes,
    },
    version,
    startedAt,
    finishedAt: created,
  });
  return [
    { type: sbomType, file: 'sbom.cdx.json', text: formatCycloneDx(listed, listPackages(packages)) },
    { type: statementType, file: 'provenance.json', text: provenance },
  ];
}
