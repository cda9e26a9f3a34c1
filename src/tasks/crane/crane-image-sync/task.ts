import { defineTask } from '../../../runtime/define-task.ts';
import { syncExportedImages } from '../../../usecases/images/copy/sync-exported-images.ts';
import { settingsOf } from '../../shared/image-copy-params.ts';
import { acceptedProblems, foldersOf, writePlan } from '../../shared/image-plan.ts';
import { runImageSync } from '../../shared/image-copy.ts';
import { imageSyncParams, imageSyncWorkspaces, imageSyncResults } from './params.ts';

export const craneImageSync = defineTask({
  name: 'crane-image-sync',
  aliases: ['image-sync'],
  summary: 'plan and copy the images of an export in one step',
  family: 'crane',
  stage: 'copy-images',
  recovery: 'images',
  description:
    'Does what crane-skopeo-sync-gen and crane-skopeo-sync do, in one run: decides for each image of the export ' +
    'whether it must be copied, copies it by digest and verifies it. The plan remains in the workspace skopeo. An ' +
    'empty address is an error only if an image must be copied from or to that registry. If nothing is to be copied, ' +
    'no registry is asked. The report names each image, copied or skipped.',
  examples: [
    'crane-image-sync --src-context=source --src-internal-registry-url=image-registry.openshift-image-registry.svc:5000 ' +
      '--src-public-registry-url=registry.apps.source.example.com --dest-context=destination ' +
      '--dest-public-registry-url=registry.apps.destination.example.com --dest-namespace=shop',
  ],
  params: imageSyncParams,
  workspaces: imageSyncWorkspaces,
  results: imageSyncResults,
  reasons: ['plan', 'registry', 'copy'],
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const places = {
      ...foldersOf(workspaces),
      sourceFile: 'source.yaml',
      source: { registry: params['src-public-registry-url'], internalRegistry: params['src-internal-registry-url'] },
      destination: {
        registry: params['dest-public-registry-url'],
        internalRegistry: params['destination-registry-internal'],
        namespace: params['dest-namespace'],
      },
      emptyAddresses: 'accept-unneeded',
      names: {
        registry: 'src-public-registry-url',
        internalRegistry: 'src-internal-registry-url',
        destinationRegistry: 'dest-public-registry-url',
        namespace: 'dest-namespace',
      },
    } as const;
    const sides = {
      sourceContext: params['src-context'],
      destinationContext: params['dest-context'],
      verifySource: params['src-tls-verify'],
      verifyDestination: params['dest-tls-verify'],
    };
    // Wrong values are refused before the plan is written, also when there is nothing to copy.
    const settings = settingsOf(sides, params, workspaces);
    const { plan, outcome: planning } = await writePlan(places, params, context);
    const planned = { plan, planning, allowProblems: acceptedProblems(params) };
    return syncExportedImages(planned, (request) => runImageSync(request, settings, context));
  },
});
