import { CORE_SCHEMA, defineScalarTag, intCoreTag, loadAll, NOT_RESOLVED } from 'js-yaml';

import { messageOf, TaskError } from '../../domain/errors.ts';
import { exactInteger, type ExactInteger } from '../../domain/resources/exact-integers.ts';
import type { YamlCodec } from '../../usecases/ports.ts';
import { formatYaml } from './block-emitter.ts';

const mebibyte = 1024 * 1024;

/** Above etcd's largest object (1.5 MiB by default) many times over, and below what parsing would make a burden of. */
const largestText = 64 * mebibyte;

/**
 * Aliases are rare in manifests, and each can double what a writer has to expand: ten keep the growth under a
 * factor of 32, where nested lists of aliases grow without bound.
 */
const mostAliases = 10;

/** Kubernetes nests a few dozen levels at most; far deeper text is made to exhaust the stack. */
const deepest = 200;

const exactIntTag = defineScalarTag<ExactInteger>(intCoreTag.tagName, {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value = intCoreTag.resolve(source, isExplicit, tagName);
    if (value === NOT_RESOLVED || Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(source)) return value;
    return exactInteger(source.replace('+', ''));
  },
});

const schema = CORE_SCHEMA.withTags(exactIntTag);

/**
 * YAML 1.2 core schema without merge keys: dates stay strings, `0755` is a number, `on` a string, as JSON has them.
 * Written text reads the same with a YAML 1.1 reader.
 */
export const yamlCodec: YamlCodec = {
  parse: parseYaml,
  format: formatYaml,
};

/** All documents of a text. Throws TaskError `invalid-file` that names the source and the line. */
function parseYaml(text: string, source: string): readonly unknown[] {
  if (text.length > largestText) {
    throw invalidYaml(source, `${String(text.length)} characters, more than the ${String(largestText)} allowed`);
  }
  try {
    return loadAll(text, { schema, maxAliases: mostAliases, maxDepth: deepest });
  } catch (error) {
    // The parser quotes the lines around the fault, which may hold a secret: only its first line is safe to show.
    throw invalidYaml(source, messageOf(error).split('\n', 1)[0] ?? '');
  }
}

function invalidYaml(source: string, cause: string): TaskError {
  return new TaskError('invalid-file', `reading ${source} as YAML: ${cause}`, {
    remedy: 'Mend or remove this file, then run again.',
  });
}
