import { constructFromEvents, parseEvents, type Event } from 'js-yaml';

import { deepest } from '../../domain/core/nesting.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import { aliasGrowth } from './alias-growth.ts';
import { formatYaml } from './block-emitter.ts';
import { kubernetesSchema } from './kubernetes-schema.ts';
import { applyPadding, findPadding, type Padding } from './pad-continuations.ts';
import { parseText } from './yaml-codec.ts';

/**
 * Values of Helm repeat blocks by aliases, often more than ten times. What counts is the length that they would have
 * without aliases; a release is far below this, because one Secret stores it.
 */
const largestGrowth = 4 * 1024 * 1024;

/**
 * YAML as Helm reads it (sigs.k8s.io/yaml, not strict): as `yamlCodec`, but aliases are limited by the length that they stand
 * for, and lines within brackets and quotes can have any indentation. For manifests of releases, rendered output, files of
 * charts, indexes of repositories and values.
 */
export const helmYamlCodec: YamlCodec = {
  parse: (text, source) => parseText(text, source, () => loadAsHelm(text)),
  format: formatYaml,
};

function loadAsHelm(text: string): readonly unknown[] {
  const { padded, events } = readEvents(text);
  if (aliasGrowth(padded, events) > largestGrowth)
    throw new Error(`aliases stand for more than ${String(largestGrowth)} characters`);
  return constructFromEvents([...events], { source: padded, schema: kubernetesSchema, json: true });
}

interface ReadEvents {
  /** The text that the places of the events belong to. */
  readonly padded: string;
  readonly padding: readonly Padding[];
  readonly events: readonly Event[];
}

/** What a text of Helm consists of. Throws YAMLException. */
export function readEvents(text: string): ReadEvents {
  try {
    return { padded: text, padding: [], events: parseEvents(text, { maxDepth: deepest }) };
  } catch (error) {
    const padding = findPadding(text);
    if (padding.length === 0) throw error;
    const padded = applyPadding(text, padding);
    return { padded, padding, events: parseEvents(padded, { maxDepth: deepest }) };
  }
}
