import { TaskError } from '../../../domain/core/errors.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { buildParams, buildResults, buildWorkspaces } from './params.ts';

export const buildpacksBuild = defineTask({
  name: 'buildpacks-build',
  summary: 'build and push the image of an application with Cloud Native Buildpacks, in a pod only',
  family: 'app',
  stage: 'build-image',
  recovery: 'before-anything-is-written',
  description:
    'Builds an image from the source of an application, without a Dockerfile and without root. The phases of the ' +
    'lifecycle are steps of their own, in the builder image. Before they start, builder, run image and target are checked ' +
    'in their registries. Buildpacks run in steps that have neither logins nor a token. An unchanged source gives an image ' +
    'with the same digest. This is a Tekton Task only: its phases need the builder image.',
  examples: [],
  params: buildParams,
  workspaces: buildWorkspaces,
  results: buildResults,
  reasons: ['registry', 'build'],
  reportIn: 'source',
  run: () => {
    throw new TaskError('program-missing', 'looking for the lifecycle: it is a part of builder images', {
      remedy: 'Run the Tekton Task of this name.',
    });
  },
});
