import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageStore } from '../images/store.ts';
import { latestEvent } from '../images/tag-events.ts';
import { RegistryError } from './registry-error.ts';
import type { Repository } from './registry-path.ts';

/** `tags/list`: tags of the image stream that hold an image. Throws RegistryError 404 when there is no stream. */
export function answerTags(
  store: ImageStore,
  asked: { repository: Repository; request: IncomingMessage; response: ServerResponse },
): void {
  const { namespace, name } = asked.repository;
  const stream = store.stream(namespace, name);
  if (stream === undefined)
    throw new RegistryError('NAME_UNKNOWN', `repository name not known to registry: ${namespace}/${name}`);
  const tags = (stream.status.tags ?? [])
    .map(({ tag }) => tag)
    .filter((tag) => (latestEvent(stream, tag)?.image ?? '') !== '');
  sendPage(asked, tags, (page) => ({ name: `${namespace}/${name}`, tags: page }));
}

/** `_catalog`: all image streams. */
export function answerCatalog(store: ImageStore, asked: { request: IncomingMessage; response: ServerResponse }): void {
  const repositories = store.streams().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  sendPage(asked, repositories, (page) => ({ repositories: page }));
}

/** Pages by `n` and `last`, with a Link to the next one, as the distribution specification has it. */
function sendPage(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  names: readonly string[],
  toBody: (page: readonly string[]) => object,
): void {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const last = url.searchParams.get('last');
  const rest = last === null ? names : names.filter((name) => name > last);
  const size = Number(url.searchParams.get('n') ?? '0');
  const page = size > 0 ? rest.slice(0, size) : rest;
  const end = page.at(-1);
  const link =
    end === undefined || page.length === rest.length
      ? {}
      : { link: `<${url.pathname}?n=${String(size)}&last=${encodeURIComponent(end)}>; rel="next"` };
  const text = `${JSON.stringify(toBody(page))}\n`;
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...link })
    .end(text);
}
