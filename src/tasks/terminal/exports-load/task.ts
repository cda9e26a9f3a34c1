import { defineTask } from '../../../runtime/define-task.ts';
import { registryWorkspaces } from '../../shared/exports.ts';
import { exportsLoadParams } from './params.ts';

export const exportsLoad = defineTask({
  name: 'exports-load',
  aliases: ['exports load'],
  summary: 'push the image of an archive to a registry, with the digest that it had',
  family: 'terminal',
  stage: 'exports',
  description:
    'Reads an archive of one image, also compressed with gzip, checks all its digests and pushes it. An archive of ' +
    '`exports archive` gives the same manifest digest. The classic form of `docker save` has no manifest: the image keeps ' +
    'its configuration, which is the image id of Docker, and gets another manifest digest; the output says so. ' +
    'No cluster is needed. A public destination must be confirmed.',
  examples: [
    'exports load week-3.tar.gz --destination-image=registry.example.com/team/week-3:1',
    'exports load my_archive.tar.gz --destination-image=docker.io/me/course:week-3 --confirm-public=true',
  ],
  params: exportsLoadParams,
  workspaces: registryWorkspaces,
  results: {
    'manifest-digest': 'Digest of the image in the registry and in the archive.',
    'config-digest': 'Digest of the configuration: the image id of Docker.',
  },
  reasons: ['exports', 'registry'],
  run: async (input, context) => {
    const { runLoad } = await import('./run-load.ts');
    return runLoad(input, context);
  },
});
