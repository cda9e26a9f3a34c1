import { join } from 'node:path';

import { execa } from 'execa';

import { isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import { checkoutCacheFolder } from '../clusters/places.ts';
import { ClusterError } from '../clusters/errors.ts';
import { programPath } from '../clusters/programs.ts';

/** The real kubectl, bound to one context of the kubeconfig of the run. */
export interface Kubectl {
  readonly context: string;
  readonly kubeconfig: string;
  /** Standard output of a call. Throws with what kubectl said. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** The objects of `get ARGS -o json`; empty when nothing is found. */
  list(args: readonly string[]): Promise<readonly JsonObject[]>;
  /** One object, or undefined when there is none. */
  get(args: readonly string[]): Promise<JsonObject | undefined>;
  /** Server-side apply of objects. */
  apply(objects: readonly object[], namespace?: string): Promise<void>;
}

/** kubectl for a local cluster: the one that was built for them. */
export function localKubectl(context: string): Kubectl {
  return kubectlFor({ context, kubeconfig: join(checkoutCacheFolder, 'kubeconfig'), program: programPath('kubectl') });
}

export interface KubectlInput {
  readonly context: string;
  readonly kubeconfig: string;
  /** Path of kubectl, or its name on the path. */
  readonly program: string;
}

/** kubectl for any cluster. */
export function kubectlFor({ context, kubeconfig, program }: KubectlInput): Kubectl {
  async function run(args: readonly string[], input?: string): Promise<string> {
    const result = await execa(program, ['--kubeconfig', kubeconfig, '--context', context, ...args], {
      timeout: 240_000,
      reject: false,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    if (result.failed) {
      const said = result.stderr.trim() === '' ? (result.originalMessage ?? 'no message') : result.stderr.trim();
      throw new ClusterError('command-failed', `kubectl --context ${context} ${args.join(' ')}: ${said}`);
    }
    return result.stdout;
  }
  return {
    context,
    kubeconfig,
    run,
    list: async (args) => {
      const answer: unknown = JSON.parse(await run(['get', ...args, '-o', 'json']));
      const items = isObject(answer) ? answer['items'] : undefined;
      return Array.isArray(items) ? items.filter(isObject) : [];
    },
    get: async (args) => {
      const text = await run(['get', ...args, '-o', 'json', '--ignore-not-found']);
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      return isObject(answer) ? answer : undefined;
    },
    apply: async (objects, namespace) => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      const place = namespace === undefined ? [] : ['-n', namespace];
      await run(['apply', '--server-side', '--force-conflicts', ...place, '-f', '-'], JSON.stringify(list));
    },
  };
}
