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
import { planPush, type PushInput, type PushPlan } from './plan-push.ts';
import { startRun } from './start-run.ts';

type PushOutcome = Outcome<PushResult, 'source' | 'runs' | 'release'>;

/** Pushes what epinio.yml and the params describe. @throws TaskError */
export async function runPush(input: PushInput, context: TaskContext): Promise<PushOutcome> {
  const plan = await planPush(input.params, context);
  if (plan.origin.kind === 'container') return deployImage(plan, input, context);
  const { place } = plan.origin;
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() !== false;
  const source = await openSource(isFolder ? place : dirname(place), {
    path: isFolder ? '' : basename(place),
    patterns: plan.manifest.ignore ?? [],
    useGitignore: input.params['use-gitignore'],
    signal: context.signal,
  });
  if (input.params['dry-run']) return listSource(plan, source, context);
  return startRun({ plan, input, source }, context);
}

/** Only lists what a push would upload: no server is asked. */
async function listSource(plan: PushPlan, source: SourceReader, { log }: TaskContext): Promise<PushOutcome> {
  const request = { app: plan.app, namespace: plan.manifest.namespace ?? '', username: '', listOnly: true };
  const none = (): string => '';
  const listed = await uploadSource(request, { source, store: undefined, hash: none, log });
  return { ...listed, results: noResults, stdout: formatListing(source.list) };
}

const noResults = { 'blob-id': '', 'pipeline-run': '', revision: '', urls: '' } as const;

/** Runs the Task that deploys images, in this process. */
async function deployImage(
  plan: PushPlan,
  { params, workspaces }: PushInput,
  context: TaskContext,
): Promise<PushOutcome> {
  const { app, manifest, origin, deployment } = plan;
  const task = await context.findTask('app-deploy')?.();
  if (task === undefined) throw new Error('the task app-deploy is missing');
  const folder = await createPrivateFolder();
  try {
    const texts = {
      ...deployment,
      app,
      image: origin.place,
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
