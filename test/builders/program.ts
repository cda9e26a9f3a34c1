import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The programs as a file for Node: the built bundle when it is newer than all sources, since that is what users run and
 * it starts several times as fast; else the sources.
 */
export const programFile = freshBundle() ?? path.join(root, 'src/cli.ts');

function freshBundle(): string | undefined {
  const bundle = path.join(root, 'dist/crane-tasks.mjs');
  if (!existsSync(bundle)) return undefined;
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true });
  const newest = Math.max(...sources.map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs));
  return statSync(bundle).mtimeMs > newest ? bundle : undefined;
}
