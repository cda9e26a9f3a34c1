import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A written configuration file. A process that gets `version` with its command starts anew when the content changes. */
export interface ConfigFile {
  readonly file: string;
  readonly version: string;
}

/** Writes text, or any other value as JSON, which is YAML too. A file with the same content stays untouched: some programs watch it. */
export function writeConfigFile(file: string, content: string | object): ConfigFile {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  const version = createHash('sha256').update(text).digest('hex');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  }
  return { file, version };
}
