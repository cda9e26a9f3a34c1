import { countOf } from '../../../domain/core/count-of.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { formatAppManifest } from '../../../domain/app/app-manifest.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readLiveManifest } from '../../../usecases/app/read-live-manifest.ts';
import { toggle } from '../../shared/param-kinds.ts';
import { releaseId, releaseParams, shown } from '../../shared/releases.ts';
import { withReleases } from '../../shared/with-releases.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const appManifest = defineTask({
  name: 'app-manifest',
  aliases: ['app manifest'],
  summary: 'print a Helm release as epinio.yml',
  family: 'terminal',
  stage: 'applications',
  description:
    'Prints the application of a release as epinio.yml. The command app-push deploys the same image again from this file. ' +
    'Environment variables are printed only with --show-values=true: their values may be secret.',
  examples: ['app-manifest shop', 'app-manifest shop --show-values=true'],
  params: {
    ...releaseParams,
    'show-values': toggle(false, 'Whether to print the values that the workloads hold. They may be secret.'),
  },
  workspaces: { kubeconfig: kubeconfigWorkspace },
  results: {},
  reasons: [],
  run: (input, context) =>
    withReleases(input, context, async ({ namespace, ports }) => {
      const { release, 'show-values': showValues } = input.params;
      const { environment = [], ...manifest } = await readLiveManifest(releaseId(namespace, release), ports);
      const visible = showValues && environment.length > 0 ? environment : undefined;
      if (!showValues && environment.length > 0)
        ports.log.warn(`left out, see --show-values: ${countOf(environment.length, 'environment variable')}`);
      const text = yamlCodec.format(formatAppManifest({ ...manifest, environment: visible }));
      return shown(text, `release ${namespace}/${release}`);
    }),
});
