import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { messageOf, type TaskError } from '../../../domain/core/errors.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { migrationLabel } from '../../../domain/planning/migration-names.ts';
import { pipelineRuns, runLabel, taskRuns } from '../../../domain/runs/pipeline-run.ts';
import { slimRun } from '../../../domain/runs/slim-run.ts';
import type { WatchRequest } from '../../../usecases/cluster/watch-objects.ts';
import { groupMigrations } from '../../../usecases/planning/list-migrations.ts';
import { readExpiries } from '../../../usecases/planning/renew-login.ts';
import type { MigrationSummary, RunAnswer } from '../../api/migrations.ts';
import type { WizardEvent } from '../../api/events.ts';
import { summarizeGroups } from '../clusters/list-groups.ts';
import type { Session } from '../sessions/session.ts';
import { summarizeMigration } from '../views/migration-view.ts';
import { viewRun } from '../views/run-view.ts';
import { createStateFeed, type Feed } from './feed.ts';
import { keepWatching, type Watching } from './keep-watching.ts';

export interface FeedPlace {
  readonly session: Session;
  /** Of the runs. */
  readonly namespace: string;
  readonly stream: Watching['stream'];
  /** Ends the feed. */
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** The migrations of a namespace. */
export function openMigrationsFeed(place: FeedPlace): Feed {
  const requests = [
    ['configMaps', { kind: knownKinds.configmaps, labelSelector: migrationLabel }],
    ['runs', { kind: pipelineRuns, labelSelector: migrationLabel, keep: slimRun }],
    ['taskRuns', { kind: taskRuns, labelSelector: migrationLabel, keep: slimRun }],
  ] as const;
  const { session, namespace } = place;
  let groups: readonly MigrationSummary[] = [];
  let expiries: ReadonlyMap<string, string> = new Map();
  return openFeed('migrations', requests, {
    ...place,
    // Pipelines and runs without a label are many and large, and Secrets can only be listed without their values.
    ask: async () => {
      [groups, expiries] = await Promise.all([
        summarizeGroups(session, namespace),
        readExpiries(session.cluster, { namespace }),
      ]);
    },
    view: (of) => {
      const found = { configMaps: of('configMaps'), runs: of('runs'), taskRuns: of('taskRuns') };
      const own = groupMigrations(found, expiries).map(summarizeMigration);
      return { type: 'migrations', migrations: [...own, ...groups] };
    },
  });
}

/** A run with its tasks. @param onRun called with each state */
export function openRunFeed(name: string, place: FeedPlace, onRun: (run: RunAnswer) => void = () => undefined): Feed {
  const topic = `run:${name}`;
  const requests = [
    ['runs', { kind: pipelineRuns, fieldSelector: `metadata.name=${name}` }],
    ['taskRuns', { kind: taskRuns, labelSelector: `${runLabel}=${name}` }],
  ] as const;
  return openFeed(topic, requests, {
    ...place,
    view: (of) => {
      const [first] = of('runs');
      if (first === undefined) return { type: 'gone', topic };
      const run = viewRun(first, of('taskRuns'));
      onRun(run);
      return { type: 'run', run };
    },
  });
}

/** What is watched: for each collection a name, and what is asked for. */
type Requests<Name extends string> = readonly (readonly [Name, Omit<WatchRequest, 'namespace'>])[];

interface ViewedPlace<Name extends string> extends FeedPlace {
  /** Called once there is a list of each. */
  readonly view: (found: (name: Name) => readonly Resource[]) => WizardEvent;
  /** Asks from time to time for what is not watched. */
  readonly ask?: () => Promise<void>;
}

/** Milliseconds between two requests for what is not watched. */
const askInterval = 15_000;

async function keepAsking(ask: () => Promise<void>, signal: AbortSignal, show: () => void): Promise<void> {
  const pause = sleepUntil(signal, 'following events');
  while (!signal.aborted) {
    // The watches beside say what is wrong with the cluster.
    await ask().then(show, () => undefined);
    await pause(askInterval).catch(() => undefined);
  }
}

function openFeed<Name extends string>(topic: string, requests: Requests<Name>, place: ViewedPlace<Name>): Feed {
  const { session, namespace, stream, signal, onChange, view, ask } = place;
  const feed = createStateFeed(onChange);
  const found = new Map<Name, readonly Resource[]>();
  const troubles = new Map<Name, TaskError>();
  const show = (): void => {
    const [trouble] = troubles.values();
    if (trouble !== undefined) feed.set(troubleOf(trouble, topic, session));
    else if (found.size === requests.length) feed.set(view((name) => found.get(name) ?? []));
  };
  for (const [name, request] of requests) {
    const watching: Watching = {
      cluster: session.cluster,
      stream,
      signal,
      onObjects: (objects) => {
        found.set(name, objects);
        show();
      },
      onTrouble: (error) => {
        if (error === undefined) troubles.delete(name);
        else troubles.set(name, error);
        show();
      },
    };
    // An unexpected error ends this watch, not the server with the sessions of all users.
    const onDefect = (error: unknown): void => session.log.warn(`topic ${topic}: ${String(error)}`);
    void keepWatching({ ...request, namespace }, watching).catch(onDefect);
  }
  if (ask !== undefined) void keepAsking(ask, signal, show);
  return feed;
}

function troubleOf(error: TaskError, topic: string, { log }: Session): WizardEvent {
  return { type: 'trouble', topic, code: error.code, message: log.redactor.redact(messageOf(error)) };
}
