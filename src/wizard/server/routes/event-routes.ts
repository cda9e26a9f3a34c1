import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { isObjectName } from '../../../domain/kube/resource.ts';
import { eventStream } from '../events/event-stream.ts';
import { createSessionFeeds, type SessionFeeds } from '../events/session-feeds.ts';
import type { Route } from '../http/route.ts';
import type { Session } from '../sessions/session.ts';
import { countedStream, type StreamCount } from './counted-stream.ts';
import { wrongBody } from './read-body.ts';

const mostTopics = 20;

/**
 * The events of topics, one watch for each topic and session.
 * @param namespace of the runs
 */
export function eventRoutes(namespace: string, open: StreamCount): readonly Route[] {
  const known = new WeakMap<Session, SessionFeeds>();
  const feedsOf = (session: Session): SessionFeeds => {
    const feeds = known.get(session) ?? createSessionFeeds(session, namespace);
    known.set(session, feeds);
    return feeds;
  };
  return [
    {
      method: 'GET',
      path: '/events',
      access: 'session',
      rate: 'reads',
      handle: ({ session, query, signal, lastEventId }) => {
        const topics = topicsOf(query['topics'] ?? '');
        const { redactor } = session.log;
        const source = eventStream(feedsOf(session), { topics, lastEventId, redactor, signal });
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
    topic === 'migrations' || isObjectName(/^(?:run|progress):(.*)$/.exec(topic)?.[1] ?? '');
  if (topics.length > 0 && topics.length <= mostTopics && topics.every(isKnown)) return topics;
  throw wrongBody('topics is not a list of migrations, run:<name> and progress:<name>');
}
