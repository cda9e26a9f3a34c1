import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const folder = 'charts/application';

/** The chart as a part of the programs: the bundle has no files beside it. */
export async function formatApplicationChart(): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = await Promise.all(
    paths.sort().map(async (path) => {
      const text = await readFile(path, 'utf8');
      return `  ${JSON.stringify(relative(folder, path))}: ${JSON.stringify(text)},`;
    }),
  );
  return [
    `// Generated from ${folder}: run \`make generate\`.`,
    '',
    '/** The files of the chart for applications, by path. */',
    'export const applicationChart: Readonly<Record<string, string>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}
