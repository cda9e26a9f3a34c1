import { readFile, writeFile } from 'node:fs/promises';

import { isObject } from '../src/domain/core/json-object.ts';
import { version } from '../src/runtime/version.ts';
import { loadTasks } from '../src/tasks/index.ts';
import { commandsOnly } from './forms/commands-only.ts';
import { compareInterfaces, interfaceOf, type Interfaces } from './forms/interfaces.ts';

const file = 'tasks/interfaces.json';
const usage = `node scripts/interfaces.ts [--write]

Compares the params, results and workspaces of all Tasks with those of ${file}, which are those of the last version.
Fails when one changed without the version that such a change needs. --write takes the present ones for the next comparison:
once a version is out, or while it is not.`;

async function main(options: readonly string[]): Promise<void> {
  if (options.includes('--help')) {
    console.log(usage);
    return;
  }
  const loaded = (await loadTasks()).filter(({ name }) => !commandsOnly.has(name));
  const present: Interfaces = {
    version,
    tasks: Object.fromEntries(loaded.map((task) => [task.name, interfaceOf(task)])),
  };
  if (options.includes('--write')) {
    await writeFile(file, `${JSON.stringify(present, undefined, 2)}\n`);
    return;
  }
  const complaints = compareInterfaces(await readInterfaces(), present);
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
}

async function readInterfaces(): Promise<Interfaces> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isInterfaces(content)) throw new Error(`${file}: expected a version and tasks`);
  return content;
}

// Written by this program alone: its two fields tell it.
function isInterfaces(content: unknown): content is Interfaces {
  return isObject(content) && typeof content['version'] === 'string' && isObject(content['tasks']);
}

await main(process.argv.slice(2));
