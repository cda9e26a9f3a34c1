import { ExternalError } from '../images/external-registry.ts';
import type { ImageFinder } from '../images/importer.ts';
import { parseTagReference } from '../images/parse-stream.ts';
import type { ImageStore } from '../images/store.ts';
import type { StreamWriter } from '../images/stream-writer.ts';
import { parseImageReference } from '../images/image-reference.ts';
import { at, listAt, stringAt } from '../json.ts';
import { ApiError } from './api-error.ts';
import { isDryRun, namespaceOf, type ApiAnswer, type ApiRequest, type Resource } from './api-request.ts';

/** What imports on request need. */
export interface ImportParts {
  readonly store: ImageStore;
  readonly writer: StreamWriter;
  readonly find: ImageFinder;
}

/** imagestreamimports, create only: looks images up at their registry, and with `spec.import` tags them into the stream. */
export function imageStreamImports(parts: ImportParts): Resource {
  return {
    name: 'imagestreamimports',
    singularName: 'imagestreamimport',
    kind: 'ImageStreamImport',
    namespaced: true,
    handlers: { create: async (request) => importImages(parts, request) },
  };
}

async function importImages(parts: ImportParts, request: ApiRequest): Promise<ApiAnswer> {
  const namespace = namespaceOf(request);
  const name = stringAt(request.body, 'metadata', 'name');
  if (name === undefined)
    throw new ApiError('Invalid', 'ImageStreamImport.image.openshift.io "" is invalid: metadata.name: Required value');
  const wanted = listAt(request.body, 'spec', 'images').map((spec) => parseTagReference(spec, tagName(spec)));
  const images = await Promise.all(
    wanted.map(async (tag) => {
      try {
        const { image } = await parts.find(tag, namespace);
        return { status: { metadata: {}, status: 'Success' }, tag: tag.name, image };
      } catch (error) {
        if (!(error instanceof ExternalError)) throw error;
        return {
          status: { metadata: {}, status: 'Failure', message: error.message, reason: error.reason },
          tag: tag.name,
        };
      }
    }),
  );
  const isImport = at(request.body, 'spec', 'import') === true;
  // Writing the tags starts their import; the lookup above only tells the user at once how it will end.
  if (isImport)
    await writeTags(parts, request, { namespace, name, tags: wanted.map((tag) => ({ ...tag, generation: 0 })) });
  const body = {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, namespace, creationTimestamp: null },
    spec: at(request.body, 'spec') ?? {},
    status: { ...(isImport ? { import: parts.store.stream(namespace, name) } : {}), images },
  };
  return { status: 201, body };
}

async function writeTags(
  { store, writer }: ImportParts,
  request: ApiRequest,
  { namespace, name, tags }: { namespace: string; name: string; tags: readonly ReturnType<typeof parseTagReference>[] },
): Promise<void> {
  const context = { user: request.user, dryRun: isDryRun(request) };
  if (store.stream(namespace, name) === undefined) {
    await writer.create(namespace, { name, spec: { lookupPolicy: { local: false }, tags } }, context);
    return;
  }
  const names = new Set(tags.map((tag) => tag.name));
  await writer.update(
    { namespace, name },
    ({ spec, metadata }) => {
      const { labels, annotations } = metadata;
      const kept = (spec.tags ?? []).filter((tag) => !names.has(tag.name));
      return {
        name,
        spec: { ...spec, tags: [...kept, ...tags] },
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
      };
    },
    context,
  );
}

function tagName(spec: unknown): string {
  return stringAt(spec, 'to', 'name') ?? parseImageReference(stringAt(spec, 'from', 'name') ?? '')?.tag ?? 'latest';
}
