import type { ImageLocation } from '../../src/domain/oci/image-location.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { collectBuildEvidence } from '../../src/domain/images/plan/build-evidence.ts';
import { readImageStream } from '../../src/domain/images/image-stream.ts';
import { plainRules } from '../../src/domain/images/plan/placing-rules.ts';
import { copyAll } from '../../src/domain/images/plan/image-choice.ts';
import { planImages } from '../../src/domain/images/plan/plan-images.ts';
import type { PlanRequest } from '../../src/domain/images/plan/plan-request.ts';
import { internalAliases } from '../../src/domain/images/registry-hosts.ts';
import { findRunningDigests, findSplitTags } from '../../src/domain/images/plan/running-images.ts';
import { findWorkloadImages } from '../../src/domain/images/workload-images.ts';
import type { JsonObject } from '../../src/domain/core/json-object.ts';
import type { Resource } from '../../src/domain/kube/resource.ts';

export const internal = 'image-registry.openshift-image-registry.svc:5000';
export const outside = 'registry.apps.source.test';
export const destination = 'registry.apps.destination.test';

/** A digest that is told from others by one hexadecimal digit. */
export function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

export function aResource(kind: string, name: string, rest: JsonObject & { metadata?: JsonObject } = {}): Resource {
  return { apiVersion: 'v1', kind, ...rest, metadata: { namespace: 'shop', name, ...rest.metadata } };
}

interface TagSample {
  readonly spec?: JsonObject;
  /** `dockerImageReference@digest` by item, newest first. */
  readonly items?: readonly string[];
  readonly conditions?: readonly JsonObject[];
}

/** An ImageStream as OpenShift shows it; items are written `host/path@digest`. */
export function aStream(name: string, tags: Readonly<Record<string, TagSample>>, rest: JsonObject = {}): Resource {
  const entries = Object.entries(tags);
  const status = entries.filter(([, tag]) => tag.items !== undefined || tag.conditions !== undefined);
  return aResource('ImageStream', name, {
    apiVersion: 'image.openshift.io/v1',
    spec: { tags: entries.flatMap(([tag, { spec }]) => (spec === undefined ? [] : [{ name: tag, ...spec }])), ...rest },
    status: {
      tags: status.map(([tag, { items = [], conditions }]) => ({
        tag,
        items: items.map((reference) => ({
          dockerImageReference: reference,
          image: reference.slice(reference.indexOf('@') + 1),
        })),
        conditions,
      })),
    },
  });
}

export function inNamespace(namespace: string, resource: Resource): Resource {
  return { ...resource, metadata: { ...resource.metadata, namespace } };
}

export function aDeployment(name: string, image: string, rest: JsonObject = {}): Resource {
  return aResource('Deployment', name, {
    apiVersion: 'apps/v1',
    spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
    ...rest,
  });
}

/** The request that a plan is made from, with every part taken from resources as a use-case takes it. */
export function aRequest(resources: readonly Resource[], changes: Partial<PlanRequest> = {}): PlanRequest {
  const aliases = internalAliases({ internal, public: [outside] });
  const namespaces = new Set(['shop']);
  const pods = resources.filter(({ kind }) => kind === 'Pod');
  const found = resources
    .filter(({ kind }) => kind !== 'ImageStream')
    .map((resource) => findWorkloadImages(resource, aliases));
  return {
    source: { registry: outside, internalRegistry: internal },
    destination: { registry: destination, namespace: 'shop-new' },
    aliases,
    namespaces,
    streams: resources.filter(({ kind }) => kind === 'ImageStream').map(readImageStream),
    workloads: {
      images: found.flatMap(({ images }) => images),
      tags: found.flatMap(({ tags }) => tags),
      mentions: found.flatMap(({ mentions }) => mentions),
    },
    running: findRunningDigests(pods, aliases),
    split: findSplitTags(pods, aliases),
    evidence: collectBuildEvidence({ resources, aliases, namespaces }),
    schema1: new Set(),
    builtImages: 'copy',
    choice: copyAll,
    others: [],
    rules: plainRules('shop-new'),
    redactor: new Redactor(),
    ...changes,
  };
}

/** The plan for resources of namespace `shop`. */
export function plan(resources: readonly Resource[], changes: Partial<PlanRequest> = {}) {
  return planImages(aRequest(resources, changes));
}

/** The verdict on each image, by name: what is done, the class, the reason. */
export function reasons(resources: readonly Resource[], changes: Partial<PlanRequest> = {}): Record<string, string> {
  const { images, skipped, problems } = plan(resources, changes);
  const copied = images.flatMap(({ source, tags, reason, class: imageClass }) =>
    tags.map((tag) => [`${source.path}:${tag}`, `copy ${imageClass} ${reason}`]),
  );
  return Object.fromEntries([
    ...copied,
    ...skipped.map(({ image, class: imageClass, reason }) => [image, `skip ${imageClass} ${reason}`]),
    ...problems.map(({ image, reason }) => [image, `problem ${reason}`]),
  ]) as Record<string, string>;
}

/** The repository of a name `host/path`. */
export function location(name: string): ImageLocation {
  const slash = name.indexOf('/');
  return { host: name.slice(0, slash), path: name.slice(slash + 1) };
}
