import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { coreYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { readRequest } from '../../../usecases/images/copy/read-request.ts';
import { copyParams, copyResults, copyWorkspaces, loginParams, settingsOf } from '../../shared/image-copy-params.ts';
import { runImageSync } from '../../shared/image-copy.ts';

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
    'crane-skopeo-sync --skopeo-dir=skopeo --src-context=source --dest-context=destination',
    'crane-skopeo-sync --source-file=source.yaml --dest-public-registry-url=registry.example.com --dest-namespace=shop',
  ],
  params: {
    ...loginParams,
    'src-public-registry-url': {
      type: 'string',
      default: '',
      description:
        'Source registry, host or host:port, that the token of src-context is for. Empty: the one of the plan, or the ' +
        'only one in the source file. The token is never sent to any other.',
    },
    'dest-public-registry-url': {
      type: 'string',
      default: '',
      description: 'Destination registry, host or host:port. Empty: the one of the plan. A source file needs it.',
    },
    'dest-namespace': {
      type: 'string',
      default: '',
      description:
        'Namespace at the destination: images go to <dest-public-registry-url>/<dest-namespace>/<last part of the source ' +
        'name>. Empty: the one of the plan. A source file needs it.',
    },
    'source-file': {
      type: 'string',
      default: '',
      description:
        'File in the workspace skopeo: a plan (.json) or any skopeo sync source file (YAML). A source file is made into a ' +
        'plan first, kept beside it (source.plan.json). Empty: plan.json when there is one, else source.yaml.',
    },
    'plan-digest': {
      type: 'string',
      default: '',
      description:
        'Digest, sha256:<hex>, that the file must have, as crane-skopeo-sync-gen reports it. Empty: not checked.',
    },
    'mapping-file': {
      type: 'string',
      default: '',
      description:
        'YAML or JSON file in the workspace skopeo that says where the images of a source file go, as ' +
        'crane-skopeo-sync-gen takes it. Empty: <dest-namespace>/<last part of the source name>.',
    },
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
        sourceRegistry: params['src-public-registry-url'],
        destinationRegistry: params['dest-public-registry-url'],
        destinationNamespace: params['dest-namespace'],
        mappingFile: params['mapping-file'],
      },
      { folder: openFolder(workspaces.skopeo), yaml: coreYamlCodec, sha256: sha256Of },
    );
    return runImageSync(request, settingsOf(params, workspaces), context);
  },
});
