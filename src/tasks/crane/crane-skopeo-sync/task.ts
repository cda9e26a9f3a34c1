import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { coreYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readRequest } from '../../../usecases/images/copy/read-request.ts';
import { copyParams, copyResults, copyWorkspaces, settingsOf } from '../../shared/image-copy-params.ts';
import { runImageSync } from '../../shared/image-copy.ts';
import { commonParams, sideParams } from '../../shared/params.ts';
import { optional } from '../../shared/param-kinds.ts';

function loginContext(side: 'source' | 'destination') {
  return sideParams.context(
    side,
    `Its token logs in to the ${side} registry; "in-cluster" is the service account of the pod. Empty: the workspace ` +
      'registry-auth, else anonymous access, is used.',
  );
}

export const craneSkopeoSync = defineTask({
  name: 'crane-skopeo-sync',
  aliases: ['skopeo-sync'],
  summary: 'copy planned images to the destination registry, by digest, in parallel, proven',
  family: 'crane',
  stage: 'copy-images',
  recovery: 'images',
  description:
    'Copies the images of a plan, or of any skopeo sync source file, with the program skopeo. What the destination has ' +
    'already is found by digest and left alone; the rest is copied with all platforms and unchanged digests, read back ' +
    'and compared. A failed image does not stop the others: the report names it, the exit code is 4, and running again ' +
    'copies only what is missing. Logins go to skopeo in files that only this user can read.',
  examples: [
    'crane-skopeo-sync --skopeo-dir=skopeo --source-context=source --destination-context=destination',
    'crane-skopeo-sync --source-file=source.yaml --destination-registry-public=registry.example.com --destination-namespace=shop',
  ],
  params: {
    'source-context': loginContext('source'),
    'destination-context': loginContext('destination'),
    'source-registry-tls-verify': sideParams.registryTlsVerify('source'),
    'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
    'source-registry-public': sideParams.registry(
      'source',
      'public',
      'The token of source-context is sent to this registry only. Empty: the one of the plan, or the only one in the source file.',
    ),
    'destination-registry-public': sideParams.registry(
      'destination',
      'public',
      'Empty: the one of the plan. A source file needs it.',
    ),
    'destination-namespace': sideParams.namespace(
      'destination',
      'Images are copied to <destination-registry-public>/<destination-namespace>/<last part of the source name>. Empty: the ' +
        'one of the plan. A source file needs it.',
    ),
    'source-file': optional(
      'File in the workspace skopeo: a plan (.json) or any skopeo sync source file (YAML). A source file is made into a ' +
        'plan first, kept beside it (source.plan.json). Empty: plan.json when there is one, else source.yaml.',
    ),
    'plan-digest': commonParams['plan-digest'],
    'mapping-file': optional(
      'YAML or JSON file in the workspace skopeo that says where the images of a source file go, as ' +
        'crane-skopeo-sync-gen takes it. Empty: <destination-namespace>/<last part of the source name>.',
    ),
    ...copyParams,
  },
  workspaces: {
    skopeo: {
      flag: 'skopeo-dir',
      defaultPath: 'skopeo',
      description: 'Folder with the plan or source file; gets the report.',
    },
    ...copyWorkspaces,
  },
  results: {
    ...copyResults,
  },
  reportIn: 'skopeo',
  run: async ({ params, workspaces }, context) => {
    const request = await readRequest(
      {
        sourceFile: params['source-file'],
        planDigest: params['plan-digest'],
        sourceRegistry: params['source-registry-public'],
        destinationRegistry: params['destination-registry-public'],
        destinationNamespace: params['destination-namespace'],
        mappingFile: params['mapping-file'],
      },
      { folder: openFolder(workspaces.skopeo), yaml: coreYamlCodec, sha256: sha256Of },
    );
    const sides = {
      sourceContext: params['source-context'],
      destinationContext: params['destination-context'],
      verifySource: params['source-registry-tls-verify'],
      verifyDestination: params['destination-registry-tls-verify'],
    };
    return runImageSync(request, settingsOf(sides, params, workspaces), context);
  },
});
