import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { startWizard, type WizardOptions } from '../../../wizard/server/start-wizard.ts';
import type { wizardParams } from './params.ts';

interface WizardInput {
  readonly params: ValuesOf<typeof wizardParams>;
  readonly workspaces: { readonly kubeconfig: string | undefined; readonly tls: string | undefined };
}

/** Serves the wizard until the process is stopped. */
export async function runWizard(
  { params, workspaces }: WizardInput,
  { environment, log, signal, print }: TaskContext,
): Promise<Outcome<never, never>> {
  const options: WizardOptions = {
    mode: params.mode as WizardOptions['mode'],
    kubeconfig: workspaces.kubeconfig,
    context: params.context,
    kubeconfigDigest: params['kubeconfig-digest'],
    environment,
    namespace: params.namespace,
    port: params.port,
    opensBrowser: !params['no-browser'],
    publicOrigin: originOf(params['public-url']),
    trustedProxies: parseCommaList(params['trusted-proxies']),
    allowedClusters: parseCommaList(params['allow-clusters']),
    tls: await readTls(workspaces.tls),
  };
  await startWizard(options, { log, signal, print });
  return { items: [], results: {}, summary: 'the wizard has stopped' };
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.pathname === '/') return url.origin;
  const message = `--public-url: expected https://host, got ${JSON.stringify(text)}`;
  throw new TaskError('invalid-param', message, { remedy: 'Give the address without a path.' });
}

async function readTls(folder: string | undefined): Promise<WizardOptions['tls']> {
  if (folder === undefined) return undefined;
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [cert, key] = await Promise.all([read('tls.crt'), read('tls.key')]).catch((cause: unknown) => {
    const remedy = 'Give a folder with tls.crt and tls.key, as a Secret of type kubernetes.io/tls is mounted.';
    throw new TaskError('invalid-file', `reading the certificate in ${folder}: ${messageOf(cause)}`, { remedy, cause });
  });
  return { cert, key };
}
