import { sha256Of } from '../../../adapters/files/digest.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { arrayAt, stringAt } from '../../../domain/core/json-object.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { openShiftGroup } from '../../../domain/planning/answers.ts';
import { completeApplication, readApplication } from '../../../domain/planning/applications/application-answers.ts';
import { subjectOf } from '../../../domain/planning/applications/application-objects.ts';
import { tasks } from '../../../domain/runs/pipeline-run.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import {
  planApplication,
  startApplication,
  type ApplicationRequest,
} from '../../../usecases/planning/applications/start-application.ts';
import type { ApplicationPlanAnswer } from '../../api/applications.ts';
import type { StartRunAnswer } from '../../api/migrations.ts';
import type { Route, RouteAnswer, SessionRequest } from '../http/route.ts';
import { releasedImages } from '../../../runtime/version.ts';
import type { ServerSettings } from '../sessions/settings.ts';
import { applicationCluster } from './application-routes.ts';
import { objectOf, optionalText } from './read-body.ts';

/** Runs that make an image, export, publish, or delete the image of an export. */
export function applicationRunRoutes({ namespace }: Pick<ServerSettings, 'namespace'>): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/applications/plans',
      access: 'session',
      rate: 'reads',
      handle: async (request) => ({ body: await plan(request, namespace) }),
    },
    {
      method: 'POST',
      path: '/applications/runs',
      access: 'session',
      rate: 'writes',
      handle: (request) => start(request, namespace),
    },
  ];
}

async function plan(request: SessionRequest, namespace: string): Promise<ApplicationPlanAnswer> {
  const { login, wanted } = await wantedOf(request, namespace);
  const { problems, objectsText, command } = planApplication(wanted, { login, sha256: sha256Of, yaml: yamlCodec });
  return { problems, objects: objectsText, command };
}

async function start(request: SessionRequest, namespace: string): Promise<RouteAnswer> {
  const { session, body, idempotencyKey: key } = request;
  const { login, cluster, wanted } = await wantedOf(request, namespace);
  const { name, isNew } = await startApplication(
    { ...wanted, plan: optionalText(objectOf(body), 'plan') ?? '', key, user: session.user },
    {
      source: { login, cluster },
      runs: session.cluster,
      log: session.log,
      sha256: sha256Of,
      yaml: yamlCodec,
      now: Date.now,
    },
  );
  const answer: StartRunAnswer = { run: name, isNew };
  const object = `${wanted.answers.action} ${subjectOf(wanted.answers)}`;
  return { status: isNew ? 201 : 200, body: answer, object };
}

async function wantedOf({ session, body }: SessionRequest, namespace: string) {
  const given = objectOf(body);
  const { cluster, login } = applicationCluster(session, optionalText(given, 'connection'));
  const [isOpenShift, image] = await Promise.all([hasOpenShift(session.cluster), imageOf(session.cluster, namespace)]);
  const answers = completeApplication(readApplication(given['answers']), { isOpenShift });
  const wanted: ApplicationRequest = { answers, dryRun: given['dryRun'] === true, namespace, image };
  return { cluster, login, wanted };
}

async function hasOpenShift(cluster: Cluster): Promise<boolean> {
  const group = await cluster.request({ path: `/apis/${openShiftGroup}` }).catch(onRefusal([403, 404], undefined));
  return group !== undefined;
}

/** The image of the tasks that are installed: an installation may have one of its own. */
async function imageOf(cluster: Cluster, namespace: string): Promise<string> {
  const ref = { kind: tasks, namespace, name: 'app-containerize' };
  const task = await findObject(cluster, ref).catch(onRefusal([403], undefined));
  return stringAt(arrayAt(task, 'spec', 'steps')[0], 'image') ?? releasedImages.tasks;
}
