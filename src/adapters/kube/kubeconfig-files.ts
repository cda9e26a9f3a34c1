import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

import { sealingRecipientIn } from '../../domain/kubeconfig/kubeconfig-entry.ts';
import { mergeKubeconfigs, parseKubeconfig, type Kubeconfig } from '../../domain/kubeconfig/kubeconfig.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { pathOfGiven, readGiven } from '../files/read-text.ts';
import { yamlCodec } from '../yaml/yaml-codec.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadedKubeconfig {
  readonly config: Kubeconfig;
  /** Path or paths it came from, for messages. */
  readonly file: string;
  /** `age1…` that Secrets are to be sealed for; undefined when it names none. */
  readonly sealingRecipient: string | undefined;
}

const fileInFolder = 'kubeconfig';

/** Path of the kubeconfig file that a path names: itself, or `kubeconfig` within when it is a folder. */
export function kubeconfigFileOf(path: string): Promise<string> {
  return pathOfGiven(path, fileInFolder);
}

/**
 * Reads the kubeconfig at a path: a file, or a folder that holds a file `kubeconfig`.
 * @throws TaskError `kubeconfig-unreadable`
 */
export async function loadKubeconfig(path: string): Promise<LoadedKubeconfig> {
  return readOne(path, await kubeconfigFileOf(path));
}

/**
 * Reads the kubeconfigs that kubectl would: the files of $KUBECONFIG, else ~/.kube/config.
 * @throws TaskError `kubeconfig-unreadable`
 */
export async function loadDefaultKubeconfig(environment: Environment): Promise<LoadedKubeconfig> {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length === 0) return loadKubeconfig(join(environment['HOME'] ?? homedir(), '.kube', 'config'));
  if (named.length === 1) return loadKubeconfig(named[0] ?? '');
  const existing: string[] = [];
  for (const path of named) if (await stat(path).catch(() => undefined)) existing.push(path);
  if (existing.length === 0) throw unreadable(named.join(', '), 'no such files');
  const loaded = await Promise.all(existing.map((path) => readOne(path, path)));
  return {
    config: mergeKubeconfigs(loaded.map(({ config }) => config)),
    file: existing.join(', '),
    sealingRecipient: loaded.find(({ sealingRecipient }) => sealingRecipient !== undefined)?.sealingRecipient,
  };
}

/** @param named the file, for messages and as the place that paths in it are relative to */
async function readOne(path: string, named: string): Promise<LoadedKubeconfig> {
  const file = resolve(named);
  const document = await readDocument(path, file);
  const config = parseKubeconfig(document, { file, folder: dirname(file) });
  return { config, file: named, sealingRecipient: sealingRecipientIn(document) };
}

async function readDocument(path: string, file: string): Promise<unknown> {
  try {
    const text = (await readGiven(path, fileInFolder)).toString('utf8');
    return yamlCodec.parse(text, file)[0];
  } catch (error) {
    throw unreadable(file, messageOf(error), error);
  }
}

function unreadable(file: string, reason: string, cause?: unknown): TaskError {
  return new TaskError('kubeconfig-unreadable', `reading kubeconfig ${file}: ${reason}`, {
    remedy: 'Bind the kubeconfig workspace, or give the path of a readable kubeconfig with --kubeconfig.',
    cause,
  });
}
