import { glob } from 'node:fs/promises';

/** Text before the version of crane-tasks, wherever a file that is not generated names it. */
const places = [
  String.raw`/(?:task-runner|task-runtime|helm-runner|transfer|transfer-runtime):`,
  String.raw`app\.kubernetes\.io/version: "`,
  String.raw`ARG VERSION=`,
  String.raw`crane-tasks-(?=\d+\.\d+\.\d+\S*\.tgz)`,
  String.raw`newName: \S+/(?:task-runner|helm-runner|transfer)\n +newTag: "`,
];
const versionOf = new RegExp(String.raw`(?<=${places.join('|')})\d+\.\d+\.\d+(?:-[\w.-]*\w)?`, 'g');

const files = ['*.md', '{docs,images,samples,tasks}/**/*.{md,yaml}', 'images/**/Dockerfile'];

/** Paths of the files that can name the version, sorted. Changelogs name old versions and are left out. */
export async function versionedFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of glob(files, { exclude: ['**/CHANGELOG.md'] })) found.push(path);
  return found.sort();
}

/** The text with `version` in each place that names the version of crane-tasks. */
export function writeVersion(text: string, version: string): string {
  return text.replaceAll(versionOf, version);
}
