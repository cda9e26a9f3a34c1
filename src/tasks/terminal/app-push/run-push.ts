import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { openFolder } from '../../../adapters/files/local-folder.ts';
import { createPrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { openSource } from '../../../adapters/source/open-source.ts';
import { formatListing } from '../../../domain/app/format-listing.ts';
import { asErrorCode, TaskError } from '../../../domain/core/errors.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { SourceReader } from '../../../domain/source/source-list.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { runInside } from '../../../runtime/run-inside.ts';
import type { PushResult } from '../../../usecases/app/push-application.ts';
import { uploadSource } from '../../../usecases/source/upload-source.ts';
import { withGitOrigin } from './git-origin.ts';
import { planPush, type PushInput, type PushPlan } from './plan-push.ts';
import { startRun } from './start-run.ts';

type PushOutcome = Outcome<PushResult, 'source' | 'runs' | 'release'>;

/** Pushes what epinio.yml and the params describe. @throws TaskError */
export async function runPush(input: PushInput, context: TaskContext): Promise<PushOutcome> {
  const plan = await planPush(input.params, context);
  const push = (source: SourceReader) =>
    input.params['dry-run'] ? listSource(plan, source, context) : startRun({ plan, input, source }, context);
  const { origin } = plan;
  const rules = { patterns: plan.manifest.ignore ?? [], useGitignore: input.params['use-gitignore'] };
  if (origin.kind === 'container') return deployImage({ ...plan, image: origin.place }, input, context);
  if (origin.kind === 'git') return withGitOrigin({ origin, rules, input }, context, push);
  const { place } = origin;
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() !== false;
  const path = isFolder ? '' : basename(place);
  return push(await openSource(isFolder ? place : dirname(place), { ...rules, path, signal: context.signal }));
}

/** Only lists what a push would upload. Only the Secret of git-config is read from a cluster. */
async function listSource(plan: PushPlan, source: SourceReader, { log }: TaskContext): Promise<PushOutcome> {
  const request = { app: plan.app, namespace: plan.manifest.namespace ?? '', username: '', listOnly: true };
  const none = (): string => '';
  const listed = await uploadSource(request, { source, store: undefined, hash: none, log });
  return { ...listed, results: { ...noResults, commit: listed.results.commit }, stdout: formatListing(source.list) };
}

const noResults = { 'blob-id': '', commit: '', 'pipeline-run': '', revision: '', urls: '' } as const;

/** Runs the Task that deploys images, in this process. */
async function deployImage(
  { app, manifest, deployment, image }: PushPlan & { readonly image: string },
  { params, workspaces }: PushInput,
  context: TaskContext,
): Promise<PushOutcome> {
  const task = await context.findTask('app-deploy')?.();
  if (task === undefined) throw new Error('the task app-deploy is missing');
  const folder = await createPrivateFolder();
  try {
    const texts = {
      ...deployment,
      app,
      image,
      namespace: manifest.namespace ?? '',
      context: params.context ?? '',
      'kubeconfig-digest': params['kubeconfig-digest'],
      'dry-run': String(params['dry-run']),
      'wait-timeout': String(params['wait-timeout']),
    };
    const paths = {
      deployment: folder.pathOf('deployment'),
      kubeconfig: workspaces.kubeconfig,
      'chart-auth': workspaces['chart-auth'],
      'ca-bundle': workspaces['ca-bundle'],
    };
    const end = await runInside(task, { params: texts, workspaces: paths }, { name: app, context, openFolder });
    const { status, message, remedy, results } = end;
    if (end.exitCode !== 0) throw new TaskError(asErrorCode(status) ?? 'incomplete', message, { remedy });
    const { revision = '', urls = '' } = results;
    return { items: [], results: { ...noResults, revision, urls }, summary: message };
  } finally {
    await folder.remove();
  }
}
