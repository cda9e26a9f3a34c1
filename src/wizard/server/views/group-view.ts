import {
  carryOver,
  groupActionOf,
  groupActionsOf,
  isWaiting,
  type ForerunnerGroup,
} from '../../../domain/planning/forerunner-group.ts';
import type { MigrationAnswer, MigrationSummary, RunSummary } from '../../api/migrations.ts';
import { summarizeRun, viewActions } from './run-view.ts';

/** A group of the forerunner in a list of migrations. Its images are not known before its run. */
export function summarizeGroup(group: ForerunnerGroup, hasClusterTasks: boolean): MigrationSummary {
  const [lastRun] = startedRuns(group);
  return {
    name: group.name,
    origin: 'forerunner',
    createdAt: group.createdAt,
    sourceNamespace: group.sourceNamespace,
    destinationNamespace: group.destinationNamespace,
    images: 0,
    claims: group.claims.length,
    ...(lastRun === undefined ? {} : { lastRun }),
    actions: viewActions(groupActionsOf(group, hasClusterTasks)),
  };
}

/** A group, with the answers of a migration that continues it. */
export function viewGroup(group: ForerunnerGroup, hasClusterTasks: boolean): MigrationAnswer {
  return {
    ...summarizeGroup(group, hasClusterTasks),
    answers: '',
    plan: '',
    carryOver: carryOver(group),
    runs: startedRuns(group),
    secrets: group.secrets,
  };
}

/** Without those that wait for their start. */
function startedRuns({ runs }: ForerunnerGroup): readonly RunSummary[] {
  return runs
    .filter((run) => !isWaiting(run))
    .map((run) => ({ ...summarizeRun(run), action: groupActionOf(run) ?? '' }));
}
