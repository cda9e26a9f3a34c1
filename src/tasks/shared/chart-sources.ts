import { sha256Of } from '../../adapters/files/digest.ts';
import { createDownload, type Download } from '../../adapters/http/download.ts';
import { readRepositoryLogin } from '../../adapters/http/read-repository-login.ts';
import { yamlCodec } from '../../adapters/yaml/yaml-codec.ts';
import { largestChart } from '../../domain/helm/chart-files.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import type { ChartSourcePorts } from '../../usecases/app/find-chart.ts';

export interface ChartSourceSettings extends Pick<ChartSourcePorts, 'registry' | 'readFile'> {
  /** Path of the workspace with the login for a chart repository. */
  readonly chartAuth: string | undefined;
  /** PEM; empty for none. */
  readonly caBundle: string;
}

/** What all tasks need to get charts from elsewhere. @throws TaskError `invalid-file` for a login that cannot be read */
export async function openChartSources(
  { registry, readFile, chartAuth, caBundle }: ChartSourceSettings,
  { log, environment, signal }: TaskContext,
): Promise<ChartSourcePorts> {
  const login = await readRepositoryLogin(chartAuth, log.redactor);
  const authorization = login?.authorization;
  const download = createDownload({ caBundle, environment, signal, mostBytes: largestChart, authorization });
  return { registry, readFile, login, download: once(download), yaml: yamlCodec, sha256: sha256Of };
}

/** Applications often have the same chart: it is downloaded once in a run, and a server that does not answer is asked once. */
function once(download: Download): Download {
  const answers = new Map<string, ReturnType<Download>>();
  return (url, withLogin) => {
    const key = `${String(withLogin)} ${url.href}`;
    const answer = answers.get(key) ?? download(url, withLogin);
    answers.set(key, answer);
    return answer;
  };
}
