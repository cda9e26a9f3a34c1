import type { ChartFile } from './release.ts';

/** Functions of templates whose result can differ each time, or depends on what the cluster has. */
const unstable =
  /(?<![\w.$])(lookup|rand(?:Alpha|Numeric|Ascii|AlphaNum|Bytes|Int)|uuidv4|shuffle|gen(?:PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)|derivePassword|htpasswd|bcrypt|encryptAES|now|ago|date_modify|getHostByName)(?!\w)/g;
const action = /(?<!\{)\{\{([\s\S]*?)\}\}/g;
const comment = /^-?\s*\/\*/;
const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/g;
const definition = /\{\{-?\s*define\s+"([^"]+)"/;
const use = /(?<!\w)(?:include|template)\s+"([^"]+)"/g;

export interface UnstableTemplate {
  /** Path in the chart, for example `templates/secret.yaml`. */
  readonly path: string;
  /** Functions that it calls itself or through named templates, sorted. */
  readonly functions: readonly string[];
}

interface Block {
  readonly path: string;
  /** Name of a named template; undefined for the rest of the file. */
  readonly name: string | undefined;
  readonly functions: ReadonlySet<string>;
  readonly uses: readonly string[];
}

/**
 * Templates that render something else each time, or by what the cluster has. Named templates are followed. Text that
 * only `tpl` turns into a template is not found.
 */
export function findUnstableTemplates(templates: readonly ChartFile[]): readonly UnstableTemplate[] {
  const blocks = templates.flatMap(blocksOf);
  const named = Map.groupBy(blocks, ({ name }) => name);
  const found = new Map<string, Set<string>>();
  for (const block of named.get(undefined) ?? []) {
    const functions = found.get(block.path) ?? new Set<string>();
    for (const each of functionsOf(block, named, new Set())) functions.add(each);
    found.set(block.path, functions);
  }
  return [...found]
    .filter(([, functions]) => functions.size > 0)
    .map(([path, functions]) => ({ path, functions: [...functions].sort() }));
}

function functionsOf(
  { functions, uses }: Block,
  named: ReadonlyMap<string | undefined, readonly Block[]>,
  seen: Set<string>,
): readonly string[] {
  const followed = uses.flatMap((name) => {
    if (seen.has(name)) return [];
    seen.add(name);
    return (named.get(name) ?? []).flatMap((block) => functionsOf(block, named, seen));
  });
  return [...functions, ...followed];
}

/** A file as its named templates and the rest. Each `define` reaches to the next one; what follows counts for both. */
function blocksOf({ path, content }: ChartFile): readonly Block[] {
  const text = new TextDecoder().decode(content);
  const isHelpers = /(?:^|\/)_[^/]*$/.test(path);
  return text.split(/(?=\{\{-?\s*define\s+")/).flatMap((part) => {
    const actions = [...part.matchAll(action)].map(([, code = '']) => code).filter((code) => !comment.test(code));
    const calls = actions.flatMap((code) => [...code.replaceAll(quoted, '""').matchAll(unstable)]);
    const block = {
      path,
      functions: new Set(calls.map(([, name = '']) => name)),
      uses: actions.flatMap((code) => [...code.matchAll(use)].map(([, name = '']) => name)),
    };
    const name = definition.exec(part)?.[1];
    // What stands outside of named templates in a file of helpers renders nothing.
    const own: readonly Block[] = isHelpers ? [] : [{ ...block, name: undefined }];
    return name === undefined ? own : [{ ...block, name }, ...own];
  });
}
