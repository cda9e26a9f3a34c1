import type { Resource } from '../../domain/kube/resource.ts';
import type { OptionalFlags } from '../../domain/transform/transform-options.ts';
import type { Verdict } from '../../domain/transform/plugin.ts';
import { formatBatchRequest, parseBatchVerdict, ProtocolError } from '../../domain/transform/plugin-protocol.ts';
import type { StartedProgram } from '../processes/start-program.ts';
import {
  describeEnd,
  startPlugin,
  failureOf,
  largestAnswer,
  largestErrorOutput,
  relayLines,
  timeoutAfter,
  type PluginLimits,
} from './run-once.ts';

/** A long-running plugin: it takes one document a line and answers each with a line, in their order. */
export interface BatchWorker {
  /**
   * The verdict on a resource. When the plugin breaks, the oldest one without an answer is the one that broke it, and
   * what waited behind it fails as well.
   * @throws ProtocolError, PluginTimeout, the signal's reason
   */
  readonly ask: (resource: Resource) => Promise<Verdict>;
  readonly close: () => Promise<void>;
}

/** How long a plugin that has nothing left to do may take to end. */
const endMilliseconds = 1000;

/** The request before this one broke the plugin: this one is not the cause. */
export class BrokenBefore extends Error {
  override readonly name = 'BrokenBefore';
}

interface WorkerState {
  readonly plugin: { readonly name: string; readonly path: string };
  readonly limits: PluginLimits;
  readonly extras: OptionalFlags;
  /** Documents that were sent and not answered yet, oldest first. */
  readonly questions: (PromiseWithResolvers<Verdict> & { readonly request: number })[];
  readonly ended: PromiseWithResolvers<undefined>;
  readonly onAbort: () => void;
  process: StartedProgram | undefined;
  lastRequest: number;
  /** Why it can be asked no more. */
  broken: unknown;
  /** What came of a line that has no end yet. */
  output: string;
  errorLine: string;
  /** Standard error since the last answer. */
  errorText: string;
  timer: NodeJS.Timeout | undefined;
}

/** Opens a plugin; its process starts with the first question. */
export function openBatchWorker(
  plugin: WorkerState['plugin'],
  extras: OptionalFlags,
  limits: PluginLimits,
): BatchWorker {
  const state: WorkerState = {
    plugin,
    extras,
    limits,
    questions: [],
    lastRequest: 0,
    ended: Promise.withResolvers(),
    onAbort: () => breakOff(state, limits.signal.reason),
    process: undefined,
    broken: undefined,
    output: '',
    errorLine: '',
    errorText: '',
    timer: undefined,
  };
  return { ask: (resource) => ask(state, resource), close: () => close(state) };
}

function ask(state: WorkerState, resource: Resource): Promise<Verdict> {
  if (state.broken !== undefined) return Promise.reject(new BrokenBefore());
  state.process ??= start(state);
  state.lastRequest += 1;
  const request = state.lastRequest;
  const asked = Promise.withResolvers<Verdict>();
  state.questions.push({ request, ...asked });
  if (state.questions.length === 1) restartTimer(state);
  state.process.stdin?.write(`${formatBatchRequest(resource, state.extras, request)}\n`);
  return asked.promise;
}

async function close(state: WorkerState): Promise<void> {
  const { process } = state;
  if (process === undefined || state.broken !== undefined) return;
  process.stdin?.end();
  const deadline = setTimeout(() => process.kill(), endMilliseconds);
  await state.ended.promise;
  clearTimeout(deadline);
}

function start(state: WorkerState): StartedProgram {
  state.limits.signal.addEventListener('abort', state.onAbort, { once: true });
  const plugin = startPlugin(state.plugin.path);
  plugin.stdout.setEncoding('utf8').on('data', (text: string) => takeOutput(state, text));
  plugin.stderr?.setEncoding('utf8').on('data', (text: string) => takeError(state, text));
  void plugin.ended.then((ending) => {
    const failure = describeEnd(ending);
    const early = new ProtocolError('ended before it had answered');
    breakOff(state, failure === undefined ? early : failureOf(failure, state.errorText, state.limits.log.redactor));
    state.ended.resolve(undefined);
  });
  return plugin;
}

function takeOutput(state: WorkerState, text: string): void {
  const { lines, rest } = splitLines(state.output, text);
  state.output = rest;
  for (const line of lines) takeAnswer(state, line);
  if (state.output.length > largestAnswer) breakOff(state, new ProtocolError('answers without end'));
}

function takeAnswer(state: WorkerState, line: string): void {
  const [question] = state.questions;
  if (question === undefined) {
    breakOff(state, new ProtocolError('answers what it was not asked'));
    return;
  }
  try {
    const verdict = parseBatchVerdict(line, question.request);
    state.questions.shift();
    state.errorText = '';
    restartTimer(state);
    question.resolve(verdict);
  } catch (error) {
    breakOff(state, error);
  }
}

function takeError(state: WorkerState, text: string): void {
  const { lines, rest } = splitLines(state.errorLine, text);
  state.errorLine = rest;
  relayLines(state.plugin.name, lines, state.limits.log);
  state.errorText += text;
  if (state.errorText.length > largestErrorOutput) {
    breakOff(state, new ProtocolError('writes to standard error without end'));
  }
}

/** Whole lines, and what begins the next one. A long line is not looked through again with each piece of it. */
function splitLines(begun: string, text: string): { readonly lines: readonly string[]; readonly rest: string } {
  if (!text.includes('\n')) return { lines: [], rest: begun + text };
  const lines = (begun + text).split('\n');
  return { lines: lines.slice(0, -1), rest: lines.at(-1) ?? '' };
}

function restartTimer(state: WorkerState): void {
  const { timeoutMilliseconds } = state.limits;
  clearTimeout(state.timer);
  if (state.questions.length === 0) return;
  state.timer = setTimeout(() => breakOff(state, timeoutAfter(timeoutMilliseconds)), timeoutMilliseconds);
}

function breakOff(state: WorkerState, error: unknown): void {
  if (state.broken !== undefined) return;
  state.broken = error;
  clearTimeout(state.timer);
  state.limits.signal.removeEventListener('abort', state.onAbort);
  const [cause, ...behind] = state.questions.splice(0);
  cause?.reject(error);
  for (const question of behind) question.reject(new BrokenBefore());
  state.process?.kill();
}
