import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, type JsonObject, type Path } from '../core/json-object.ts';
import type { ValueEdit } from './value-edit.ts';

/** New domains by old ones. */
export type DomainMapping = ReadonlyMap<string, string>;

// RFC 1123 with an optional leading wildcard, as the field host of an Ingress has it.
const domainPattern = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** RFC 1035, section 2.3.4. */
const longestDomain = 253;

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

/**
 * Edits that give each route its new domain: those of Epinio with the id that follows from it, and elsewhere the values
 * that are a whole host name or an http URL. The address of a registry is not a route.
 */
export function editRoutes(values: JsonObject, mapping: DomainMapping): readonly ValueEdit[] {
  return [...editEpinioRoutes(values, mapping), ...editHosts(values, [], mapping)];
}

function editEpinioRoutes(values: JsonObject, mapping: DomainMapping): readonly ValueEdit[] {
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

const urlPattern = /^(https?:\/\/)([^/:?#]+)/;

function editHosts(value: unknown, path: Path, mapping: DomainMapping): readonly ValueEdit[] {
  if (typeof value === 'string') {
    const mapped = mapHost(value, mapping);
    return mapped === value ? [] : [{ path, value: mapped }];
  }
  if (path.join('.') === 'epinio.routes') return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => editHosts(item, [...path, index], mapping));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key, member]) => typeof member !== 'string' || !registryKey.test(key))
    .flatMap(([key, member]) => editHosts(member, [...path, key], mapping));
}

/** Such as `image.registry` and `global.imageRegistry`. */
const registryKey = /registry$/i;

function mapHost(text: string, mapping: DomainMapping): string {
  if (domainPattern.test(text)) return mapDomain(text, mapping);
  return text.replace(urlPattern, (_, scheme: string, host: string) => `${scheme}${mapDomain(host, mapping)}`);
}

/** A route as the values of an application have it. */
export interface RouteValue {
  readonly id: string;
  readonly domain: string;
  /** Begins with a slash. */
  readonly path: string;
}

/**
 * Reads `domain[/path]`; a scheme before it counts for nothing, as in Epinio.
 * @throws TaskError `invalid-param`
 */
export function parseRoute(text: string): RouteValue {
  const bare = text.trim().replace(/^https?:\/\//, '');
  const slash = bare.indexOf('/');
  const domain = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '/' : bare.slice(slash);
  if (domainPattern.test(domain) && domain.length <= longestDomain && !/[\s?#]/.test(path))
    return { id: idOf({ domain, path }), domain, path };
  throw new TaskError('invalid-param', `reading routes: expected domain[/path], got ${JSON.stringify(text)}`, {
    remedy: 'Write a host name without port, for example shop.example.com/api.',
  });
}

/** Each route once: a slash at the end of a path makes no difference. */
export function uniqueRoutes(routes: readonly RouteValue[]): readonly RouteValue[] {
  return [...Map.groupBy(routes, ({ domain, path }) => `${domain}${path.replace(/\/$/, '')}`).values()].flatMap(
    (same) => same.slice(0, 1),
  );
}

/** Epinio's id of a route: domain and path without a trailing slash, with a dot for each slash. */
export function idOf({ domain, path }: { readonly domain: string; readonly path: string }): string {
  return `${domain}${path.replace(/\/$/, '')}`.replaceAll('/', '.');
}
