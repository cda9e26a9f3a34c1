import type { FoundPackage } from './packages.ts';

/** A package with its package URL. */
export interface ListedPackage extends FoundPackage {
  readonly purl: string;
}

/** The image that a list of its packages is about. */
export interface ListedImage {
  /** Without tag and digest: `registry/repository`. */
  readonly name: string;
  readonly digest: string;
  /** The package URL of the image. */
  readonly purl: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  /** Version of crane-tasks. */
  readonly version: string;
}

/** Media type of the list, as IANA has it. */
export const sbomType = 'application/vnd.cyclonedx+json';

/**
 * The software bill of materials of an image as CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/). It has the
 * packages of the new layers; those of the base image are a matter of its own list. Equal input gives equal bytes: it
 * has no random serial number.
 * @param packages sorted
 */
export function formatCycloneDx(image: ListedImage, packages: readonly ListedPackage[]): string {
  const { name, digest, purl, created, version } = image;
  const [algorithm = '', hash = ''] = digest.split(':');
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: created,
      tools: { components: [{ type: 'application', name: 'crane-tasks', version }] },
      component: {
        type: 'container',
        'bom-ref': purl,
        name,
        version: digest,
        hashes: [{ alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: hash }],
        purl,
      },
    },
    components: mergeCopies(packages).map(componentOf),
    compositions: [{ aggregate: 'incomplete', assemblies: [purl] }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A package URL once, with all paths where the package is installed. */
function mergeCopies(packages: readonly ListedPackage[]): readonly (readonly [ListedPackage, readonly string[]])[] {
  const paths = new Map<string, [ListedPackage, string[]]>();
  for (const each of packages) {
    const known = paths.get(each.purl);
    if (known === undefined) paths.set(each.purl, [each, [each.path]]);
    else known[1].push(each.path);
  }
  return [...paths.values()];
}

function componentOf([{ ecosystem, name, version, licence, purl }, paths]: readonly [
  ListedPackage,
  readonly string[],
]): object {
  return {
    type: ecosystem === 'vscode-extension' ? 'application' : 'library',
    'bom-ref': purl,
    name,
    version,
    // Packages state licences in words of their own: no known identifier is claimed.
    ...(licence !== '' && { licenses: [{ license: { name: licence } }] }),
    purl,
    evidence: { occurrences: paths.map((location) => ({ location })) },
  };
}
