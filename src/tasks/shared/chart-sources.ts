import { sha256Of } from '../../adapters/files/digest.ts';
import { createDownload, type Download } from '../../adapters/http/download.ts';
import { readRepositoryLogin } from '../../adapters/http/read-repository-login.ts';
import { helmYamlCodec } from '../../adapters/yaml/helm-yaml-codec.ts';
import { remember } from '../../domain/core/remember.ts';
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
  let kept = 0;
  const { get, forget } = remember(
    async (...asked: Parameters<Download>) => {
      const bytes = await download(...asked);
      if (kept + bytes.length > mostKept) forget(...asked);
      else kept += bytes.length;
      return bytes;
    },
    (url, withLogin) => `${String(withLogin)} ${url.href}`,
  );
  return get;
}
