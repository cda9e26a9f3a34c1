import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Metadata as crane's own plugins give it. */
export function metadataOf(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const optionalFields = [{ flagName: 'Colour', help: 'Sets the colour.', example: 'blue' }];
  return JSON.stringify({
    name,
    version: 'v0.1',
    requestVersion: ['v1'],
    responseVersion: ['v1'],
    optionalFields,
    ...more,
  });
}

/** Writes an executable file: a script for Node, whose body finds all of standard input in `input`. */
export function writeNodePlugin(path: string, body: string): Promise<void> {
  return writeProgram(path, `#!${process.execPath}\nconst input = require('fs').readFileSync(0, 'utf8');\n${body}\n`);
}

/** A plugin of crane's protocol v1 as a shell script; `run` is its body for a resource, on standard input. */
export function writeShellPlugin(path: string, name: string, run: string): Promise<void> {
  const script = `#!/bin/sh\nread -r document\nif [ "$document" = "{}" ]; then\n  echo '${metadataOf(name)}'\n  exit 0\nfi\n${run}\n`;
  return writeProgram(path, script);
}

/** A plugin of the batch form: `answer` is an expression over `resource` that gives the verdict. */
export function writeBatchPlugin(path: string, name: string, answer: string): Promise<void> {
  const metadata = metadataOf(name, { batch: true });
  return writeProgram(
    path,
    `#!${process.execPath}
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const resource = JSON.parse(line);
  const verdict = line === '{}' ? ${metadata} : ${answer};
  if (verdict !== undefined) process.stdout.write(JSON.stringify({ ...verdict, request: resource.request }) + '\\n');
});
`,
  );
}

export async function writeProgram(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}
