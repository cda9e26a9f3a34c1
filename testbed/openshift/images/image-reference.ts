/** Parts of an image reference. `registry` may carry a port; tag and digest may both be missing. */
export interface ImageReference {
  readonly registry: string;
  /** Path without the registry. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Parses `[registry/]path[:tag][@digest]` with Docker's defaults (docker.io, library/). Undefined when it is not a reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const match =
    /^(?<name>[^@:\s]+(?::\d+\/[^@:\s]+)?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[a-f0-9]{32,}))?$/.exec(
      text,
    );
  const name = match?.groups?.['name'];
  if (name === undefined) return undefined;
  const { tag, digest } = match?.groups ?? {};
  return { ...splitRegistry(name), ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The reference that names one digest: `registry/repository@digest`. */
export function exactReference(reference: ImageReference, digest: string): string {
  return `${reference.registry}/${reference.repository}@${digest}`;
}

function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (first.includes('.') || first.includes(':') || first === 'localhost')
    return { registry: first, repository: name.slice(slash + 1) };
  return { registry: 'docker.io', repository: slash < 0 ? `library/${name}` : name };
}
