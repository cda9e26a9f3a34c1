import {
  CORE_SCHEMA,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  intCoreTag,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  type Schema,
} from 'js-yaml';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { deepest } from '../../domain/core/nesting.ts';
import { exactInteger, type ExactInteger } from '../../domain/kube/exact-integers.ts';
import type { YamlCodec } from '../../domain/core/ports.ts';
import { formatYaml } from './block-emitter.ts';
import { readBlockYaml } from './block-reader.ts';
import { kubernetesSchema, pluginSchema, strictSchema, valueOf } from './kubernetes-schema.ts';

const mebibyte = 1024 * 1024;

/** Above etcd's largest object (1.5 MiB by default) many times over, and below what parsing would make a burden of. */
const largestText = 64 * mebibyte;

/**
 * Aliases are rare in manifests, and each can double what a writer has to expand: ten keep the growth under a
 * factor of 32, where nested lists of aliases grow without bound.
 */
const mostAliases = 10;

const exactIntTag = defineScalarTag<ExactInteger>(intCoreTag.tagName, {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value = intCoreTag.resolve(source, isExplicit, tagName);
    if (value === NOT_RESOLVED || Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(source)) return value;
    return exactInteger(source.replace('+', ''));
  },
});

const coreSchema = CORE_SCHEMA.withTags(exactIntTag);

interface Dialect {
  readonly schema: Schema;
  readonly maxAliases: number;
  /** Whether the last one of several equal keys counts; absent: they are an error. */
  readonly json?: boolean;
}

/**
 * YAML 1.1 as Kubernetes reads it: `0400` is 256, `on` is true, dates are strings, merge keys are applied, and the last
 * one of several equal keys counts. For manifests, kubeconfigs, patches and everything else that kubectl could read.
 * Written text reads the same with YAML 1.2.
 */
export const yamlCodec: YamlCodec = ownFormFirst(
  codecOf({ schema: kubernetesSchema, maxAliases: mostAliases, json: true }),
);

/** The same without merge keys and aliases, for files whose every field is checked before another program reads them. */
export const strictYamlCodec: YamlCodec = codecOf({ schema: strictSchema, maxAliases: 0 });

/** As strict, for configurations of kustomize's plugins, where `on` is a string. */
export const pluginYamlCodec: YamlCodec = codecOf({ schema: pluginSchema, maxAliases: 0 });

/** YAML 1.2 without merge keys, for files of programs that are not part of Kubernetes: `on` and `1_000` are strings. */
export const coreYamlCodec: YamlCodec = codecOf({ schema: coreSchema, maxAliases: mostAliases });

/** YAML whose scalars are all texts, as they are written: `0755` is "0755", and an empty value is "". */
export const textYamlCodec: YamlCodec = codecOf({ schema: FAILSAFE_SCHEMA, maxAliases: mostAliases });

/**
 * The same with null and merge keys, for files of skopeo: it reads numbers, dates and booleans into texts as they are
 * written, so that a tag 1.10 or 07 needs no quotes.
 */
export const skopeoYamlCodec: YamlCodec = codecOf({
  schema: FAILSAFE_SCHEMA.withTags(nullCoreTag, mergeTag),
  maxAliases: mostAliases,
});

function codecOf(dialect: Dialect): YamlCodec {
  const load = (text: string): readonly unknown[] => loadAll(text, { ...dialect, maxDepth: deepest });
  return { parse: (text, source) => parseText(text, source, () => load(text)), format: formatYaml };
}

/** Files of an export, of which there are thousands, are as `format` writes them. */
function ownFormFirst(codec: YamlCodec): YamlCodec {
  return {
    ...codec,
    parse: (text, source) => {
      const own = text.length > largestText ? undefined : readBlockYaml(text);
      return own === undefined ? codec.parse(text, source) : [own];
    },
  };
}

/** All documents that `load` gives for a text. Throws TaskError `invalid-file` that names the source and the line. */
export function parseText(text: string, source: string, load: () => readonly unknown[]): readonly unknown[] {
  if (text.length > largestText) {
    throw invalidYaml(source, `${String(text.length)} characters, more than the ${String(largestText)} allowed`);
  }
  try {
    return load().map(valueOf);
  } catch (error) {
    // The parser quotes the lines around the fault, which may hold a secret: only its first line is safe to show.
    throw invalidYaml(source, messageOf(error).split('\n', 1)[0] ?? '');
  }
}

function invalidYaml(source: string, cause: string): TaskError {
  return new TaskError('invalid-file', `reading ${source} as YAML: ${cause}`, {
    remedy: 'Fix or remove this file, then run again.',
  });
}
