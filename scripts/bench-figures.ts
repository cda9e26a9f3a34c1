import { execFileSync } from 'node:child_process';

/** A section of bench/README.md, and the commit at which its figures were measured. */
export interface BenchFigure {
  readonly section: string;
  /** Abbreviated; undefined where the section names none. */
  readonly commit: string | undefined;
}

/** The code that each section of bench/README.md measures: folders and files of the checkout. */
export const measuredCode: Readonly<Record<string, readonly string[]>> = {
  'start-up': ['src/cli.ts', 'src/runtime', 'scripts/bundle.ts'],
  export: ['src/usecases/export', 'src/usecases/seal', 'src/usecases/cluster/list-objects.ts', 'src/adapters/yaml'],
  transform: ['src/usecases/transform', 'src/domain/transform', 'src/domain/references', 'src/adapters/yaml'],
  apply: ['src/usecases/apply'],
  'image-copy': ['src/usecases/images/copy', 'src/adapters/registry'],
  'large-image': ['src/usecases/images/copy', 'src/adapters/registry'],
  'image-archive': ['src/usecases/images/archive', 'src/adapters/registry'],
  containerize: ['src/usecases/containerize', 'src/adapters/registry'],
  'source-unpack': ['src/adapters/archives', 'src/usecases/source'],
  'source-upload': ['src/adapters/s3', 'src/usecases/source'],
  'volume-transfer': ['src/usecases/volumes', 'images/task-runner'],
  fused: ['src/pipelines'],
  wizard: ['src/wizard', 'pages/wizard'],
};

const sectionStart = /^<!-- measured: (\S+); do not edit -->$/gm;
const measuredAt = /^On .+, commit ([0-9a-f]{7,40})\.$/m;

/** The measured sections of the page. */
export function readFigures(page: string): readonly BenchFigure[] {
  return [...page.matchAll(sectionStart)].map(({ 1: section = '', index }) => {
    const end = page.indexOf(`<!-- end of ${section} -->`, index);
    return { section, commit: measuredAt.exec(page.slice(index, end))?.[1] };
  });
}

/**
 * What is wrong with figures, a sentence each: one without a commit, or older than a change to the code it measures
 * that was in a release before the latest one. A shallow clone knows too little: nothing is wrong there.
 * @param folder of the checkout
 */
export function staleFigures(figures: readonly BenchFigure[], folder: string, code = measuredCode): readonly string[] {
  const git = (...args: readonly string[]): readonly string[] =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '');
  if (git('rev-parse', '--is-shallow-repository')[0] === 'true') return [];
  return figures.flatMap(({ section, commit }) => {
    const paths = code[section];
    if (paths === undefined) return [`${section}: scripts/bench-figures.ts does not say which code it measures`];
    if (commit === undefined)
      return [`${section}: names no commit, measure it again with node bench/main.ts ${section}`];
    const release = git('tag', '--list', 'v*', '--contains', commit, '--sort=version:refname').at(-2);
    if (release === undefined) return [];
    const changes = git('rev-list', `${commit}..${release}`, '--', ...paths).length;
    if (changes === 0) return [];
    return [
      `${section}: measured at ${commit}, before ${String(changes)} commits of ${release} to the code: node bench/main.ts ${section}`,
    ];
  });
}
