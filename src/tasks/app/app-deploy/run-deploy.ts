import { hash } from 'node:crypto';

import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { readGiven } from '../../../adapters/files/read-text.ts';
import { createPrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { helmYamlCodec } from '../../../adapters/yaml/helm-yaml-codec.ts';
import { parseChartChoice } from '../../../domain/app/chart-choice.ts';
import { readBaseValues } from '../../../domain/app/deploy-values.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { JsonObject } from '../../../domain/core/json-object.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { deployApplication } from '../../../usecases/app/deploy-application.ts';
import { parseDeploySettings } from '../../shared/deploy-params.ts';
import { pullPatience } from '../../shared/open-registry.ts';
import { limitsOf } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';
import { openChart, openPulled } from './open-chart.ts';
import type { appDeployParams } from './params.ts';

interface DeployInput {
  readonly params: ValuesOf<typeof appDeployParams>;
  readonly workspaces: {
    readonly values: string | undefined;
    readonly charts: string | undefined;
    readonly kubeconfig: string | undefined;
    readonly 'registry-auth': string | undefined;
    readonly 'chart-auth': string | undefined;
    readonly 'ca-bundle': string | undefined;
  };
}

/** Deploys an application with the adapters of a run. */
export async function runDeploy({ params, workspaces }: DeployInput, context: TaskContext) {
  const settings = { ...parseDeploySettings(params), app: params.app, image: params.image };
  const place = {
    choice: parseChartChoice(params.chart, workspaces.charts !== undefined),
    systemNamespace: params['system-namespace'],
    charts: workspaces.charts,
    registryAuth: workspaces['registry-auth'],
    chartAuth: workspaces['chart-auth'],
    caBundle: workspaces['ca-bundle'],
    verifyTls: params['registry-tls-verify'],
  };
  const base = await readValues(workspaces.values);
  const folder = await createPrivateFolder();
  try {
    return await withReleases({ params, workspaces }, context, async ({ namespace, ports }) => {
      const chart = await openChart(place, { cluster: ports.cluster, folder, context });
      return deployApplication(
        { namespace, settings, chart, base, limits: limitsOf(params), dryRun: params['dry-run'] },
        {
          ...ports,
          sha1: (text) => hash('sha1', text),
          pulled: await openPulled(place, context, pullPatience),
          pause: sleepUntil(context.signal, 'deploying an application'),
        },
      );
    });
  } finally {
    await folder.remove();
  }
}

async function readValues(path: string | undefined): Promise<JsonObject> {
  if (path === undefined) return {};
  try {
    const text = (await readGiven(path, 'values.yaml')).toString('utf8');
    return readBaseValues(helmYamlCodec.parse(text, path), path);
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw new TaskError('invalid-file', `reading values from ${path}: ${messageOf(error)}`, {
      remedy: 'Bind a folder with a file values.yaml, or name a values file.',
      cause: error,
    });
  }
}
