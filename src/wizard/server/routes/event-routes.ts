import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { isObjectName } from '../../../domain/kube/resource.ts';
import { listMigrations } from '../../../usecases/planning/list-migrations.ts';
import type { WizardEvent } from '../../api/events.ts';
import type { Route } from '../http/route.ts';
import { Refusal } from '../problems/refusals.ts';
import type { Session } from '../sessions/session.ts';
import { summarizeMigration } from '../views/migration-view.ts';
import { countedStream, type StreamCount } from './counted-stream.ts';
import { wrongBody } from './read-body.ts';
import { summarizeGroups } from './group-routes.ts';
import { readRun } from './run-routes.ts';

/** Milliseconds between two looks at the cluster. */
const lookInterval = 2000;
/** Looks without a change after which a comment keeps the connection open: 15 s. */
const quietLooks = 7;
const mostTopics = 10;

/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. Each has the whole state of its
 * topic, so a browser that connects again misses nothing.
 * @param namespace of the runs
 */
export function eventRoutes(namespace: string, open: StreamCount): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/events',
      access: 'session',
      rate: 'reads',
      handle: ({ session, query, signal }) => {
        const topics = topicsOf(query['topics'] ?? '');
        const source = follow(topics, { session, namespace, signal });
        return Promise.resolve({
          stream: { contentType: 'text/event-stream', source: countedStream(source, session, open) },
        });
      },
    },
  ];
}

function topicsOf(text: string): readonly string[] {
  const topics = parseCommaList(text);
  const isKnown = (topic: string): boolean =>
    topic === 'migrations' || (topic.startsWith(runTopic) && isObjectName(topic.slice(runTopic.length)));
  if (topics.length > 0 && topics.length <= mostTopics && topics.every(isKnown)) return topics;
  throw wrongBody('topics is not a list of migrations and run:<name>');
}

const runTopic = 'run:';

interface Followed {
  readonly session: Session;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

async function* follow(topics: readonly string[], followed: Followed): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = followed;
  const sent = new Map<string, string>();
  const pause = sleepUntil(signal, 'following events');
  let count = 0;
  for (let quiet = 0; !signal.aborted; quiet += 1) {
    for (const topic of topics) {
      const event = await look(topic, followed);
      const data = JSON.stringify(event);
      if (sent.get(topic) === data) continue;
      sent.set(topic, data);
      count += 1;
      quiet = 0;
      yield Buffer.from(`id: ${String(count)}\nevent: ${event.type}\ndata: ${data}\n\n`);
    }
    if (quiet >= quietLooks) {
      quiet = 0;
      yield Buffer.from(': nothing changed\n\n');
    }
    await pause(lookInterval).catch(() => undefined);
  }
}

async function look(topic: string, { session, namespace }: Followed): Promise<WizardEvent> {
  try {
    if (topic.startsWith(runTopic)) {
      return { type: 'run', run: await readRun(session, namespace, topic.slice(runTopic.length)) };
    }
    const migrations = (await listMigrations(session.cluster, namespace)).map(summarizeMigration);
    return { type: 'migrations', migrations: [...migrations, ...(await summarizeGroups(session, namespace))] };
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return { type: 'gone', topic };
    if (!(error instanceof TaskError)) throw error;
    const message = session.log.redactor.redact(messageOf(error));
    return { type: 'trouble', topic, code: error.code, message };
  }
}
