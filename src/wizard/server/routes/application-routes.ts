import { strictYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { exportRegistryLabel } from '../../../domain/app/export-registries.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { isExportState } from '../../../domain/exports/export-state.ts';
import { collectionPath } from '../../../domain/kube/api-paths.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { isNamespaceName } from '../../../domain/kube/resource.ts';
import { defaultSystemNamespace } from '../../../domain/planning/applications/application-answers.ts';
import { collectObjects } from '../../../usecases/cluster/list-objects.ts';
import { listWorkloads } from '../../../usecases/containerize/list-workloads.ts';
import { listExports } from '../../../usecases/exports/export-store.ts';
import { listApplicationRuns } from '../../../usecases/planning/applications/list-application-runs.ts';
import { listReleases } from '../../../usecases/planning/applications/list-releases.ts';
import type { ApplicationCluster } from '../../../usecases/planning/applications/start-application.ts';
import type {
  ApplicationRunsAnswer,
  ClaimsAnswer,
  ExportsAnswer,
  RegistriesAnswer,
  ReleasesAnswer,
  WorkloadsAnswer,
} from '../../api/applications.ts';
import type { Route, SessionRequest } from '../http/route.ts';
import { within } from '../problems/within.ts';
import type { Session } from '../sessions/session.ts';
import { viewApplicationRun, viewExports, viewRegistry, viewWorkload } from '../views/application-view.ts';
import { connectionOf, wrongBody } from './read-body.ts';

/** Milliseconds that a cluster may take to list. */
const listTime = 30_000;
const mostRuns = 200;

type Lister = (request: SessionRequest) => Promise<object>;

/** What there is to choose from, and what was made. @param namespace of the runs */
export function applicationRoutes(namespace: string): readonly Route[] {
  const lists: Readonly<Record<string, Lister>> = {
    workloads: readWorkloads,
    exports: readExports,
    releases: async (request): Promise<ReleasesAnswer> => {
      const { cluster, namespace: of } = placeOf(request);
      return { releases: await listReleases(cluster, of) };
    },
    registries: readRegistries,
    claims: ({ session }) => readClaims(session, namespace),
    runs: async ({ session: { cluster } }): Promise<ApplicationRunsAnswer> => {
      const runs = await listApplicationRuns(cluster, namespace);
      return { runs: runs.slice(0, mostRuns).map(viewApplicationRun) };
    },
  };
  return Object.entries(lists).map(([name, list]) => ({
    method: 'GET',
    path: `/applications/${name}`,
    access: 'session',
    rate: 'reads',
    handle: async (request) => ({ body: await within(listTime, request.signal, () => list(request)) }),
  }));
}

/** The cluster that a request is about: a connection of the session, else that of the runs. @throws Refusal `not-found` */
export function applicationCluster(session: Session, connection: string | undefined): ApplicationCluster {
  const { cluster, own } = session;
  if (connection === undefined || connection === '') return { cluster, login: { url: own.server, ca: own.ca } };
  return connectionOf(session, connection);
}

function placeOf({ session, query }: SessionRequest, usual = '') {
  const namespace = query['namespace'] ?? usual;
  if (!isNamespaceName(namespace)) throw wrongBody(`${JSON.stringify(namespace)} is not the name of a namespace`);
  return { cluster: applicationCluster(session, query['connection']).cluster, namespace };
}

async function readWorkloads(request: SessionRequest): Promise<WorkloadsAnswer> {
  const { cluster, namespace } = placeOf(request);
  // A user who may list nothing must not be shown that there is nothing.
  await cluster.request({ path: collectionPath(knownKinds.deployments, namespace), query: { limit: '1' } });
  const workloads = await listWorkloads(namespace, { cluster, yaml: strictYamlCodec });
  return { workloads: workloads.map(viewWorkload) };
}

async function readExports(request: SessionRequest): Promise<ExportsAnswer> {
  const hidden = parseCommaList(request.query['hide'] ?? '').map((state) => {
    if (isExportState(state)) return state;
    throw wrongBody(`${JSON.stringify(state)} is not a state of an export`);
  });
  const { exports, invalid } = await listExports(placeOf(request));
  return { exports: viewExports(exports, { now: Date.now(), hidden }), invalid };
}

async function readRegistries(request: SessionRequest): Promise<RegistriesAnswer> {
  const place = placeOf(request, defaultSystemNamespace);
  const secrets = await collectObjects({ ...place, kind: knownKinds.secrets, labelSelector: exportRegistryLabel });
  return { registries: secrets.map(viewRegistry) };
}

async function readClaims({ cluster }: Session, namespace: string): Promise<ClaimsAnswer> {
  const found = await collectObjects({ cluster, kind: knownKinds.persistentvolumeclaims, namespace });
  const claims = found.map((claim) => ({
    name: claim.metadata.name,
    size: stringAt(claim, 'status', 'capacity', 'storage') ?? '',
    phase: stringAt(claim, 'status', 'phase') ?? '',
  }));
  return { claims };
}
