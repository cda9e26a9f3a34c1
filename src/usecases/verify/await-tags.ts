import { isCovered } from '../../domain/apply/apply-object.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { splitTagName, stateOfTag, viewOfTag, type StreamTagState } from '../../domain/kube/stream-tag.ts';
import { readStreams, streamKey, type Streams } from '../cluster/read-streams.ts';
import { isAllowed, type ReadinessOptions, type ReadinessPorts } from './check-readiness.ts';
import { disagree, type Finding } from './finding.ts';

export interface AwaitedTags {
  readonly findings: readonly Finding[];
  /**
   * Tags whose import failed or did not end in time, as reports name them: the API may not show them, so they are not
   * compared.
   */
  readonly unsettled: ReadonlySet<string>;
}

const pollEvery = 1000;

/**
 * Waits for the imports of planned ImageStreamTags, 15 to 20 seconds each: the API does not show a tag before. A tag
 * whose spec is not the planned one, and a tag without stream, are compared at once.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function awaitTags(
  tags: readonly Resource[],
  { timeoutSeconds, allowed }: ReadinessOptions,
  ports: ReadinessPorts,
): Promise<AwaitedTags> {
  const deadline = ports.now() + timeoutSeconds * 1000;
  let states: ReadonlyMap<Resource, StreamTagState> = new Map();
  while (tags.length > 0) {
    const streams = await readStreams(ports.cluster, tags);
    states = new Map(tags.map((tag) => [tag, stateOf(tag, streams)]));
    const pending = tags.filter((tag) => states.get(tag)?.kind === 'pending' && !isAllowed(tag, allowed));
    ports.log.progress(tags.length - pending.length, tags.length, 'image tags imported');
    if (pending.length === 0 || ports.now() >= deadline) break;
    await ports.sleep(pollEvery);
  }
  const findings = tags.flatMap((tag) => {
    const finding = toFinding(tag, states.get(tag));
    if (finding === undefined) return [];
    return [isAllowed(tag, allowed) ? asAllowed(finding) : finding];
  });
  return { findings, unsettled: new Set(findings.map(({ item }) => item.id)) };
}

function asAllowed({ item }: Finding): Finding {
  return { item: { ...item, outcome: 'skipped', reason: 'not-ready-allowed' } };
}

/** Undefined streams: the account may not list them, so that only what the API shows counts. */
function stateOf(tag: Resource, streams: Streams): StreamTagState {
  const stream = streams?.get(streamKey(tag));
  const { tag: name } = splitTagName(tag.metadata.name);
  const view = stream === undefined ? undefined : viewOfTag(stream, name);
  if (view === undefined || !isCovered(fromOf(tag), fromOf(view))) return { kind: 'settled' };
  return stateOfTag(stream, name);
}

function fromOf(tag: Resource): unknown {
  const spec = tag['tag'];
  return typeof spec === 'object' && spec !== null && 'from' in spec ? spec.from : undefined;
}

function toFinding(tag: Resource, state: StreamTagState | undefined): Finding | undefined {
  const id = describeResource(tag);
  if (state?.kind === 'failed')
    return disagree({ id, reason: 'import-failed', message: `the cluster cannot import its image: ${state.why}` });
  if (state?.kind === 'pending')
    return disagree({ id, reason: 'not-imported', message: 'the import of its image has not ended' });
  return undefined;
}
