import ignore, { type Ignore } from 'ignore';

/** Says which paths rules leave out, as git decides it. Folders end in a slash; those that are left out are not entered. */
export interface IgnoreRules {
  /** Adds the rules of a file in a folder. They have precedence over those of the folders above. */
  add(folder: string, text: string, source: string): void;
  /** The rule that leaves a path out; undefined when none does. */
  find(path: string): string | undefined;
}

export function createIgnoreRules(): IgnoreRules {
  const files: { readonly folder: string; readonly source: string; readonly rules: Ignore }[] = [];
  return {
    add: (folder, text, source) => {
      const rules = ignore({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
      files.push({ folder: folder === '' ? '' : `${folder}/`, source, rules });
    },
    find: (path) => {
      const near = files.filter(({ folder }) => path.startsWith(folder) && path !== folder);
      for (const { folder, source, rules } of near.reverse()) {
        const { ignored, unignored, rule } = rules.test(path.slice(folder.length));
        if (unignored) return undefined;
        if (ignored) return `${source}: ${rule?.pattern ?? ''}`;
      }
      return undefined;
    },
  };
}
