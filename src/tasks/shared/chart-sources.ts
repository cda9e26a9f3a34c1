import { sha256Of } from '../../adapters/files/digest.ts';
import { createDownload, type Download } from '../../adapters/http/download.ts';
import { readRepositoryLogin } from '../../adapters/http/read-repository-login.ts';
import { helmYamlCodec } from '../../adapters/yaml/helm-yaml-codec.ts';
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
  return { registry, readFile, login, download: once(download), yaml: helmYamlCodec, sha256: sha256Of };
}

/** Bytes of charts that are kept for the next application of a run. */
const mostKept = 64 * 1024 * 1024;

/** Applications often have the same chart: it is downloaded once in a run, and a server that does not answer is asked once. */
function once(download: Download): Download {
  const answers = new Map<string, ReturnType<Download>>();
  let kept = 0;
  return (url, withLogin) => {
    const key = `${String(withLogin)} ${url.href}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = download(url, withLogin).then((bytes) => {
      if (kept + bytes.length > mostKept) answers.delete(key);
      else kept += bytes.length;
      return bytes;
    });
    answers.set(key, answer);
    return answer;
  };
}
