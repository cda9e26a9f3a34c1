import { defineTask } from '../../../runtime/define-task.ts';
import { uploadParams, uploadResults, uploadWorkspaces } from './params.ts';

export const sourceUpload = defineTask({
  name: 'source-upload',
  summary: 'upload the source of an application to an object storage',
  family: 'app',
  stage: 'upload-source',
  description:
    'Uploads a folder or a commit of a Git repository as a tar archive, or an existing archive, to a bucket. ' +
    '.epinioignore, or else .gitignore, says which files are left out; .git and files with logins of Git always are. The ' +
    'id follows from the content: the same source is uploaded once, and an interrupted upload is continued by the next ' +
    'run. The same commit always has the same id.',
  examples: [
    'source-upload --app=shop --namespace=workspace --source-dir=shop --s3-connection=s3',
    'source-upload --app=shop --namespace=workspace --source-dir=shop --list-only=true',
    'source-upload --app=shop --namespace=workspace --git=https://git.example.com/shop.git --git-revision=v1.2 ' +
      '--git-credentials=login --s3-connection=s3',
  ],
  params: uploadParams,
  workspaces: uploadWorkspaces,
  results: uploadResults,
  reasons: ['source'],
  reportIn: 'source',
  run: async (input, context) => {
    const { runUpload } = await import('./run-upload.ts');
    return runUpload(input, context);
  },
});
