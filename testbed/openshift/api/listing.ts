import { ApiError } from './api-error.ts';
import { stringAt, stringMapAt, toJsonObject, type JsonObject } from '../json.ts';
import { apiVersion } from '../images/types.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';

/** A list of a kind: all its objects in a fixed order, before selectors and paging. */
export interface Listing {
  readonly kind: string;
  readonly items: readonly object[];
  readonly resourceVersion: string;
}

/** Answers a LIST: labelSelector, fieldSelector (name and namespace), limit and continue. Throws ApiError 400. */
export function answerList(request: ApiRequest, listing: Listing): ApiAnswer {
  const items = selectItems(request, listing.items);
  const limit = Number(request.query.get('limit') ?? '0');
  const start = readContinue(request.query.get('continue'));
  const end = limit > 0 ? start + limit : items.length;
  const remaining = items.length - end;
  const more = remaining > 0 ? { continue: writeContinue(end), remainingItemCount: remaining } : {};
  return {
    status: 200,
    body: {
      kind: listing.kind,
      apiVersion,
      metadata: { resourceVersion: listing.resourceVersion, ...more },
      items: items.slice(start, end),
    },
  };
}

/** The objects that a request's selectors choose. Throws ApiError 400 for a selector that this server does not know. */
export function selectItems(request: ApiRequest, items: readonly object[]): JsonObject[] {
  const labels = parseLabelSelector(request.query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(request.query.get('fieldSelector') ?? '');
  return items
    .map(toJsonObject)
    .filter((item) => labels.every((matches) => matches(stringMapAt(item, 'metadata', 'labels') ?? {})))
    .filter((item) => fields.every((matches) => matches(item)));
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function parseLabelSelector(text: string): LabelTest[] {
  // A comma inside `in (a,b)` does not end the requirement.
  const requirements = text.match(/[^,()]+(?:\([^)]*\))?/g) ?? [];
  return requirements.map((requirement) => parseRequirement(requirement.trim()));
}

function parseRequirement(text: string): LabelTest {
  const set = /^(?<key>\S+)\s+(?<word>in|notin)\s*\((?<values>[^)]*)\)$/.exec(text)?.groups;
  if (set !== undefined) {
    const values = (set['values'] ?? '').split(',').map((value) => value.trim());
    const isIn: LabelTest = (labels) => values.includes(labels[set['key'] ?? ''] ?? '\0');
    return set['word'] === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const pair = /^(?<key>[^=!\s]+)\s*(?<operator>==?|!=)\s*(?<value>\S*)$/.exec(text)?.groups;
  if (pair !== undefined) {
    const equals: LabelTest = (labels) => labels[pair['key'] ?? ''] === pair['value'];
    return pair['operator'] === '!=' ? (labels) => !equals(labels) : equals;
  }
  const exists = /^(?<not>!?)\s*(?<key>[^\s=!]+)$/.exec(text)?.groups;
  if (exists === undefined) throw new ApiError('BadRequest', `unable to parse requirement: ${text}`);
  return (labels) => (labels[exists['key'] ?? ''] !== undefined) === (exists['not'] === '');
}

function parseFieldSelector(text: string): ((item: JsonObject) => boolean)[] {
  return text
    .split(',')
    .filter(Boolean)
    .map((requirement) => {
      const {
        key = '',
        operator,
        value,
      } = /^(?<key>[^=!]+)(?<operator>==?|!=)(?<value>.*)$/.exec(requirement)?.groups ?? {};
      if (key !== 'metadata.name' && key !== 'metadata.namespace')
        throw new ApiError(
          'BadRequest',
          `"${key}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
        );
      return (item) => (stringAt(item, ...key.split('.')) === value) === (operator !== '!=');
    });
}

function writeContinue(start: number): string {
  return Buffer.from(JSON.stringify({ v: apiVersion, start })).toString('base64url');
}

function readContinue(token: string | null): number {
  if (token === null || token === '') return 0;
  const text = Buffer.from(token, 'base64url').toString();
  const start = /^\{"v":"image\.openshift\.io\/v1","start":(\d+)\}$/.exec(text)?.[1];
  if (start === undefined) throw new ApiError('BadRequest', 'continue key is not valid');
  return Number(start);
}
