import { TaskError } from '../../../domain/core/errors.ts';
import { stringAt, type JsonObject } from '../../../domain/core/json-object.ts';
import type { Log, Sha256, YamlCodec } from '../../../domain/core/ports.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { accountNamespace, applicationAccount } from '../../../domain/planning/applications/application-account.ts';
import { decidedText, type CompleteApplication } from '../../../domain/planning/applications/application-answers.ts';
import { applicationCommand } from '../../../domain/planning/applications/application-command.ts';
import {
  applicationObjects,
  planAnnotation,
  type ApplicationSettings,
} from '../../../domain/planning/applications/application-objects.ts';
import { checkApplication } from '../../../domain/planning/applications/check-application.ts';
import type { Problem } from '../../../domain/planning/problem.ts';
import type { PlannedObject } from '../../../domain/planning/run-objects.ts';
import { assertTokensLast } from '../../../domain/planning/token-expiry.ts';
import { pipelineRuns, stateOfRun } from '../../../domain/runs/pipeline-run.ts';
import { findObject } from '../../cluster/find-object.ts';
import { createObject, serverSideApply } from '../../cluster/write-object.ts';
import { withLogin, type ClusterLogin } from '../create-migration.ts';
import { createOnce, keyDigest, type CreatedOnce } from '../create-once.ts';
import { makeAccount } from '../make-account.ts';

export interface ApplicationRequest {
  readonly answers: CompleteApplication;
  /** Whether what an image would have is only listed. */
  readonly dryRun: boolean;
  /** Namespace of the runs. */
  readonly namespace: string;
  /** Image of the tasks. */
  readonly image: string;
}

/** The cluster of the application, and how the pods of a run reach it. */
export interface ApplicationCluster {
  readonly cluster: Cluster;
  readonly login: Pick<ClusterLogin, 'url' | 'ca'>;
}

export interface PlannedApplication {
  readonly problems: readonly Problem[];
  readonly objects: readonly PlannedObject[];
  /** As YAML; a Secret without its values. Empty when an answer is wrong. */
  readonly objectsText: string;
  /** Command line that does the same. */
  readonly command: string;
}

/** Plans a run: the same answers give the same bytes. */
export function planApplication(
  request: ApplicationRequest,
  {
    login,
    sha256,
    yaml,
  }: { readonly login: Pick<ClusterLogin, 'url'>; readonly sha256: Sha256; readonly yaml: YamlCodec },
): PlannedApplication {
  const { answers } = request;
  const problems = checkApplication(answers);
  if (problems.length > 0) return { problems, objects: [], objectsText: '', command: '' };
  const objects = applicationObjects(answers, settingsOf(request, login.url, sha256));
  return {
    problems,
    objects,
    objectsText: objects.map(({ resource }) => yaml.format(resource)).join('---\n'),
    command: applicationCommand(answers),
  };
}

const placeLength = 10;

function settingsOf(
  { answers, dryRun, namespace, image }: ApplicationRequest,
  server: string,
  sha256: Sha256,
): ApplicationSettings {
  // Two logins that are not the same must not be in one Secret.
  const place = sha256([server, accountNamespace(answers), applicationAccount(answers).name].join(' '));
  return {
    namespace,
    image,
    dryRun,
    place: place.slice(place.indexOf(':') + 1).slice(0, placeLength),
    decided: sha256(decidedText(answers)),
  };
}

export interface StartPorts {
  readonly source: ApplicationCluster;
  /** The cluster of the runs. */
  readonly runs: Cluster;
  readonly log: Log;
  readonly sha256: Sha256;
  readonly yaml: YamlCodec;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface StartApplication extends ApplicationRequest {
  /** The run that listed what the image has; empty for a dry run and for other actions. */
  readonly plan: string;
  /** As of other runs; empty: each request starts one. */
  readonly key: string;
  readonly user: string;
}

/**
 * Starts a run with the rights of the user: makes its account, writes the Secret with its login and creates the run. An
 * image is made only after what it has was listed for the same answers.
 * @throws TaskError `invalid-param` for answers with a problem, and without such a list; as makeAccount
 */
export async function startApplication(request: StartApplication, ports: StartPorts): Promise<CreatedOnce> {
  const { answers, namespace, key, user } = request;
  const { source, runs, sha256 } = ports;
  const { problems, objects } = planApplication(request, { ...ports, login: source.login });
  const [problem] = problems;
  if (problem !== undefined) {
    throw new TaskError('invalid-param', `the answers have a problem at ${problem.path}: ${problem.message}`, {
      remedy: problem.remedy,
    });
  }
  if (answers.action === 'portable-image' && !request.dryRun) await assertListed(request, ports);
  const run = objects.find(({ login }) => login === undefined)?.resource ?? {};
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  await createObject(runs, { kind: pipelineRuns, namespace, body: run, query });
  const secret = objects.find(({ login }) => login === 'source')?.resource;
  if (secret !== undefined) await writeLogin(secret, request, ports);
  const digest = keyDigest(key, [answers.action, sha256(decidedText(answers)), String(request.dryRun)], sha256);
  return createOnce({ kind: pipelineRuns, namespace, body: run, digest, user }, runs);
}

async function assertListed({ answers, namespace, plan }: StartApplication, ports: StartPorts): Promise<void> {
  const found = plan === '' ? undefined : await findObject(ports.runs, { kind: pipelineRuns, namespace, name: plan });
  const isSame = stringAt(found, 'metadata', 'annotations', planAnnotation) === ports.sha256(decidedText(answers));
  if (isSame && stateOfRun(found).hasSucceeded) return;
  throw new TaskError('invalid-param', `making an image of ${answers.workload}: what it has was not listed before`, {
    remedy: 'List the content of the image with the same answers, look at it, then make the image.',
  });
}

/** The Secret is that of the account: runs at the same time share it. */
async function writeLogin(
  secret: JsonObject,
  { answers, namespace }: StartApplication,
  ports: StartPorts,
): Promise<void> {
  const { source, runs, log, now } = ports;
  const account = {
    objects: applicationAccount(answers),
    namespace: accountNamespace(answers),
    hours: answers.login.hours,
  };
  const { token, expiresAt } = await makeAccount(account, { cluster: source.cluster, log });
  assertTokensLast({ source: expiresAt }, { minutes: answers.run.timeoutMinutes, now: now() });
  const body = withLogin(secret, { ...source.login, token, expiresAt });
  const name = stringAt(secret, 'metadata', 'name') ?? '';
  await serverSideApply(runs, { kind: knownKinds.secrets, namespace, name }, { body, query: { force: 'true' } });
}
