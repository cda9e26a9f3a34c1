import { PackageURL } from 'packageurl-js';

import type { ListedPackage } from '../../domain/containerize/cyclonedx.ts';
import type { FileEntry, FileReader } from '../../domain/containerize/file-entry.ts';
import { findPackageFiles } from '../../domain/containerize/package-files.ts';
import { packageUrlParts, parsePackage, sortPackages, type FoundPackage } from '../../domain/containerize/packages.ts';
import type { PinnedImage } from '../../domain/oci/image-location.ts';

/**
 * Reads the files that describe packages, one at a time.
 * @param entries files of the image
 * @throws TaskError `incomplete` as `FileReader.read`
 */
export async function findPackages(
  entries: readonly FileEntry[],
  reader: Pick<FileReader, 'read'>,
): Promise<readonly FoundPackage[]> {
  const files = findPackageFiles(entries);
  if (files.length === 0) return [];
  const formats = new Map(files.map(({ entry, format }) => [entry.path, format]));
  const found: FoundPackage[] = [];
  for await (const { entry, content } of reader.read(files.map((file) => file.entry))) {
    const text = await readText(content);
    const format = formats.get(entry.path);
    const parsed = format === undefined ? undefined : parsePackage(format, entry.path, text);
    if (parsed !== undefined) found.push(parsed);
  }
  return sortPackages(found);
}

/** Packages with their package URLs. */
export function listPackages(packages: readonly FoundPackage[]): readonly ListedPackage[] {
  return packages.map((found) => {
    const { type, namespace, name, version } = packageUrlParts(found);
    return { ...found, purl: new PackageURL(type, namespace, name, version, undefined, undefined).toString() };
  });
}

/** The package URL of an image (type `oci`). */
export function imageUrl({ host, path, digest }: PinnedImage): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const qualifiers = { repository_url: `${host}/${path}` };
  return new PackageURL('oci', undefined, name, digest, qualifiers, undefined).toString();
}

async function readText(content: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of content) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
