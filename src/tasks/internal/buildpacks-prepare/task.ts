import { defineTask } from '../../../runtime/define-task.ts';
import { prepareBuild } from '../../../usecases/build/prepare-build.ts';
import { buildResults } from '../../app/buildpacks-build/params.ts';
import { prepareParams, prepareWorkspaces } from './params.ts';
import { assertSource, createPreparePorts, readBuildEnvironment } from './ports.ts';

export const buildpacksPrepare = defineTask({
  name: 'buildpacks-prepare',
  summary: 'check the images of a build and write what its phases read',
  family: 'internal',
  stage: 'build-image',
  description:
    'The first step of buildpacks-build. It checks builder, run image, cache image and target in their registries, and ' +
    'writes the environment of the build and the logins of the phases. Not meant to be called by people.',
  examples: [],
  params: prepareParams,
  workspaces: prepareWorkspaces,
  results: buildResults,
  reasons: ['registry', 'build'],
  reportIn: 'source',
  stepOf: { task: 'buildpacks-build', isLast: false },
  run: async ({ params, workspaces }, context) => {
    const names = {
      image: params.image,
      builder: params['builder-image'],
      runImage: params['run-image'] ?? '',
      cacheImage: params['cache-image'] ?? '',
      previousImage: params['previous-image'] ?? '',
      insecureRegistry: params['insecure-registry'] ?? '',
    };
    await assertSource(workspaces.source, params['app-folder']);
    const environment = await readBuildEnvironment(params.environment, workspaces['build-env']);
    const ports = await createPreparePorts({ insecureRegistry: params['insecure-registry'], workspaces }, context);
    const { 'platform-api': platformApi, 'allow-account-secrets': allowAccountSecrets } = params;
    return prepareBuild({ names, platformApi, environment, allowAccountSecrets }, ports);
  },
});
