import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { parseIpAddress, parseIpRange } from '../../../domain/http/ip-address.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { keepHeapSmall } from '../../../runtime/keep-heap-small.ts';
import { startWizard, type WizardOptions } from '../../../wizard/server/start-wizard.ts';
import { readOidc, type WizardInput } from './read-oidc.ts';

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
    trustedProxies: proxiesOf(params['trusted-proxies']),
    allowedClusters: hostsOf(params['allow-clusters']),
    runUrl: runUrlOf(params['run-url']),
    tlsFolder: workspaces.tls,
    oidc: await readOidc({ params, workspaces }, log),
  };
  // Lists and events of 50 users are garbage a moment later.
  await keepHeapSmall(() => startWizard(options, { log, signal, print }));
  return { items: [], results: {}, summary: 'the wizard has stopped' };
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.pathname === '/') return url.origin;
  const message = `--public-url: expected https://host, got ${JSON.stringify(text)}`;
  throw new TaskError('invalid-param', message, { remedy: 'Give the address without a path.' });
}

/** @throws TaskError `invalid-param` for an address that is the same for each run, or that a browser would not open */
function runUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const protocol = URL.parse(text.replaceAll(/[{}]/g, ''))?.protocol;
  if (text.includes('{name}') && (protocol === 'https:' || protocol === 'http:')) return text;
  const message = `--run-url: expected an address with {name}, got ${JSON.stringify(text)}`;
  const remedy = 'Give an address such as https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}.';
  throw new TaskError('invalid-param', message, { remedy });
}

/** @throws TaskError `invalid-param` for texts that are neither IP addresses nor ranges: they would match nothing */
function proxiesOf(text: string): readonly string[] {
  return parseCommaList(text).map((entry) => {
    if (parseIpAddress(entry) !== undefined || parseIpRange(entry) !== undefined) return entry;
    const message = `--trusted-proxies: expected IP addresses or ranges, got ${JSON.stringify(entry)}`;
    throw new TaskError('invalid-param', message, { remedy: 'Give the addresses from which the proxies connect.' });
  });
}

/** Hosts as they are in a URL. @throws TaskError `invalid-param` for texts that cannot be hosts: they would match nothing */
function hostsOf(text: string): readonly string[] {
  return parseCommaList(text).map((entry) => {
    const host = entry.toLowerCase();
    const url = URL.parse(`https://${host}`);
    if (url !== null && [url.host, `${url.hostname}:443`].includes(host)) return host;
    const message = `--allow-clusters: expected hosts such as api.example.com:6443, got ${JSON.stringify(entry)}`;
    throw new TaskError('invalid-param', message, { remedy: 'Give hosts without https:// and without a path.' });
  });
}
