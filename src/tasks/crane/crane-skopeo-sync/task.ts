import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { coreYamlCodec, skopeoYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { isEmptyPlan, nothingCopied } from '../../../usecases/images/copy/sync-exported-images.ts';
import { readImageExclude } from '../../shared/image-exclude.ts';
import { readRequest } from '../../../usecases/images/copy/read-request.ts';
import { copyResults, settingsOf } from '../../shared/image-copy-params.ts';
import { runImageSync } from '../../shared/image-copy.ts';
import { syncParams, syncWorkspaces } from './params.ts';

export const craneSkopeoSync = defineTask({
  name: 'crane-skopeo-sync',
  aliases: ['skopeo-sync'],
  summary: 'copy planned images to the destination registry, by digest, in parallel, and verify them',
  family: 'crane',
  stage: 'copy-images',
  recovery: 'images',
  description:
    'Copies the images of a plan, or of any skopeo sync source file, with the program skopeo. Images that the ' +
    'destination already has are found by digest and skipped. The others are copied with all platforms and unchanged ' +
    'digests, read back and compared. A failed image does not stop the others: the report names it, the exit code is ' +
    '4, and another run copies only what is missing. skopeo gets logins in files that only its user can read.',
  examples: [
    'crane-skopeo-sync --skopeo-dir=skopeo --source-context=source --destination-context=destination',
    'crane-skopeo-sync --source-file=source.yaml --destination-registry-public=registry.example.com --destination-namespace=shop',
  ],
  params: syncParams,
  workspaces: syncWorkspaces,
  results: copyResults,
  reasons: ['plan', 'registry', 'copy'],
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const folder = openFolder(workspaces.skopeo);
    const { redactor } = context.log;
    const request = await readRequest(
      {
        sourceFile: params['source-file'],
        planDigest: params['plan-digest'],
        sourceRegistry: params['source-registry-public'],
        destinationRegistry: params['destination-registry-public'],
        destinationNamespace: params['destination-namespace'],
        mappingFile: params['mapping-file'],
        excluded: await readImageExclude(params['image-exclude']),
      },
      { folder, yaml: coreYamlCodec, sourceYaml: skopeoYamlCodec, sha256: sha256Of, redactor },
    );
    if (request.kind === 'plan' && isEmptyPlan(request.plan) && request.leftOut.length === 0) return nothingCopied;
    const sides = {
      sourceContext: params['source-context'],
      destinationContext: params['destination-context'],
      verifySource: params['source-registry-tls-verify'],
      verifyDestination: params['destination-registry-tls-verify'],
    };
    return runImageSync(request, settingsOf(sides, params, workspaces), context);
  },
});
