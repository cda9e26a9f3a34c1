import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, type JsonObject } from '../core/json-object.ts';
import type { ValueEdit } from './value-edit.ts';

/** A route as Epinio's charts have it in `epinio.routes`. */
export interface Route {
  readonly domain: string;
  /** Starts with a slash. */
  readonly path: string;
  /** Name of a TLS Secret in the namespace of the application. */
  readonly secret: string | undefined;
}

/** New domains by old ones. */
export type DomainMapping = ReadonlyMap<string, string>;

// RFC 1123 with an optional leading wildcard, as the field host of an Ingress has it.
const domainPattern = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Reads a list such as `apps.old.example=apps.new.example,shop.example=store.example`.
 * @throws TaskError `invalid-param`
 */
export function parseDomainMapping(text: string): DomainMapping {
  const mapping = new Map<string, string>();
  for (const piece of parseCommaList(text)) {
    const [from = '', to = '', more] = piece.split('=');
    if (!domainPattern.test(from) || !domainPattern.test(to) || more !== undefined || mapping.has(from)) {
      throw new TaskError('invalid-param', `reading domains: ${JSON.stringify(piece)}: expected old=new, each once`, {
        remedy: 'Write pairs of domains in lower case, separated by commas.',
      });
    }
    mapping.set(from, to);
  }
  return mapping;
}

/** The new domain: that of the whole name, else of the longest parent domain that has one. */
export function mapDomain(domain: string, mapping: DomainMapping): string {
  const labels = domain.split('.');
  for (let first = 0; first < labels.length; first += 1) {
    const to = mapping.get(labels.slice(first).join('.'));
    if (to !== undefined) return [...labels.slice(0, first), to].join('.');
  }
  return domain;
}

/** The routes that values name. */
export function routesOf(values: JsonObject): readonly Route[] {
  return arrayAt(values, 'epinio', 'routes').flatMap((route) => {
    const domain = stringAt(route, 'domain');
    const secret = stringAt(route, 'secret');
    return domain === undefined ? [] : [{ domain, path: stringAt(route, 'path') ?? '/', secret: secret || undefined }];
  });
}

/** Edits that give each route its new domain, and the id that follows from it. */
export function editRoutes(values: JsonObject, mapping: DomainMapping): readonly ValueEdit[] {
  return arrayAt(values, 'epinio', 'routes').flatMap((route, index): readonly ValueEdit[] => {
    const old = stringAt(route, 'domain');
    const domain = old === undefined ? undefined : mapDomain(old, mapping);
    if (domain === undefined || domain === old) return [];
    const place = ['epinio', 'routes', index] as const;
    return [
      { path: [...place, 'domain'], value: domain },
      { path: [...place, 'id'], value: idOf({ domain, path: stringAt(route, 'path') ?? '/' }) },
    ];
  });
}

/** Epinio's id of a route: domain and path without a trailing slash, with a dot for each slash. */
export function idOf({ domain, path }: Pick<Route, 'domain' | 'path'>): string {
  return `${domain}${path.replace(/\/$/, '')}`.replaceAll('/', '.');
}
