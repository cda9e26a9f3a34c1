import type { Host } from '../../src/runtime/run-task.ts';
import type { Folder } from '../../src/domain/core/ports.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { longFiles, type ShortFiles } from './long-files.ts';

export interface RecordingHost extends Host {
  /** Files written, by absolute path. */
  readonly files: Map<string, string>;
  readonly outputs: string[];
  readonly errors: string[];
  readonly warnings: string[];
}

/** A host in memory that records what a task writes. */
export function aHost(
  options: {
    resultsFolder?: undefined;
    output?: 'table' | 'json' | undefined;
    readOnly?: boolean;
    redactor?: Redactor;
  } = {},
): RecordingHost {
  const files = new Map<string, string>();
  const outputs: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const open = (path: string): Folder => memoryFolder(path, files, options.readOnly === true);
  let clock = 0;
  return {
    files,
    outputs,
    errors,
    warnings,
    log: {
      redactor: options.redactor ?? new Redactor(),
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => warnings.push(message),
      progress: () => undefined,
      item: () => undefined,
    },
    signal: new AbortController().signal,
    environment: {},
    now: () => (clock += 10),
    version: '0.0.0',
    nodeVersion: '24.0.0',
    resultsFolder: 'resultsFolder' in options ? undefined : open('/results'),
    openFolder: open,
    findTask: () => undefined,
    stdout: (text) => outputs.push(text),
    output: 'output' in options ? options.output : 'json',
    end: (_, text) => errors.push(`${text}\n`),
  };
}

/** A folder in memory. */
function memoryFolder(path: string, files: Map<string, string>, readOnly = false): Folder {
  const at = (file: string): string => `${path}/${file}`;
  const short: ShortFiles = {
    read: (file) => Promise.resolve(files.get(at(file))),
    write: (file, text) => {
      if (readOnly) return Promise.reject(new Error('read-only file system'));
      files.set(at(file), text);
      return Promise.resolve();
    },
    list: () =>
      Promise.resolve(
        [...files.keys()]
          .filter((file) => file.startsWith(`${path}/`))
          .map((file) => file.slice(path.length + 1))
          .sort(),
      ),
  };
  return {
    path,
    ...short,
    ...longFiles(short),
    remove: (file) => {
      files.delete(at(file));
      return Promise.resolve();
    },
    folder: (below) => memoryFolder(at(below), files, readOnly),
  };
}
