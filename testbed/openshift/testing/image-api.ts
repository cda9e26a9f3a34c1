import { isObject, type JsonObject } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/** Path of the group, as every request starts. */
export const group = '/apis/image.openshift.io/v1';

/** An answer with its body as an object. */
interface ImageApiAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Requests to image.openshift.io/v1 with paths below the group. */
export interface ImageApi {
  readonly ask: (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<ImageApiAnswer>;
  /** `type` is the media type without `application/`. */
  readonly patch: (path: string, body: object, type: string) => Promise<ImageApiAnswer>;
}

/** The API as tests speak it. */
export function imageApi(kube: KubeClient): ImageApi {
  const toAnswer = ({ status, body }: { status: number; body: unknown }): ImageApiAnswer => ({
    status,
    body: isObject(body) ? body : {},
  });
  return {
    ask: async (method, path, body) =>
      toAnswer(await kube.send({ method, path: `${group}/${path}`, ...(body === undefined ? {} : { body }) })),
    patch: async (path, body, type) =>
      toAnswer(
        await kube.send({ method: 'PATCH', path: `${group}/${path}`, body, contentType: `application/${type}` }),
      ),
  };
}

/** An ImageStream to send. `rest` replaces members of it. */
export function streamBody(name: string, spec: object = {}, rest: object = {}): object {
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name }, spec, ...rest };
}

/** A spec tag that points at another tag. */
export function aliasTag(name: string, from: string, namespace?: string): object {
  return { name, from: { kind: 'ImageStreamTag', name: from, ...(namespace === undefined ? {} : { namespace }) } };
}
