import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const execVersion = 'client.authentication.k8s.io/v1';

/** A program that prints an ExecCredential with the status that the text of a JavaScript expression gives. */
export async function writePlugin(file: string, status: string): Promise<string> {
  const lines = [
    `#!${process.execPath}`,
    'const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);',
    `const status = ${status};`,
    'console.log(JSON.stringify({ kind: info.kind, apiVersion: info.apiVersion, status }));',
  ];
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, lines.join('\n'));
  await chmod(file, 0o755);
  return file;
}
