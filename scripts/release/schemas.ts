import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the published schemas, sorted. Those of files that only our programs read are in a folder of their own. */
async function publishedSchemas(): Promise<readonly string[]> {
  return (await readdir('schemas')).filter((name) => name.endsWith('.schema.json')).sort();
}

/** Copies the published schemas into a folder. */
export async function copySchemas(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await publishedSchemas()) await copyFile(join('schemas', name), join(folder, name));
}
