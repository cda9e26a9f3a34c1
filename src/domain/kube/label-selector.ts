import { ownValue } from '../core/json-object.ts';

export type LabelMatch = (labels: Readonly<Record<string, string>>) => boolean;

const word = '[A-Za-z0-9](?:[\\w./-]*[A-Za-z0-9])?';
const exists = new RegExp(`^(!?)\\s*(${word})$`);
const equals = new RegExp(`^(${word})\\s*(==?|!=)\\s*(${word})?$`);
const within = new RegExp(`^(${word})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

/**
 * Reads a label selector as Kubernetes writes it: `app=web,tier!=cache,env in (a,b),!hidden`. A label that is not there
 * is different from every value. The empty text selects everything; undefined for an invalid selector.
 */
export function parseLabelSelector(text: string): LabelMatch | undefined {
  const matches: LabelMatch[] = [];
  for (const part of splitOutsideParentheses(text)) {
    const match = parseRequirement(part);
    if (match === undefined) return undefined;
    matches.push(match);
  }
  return (labels) => matches.every((match) => match(labels));
}

function splitOutsideParentheses(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const parts: string[] = [];
  let isInside = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '(') isInside = true;
    else if (character === ')') isInside = false;
    else if (character === ',' && !isInside) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}

function parseRequirement(part: string): LabelMatch | undefined {
  const [, not, present] = exists.exec(part) ?? [];
  if (present !== undefined) return (labels) => Object.hasOwn(labels, present) === (not === '');
  const [, key, sign, value = ''] = equals.exec(part) ?? [];
  if (key !== undefined) return (labels) => (ownValue(labels, key) === value) === (sign !== '!=');
  const [, name, verb, list = ''] = within.exec(part) ?? [];
  if (name === undefined) return undefined;
  const values = list.split(',').map((each) => each.trim());
  return (labels) => values.includes(ownValue(labels, name) ?? absent) === (verb === 'in');
}

/** No value of a label has a blank in it. */
const absent = ' ';
