import { randomBytes } from 'node:crypto';

import { sha256Of } from '../../../adapters/files/digest.ts';
import { arrayAt, stringAt } from '../../../domain/core/json-object.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { configMapName } from '../../../domain/planning/migration-names.ts';
import { RunProgress } from '../../../domain/progress/run-progress.ts';
import type { RowKind } from '../../../domain/progress/progress-row.ts';
import { collectReports } from '../../../domain/reports/printed-reports.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import type { RunAnswer } from '../../api/migrations.ts';
import type { Feed, FeedEvent } from './feed.ts';
import { createLogReader } from './log-reader.ts';
import { openRunFeed, type FeedPlace } from './open-feed.ts';

/** Rows of an event: some 200 KB at most. */
const mostRows = 200;

/** What the logs of a run say of its images, claims and objects, as rows that change. */
export function openProgressFeed(name: string, place: FeedPlace): Feed {
  const id = randomBytes(4).toString('hex');
  const progress = new RunProgress();
  const changed = (): void => place.onChange();
  // Before a line is cut: the rest of a secret would not be known.
  const { redact } = place.session.log.redactor;
  let isPlanned = false;
  const logs = createLogReader(place, {
    onLine: (line, task) => {
      progress.take(redact(line), task);
      changed();
    },
    onReports: (lines) => {
      for (const { text } of collectReports(lines, sha256Of).reports) progress.takeReport(redact(text));
      changed();
    },
  });
  openRunFeed(name, { ...place, onChange: () => undefined }, (run) => {
    logs.follow(run);
    if (isPlanned) return;
    isPlanned = true;
    // Without it, only what has begun is shown.
    void readPlan(run, place, progress).then(changed, () => undefined);
  });
  return { unread: (mark) => unread(progress, { id, run: name, mark }) };
}

interface Reader {
  readonly id: string;
  readonly run: string;
  readonly mark: string;
}

function unread(progress: RunProgress, { id, run, mark }: Reader): readonly FeedEvent[] {
  const [feed, text] = mark.split('-');
  const known = feed === id ? Number(text) : undefined;
  if (known === progress.version) return [];
  const counts = progress.counts();
  const { tasks, left } = progress;
  return progress.since(known ?? 0, mostRows).map(({ rows, version }, index) => {
    const isFirst = known === undefined && index === 0;
    return {
      mark: `${id}-${String(version)}`,
      event: { type: 'progress', run, isFirst, rows, counts, tasks, left },
    };
  });
}

async function readPlan(run: RunAnswer, { session, namespace }: FeedPlace, progress: RunProgress): Promise<void> {
  if (run.migration === '') return;
  const ref = { kind: knownKinds.configmaps, namespace, name: configMapName(run.migration) };
  const plan: unknown = JSON.parse(stringAt(await findObject(session.cluster, ref), 'data', 'plan.json') ?? '');
  const source = arrayAt(plan, 'runs').map((each) => stringAt(each, 'params', 'source-namespace'));
  progress.plan(plan, source.find((each) => each !== undefined) ?? '', kindsOfActions.get(run.action) ?? []);
}

const kindsOfActions: ReadonlyMap<string, readonly RowKind[]> = new Map([
  ['stage', ['claim']],
  ['cutover', ['image', 'claim']],
  ['app', ['image']],
  ['images', ['image']],
]);
