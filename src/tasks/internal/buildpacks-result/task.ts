import { openFolder, openInputFolder } from '../../../adapters/files/local-folder.ts';
import { parseToml } from '../../../adapters/toml/parse-toml.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { finishBuild } from '../../../usecases/build/finish-build.ts';
import { buildResults, buildWorkspaces } from '../../app/buildpacks-build/params.ts';
import { builderFile } from '../buildpacks-prepare/ports.ts';

export const buildpacksResult = defineTask({
  name: 'buildpacks-result',
  summary: 'report what a build made',
  family: 'internal',
  stage: 'build-image',
  description:
    'The last step of buildpacks-build. It reads the report of the lifecycle, and copies software bills of materials into ' +
    'the workspace. Not meant to be called by people.',
  examples: [],
  params: {},
  workspaces: {
    source: buildWorkspaces.source,
    layers: { flag: 'layers-dir', defaultPath: 'layers', description: 'Folder of the lifecycle with report.toml.' },
    prepared: { flag: 'prepared-dir', defaultPath: 'prepared', description: 'Folder of the first step.' },
  },
  results: buildResults,
  reasons: ['build'],
  reportIn: 'source',
  stepOf: { task: 'buildpacks-build', isLast: true },
  run: ({ workspaces }) => {
    const prepared = openInputFolder(workspaces.prepared);
    return finishBuild({
      // Code of buildpacks writes into both folders: links in them are refused.
      layers: openFolder(workspaces.layers),
      source: openFolder(workspaces.source),
      readBuilder: () => prepared.read(builderFile),
      parseToml,
    });
  },
});
