import type { LongOutcome } from '../domain/reports/outcome.ts';
import type { ReasonGroup } from '../domain/reports/reasons.ts';
import type { Log } from '../domain/core/ports.ts';
import type { Family, Stage, TaskCard } from './task-card.ts';

interface ParamBase {
  /** One paragraph: format, meaning of the default. */
  readonly description: string;
}

export interface StringParam extends ParamBase {
  readonly type: 'string';
  /** Absent: required. */
  readonly default?: string;
  readonly choices?: readonly string[];
  /** Entries with commas between them; a JSON array of texts is taken too, and reaches the task with commas. */
  readonly list?: true;
  /** Entries of a JSON array may hold commas; such a list reaches the task as the array. */
  readonly allowsCommas?: true;
  /** The value may hold secrets: neither reports nor messages show it. */
  readonly isSecret?: true;
  /** Given as a word without an option name too: `watch RUN`. */
  readonly isWord?: true;
  /** Each entry of the list must be a digest, `sha256:<hex>`. */
  readonly digests?: true;
  /** Required in a pod only. Elsewhere it may be left out, as for the current context of a kubeconfig. */
  readonly requiredInPod?: true;
  /** The report does not have its value. */
  readonly confidential?: true;
}

/** Tekton params are strings: exactly `true` or `false`. */
export interface BooleanParam extends ParamBase {
  readonly type: 'boolean';
  readonly default: boolean;
}

export interface IntegerParam extends ParamBase {
  readonly type: 'integer';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

export type Param = StringParam | BooleanParam | IntegerParam;
export type Params = Readonly<Record<string, Param>>;

type TextOf<P> = P extends { readonly list: true }
  ? string
  : P extends { readonly default: '' } | { readonly requiredInPod: true }
    ? string | undefined
    : string;
type ValueOf<P extends Param> = P extends BooleanParam ? boolean : P extends IntegerParam ? number : TextOf<P>;

/** A value as a task gets it: an empty text is unknown, unless it is required or a list without entries. */
export function knownValue<T extends string | number | boolean>(param: Param, value: T): T | undefined {
  if (value !== '' || param.type !== 'string' || param.list === true) return value;
  return param.default === '' || param.requiredInPod === true ? undefined : value;
}

export type ValuesOf<P extends Params> = { readonly [K in keyof P]: ValueOf<P[K]> };

export interface Workspace {
  readonly description: string;
  /** Flag that takes the path on the command line, for example `export-dir`. */
  readonly flag: string;
  readonly optional?: boolean;
  readonly readOnly?: boolean;
  /** Path used on the command line when the flag is not given; a Task always gives it. */
  readonly defaultPath?: string;
  /** Where crane-runner mounts it, when that is part of what users rely on. */
  readonly mountPath?: string;
}

export type Workspaces = Readonly<Record<string, Workspace>>;

type PathsOf<W extends Workspaces> = {
  readonly [K in keyof W]: W[K] extends { readonly optional: true } ? string | undefined : string;
};

/** A program that is one of several steps of a Task. Its results and its report are those of the Task. */
export interface TaskStep {
  readonly task: string;
  /** What an earlier step writes has the status `incomplete`, because a later step can fail without writing anything. */
  readonly isLast: boolean;
}

/** What a program needs of the outside besides its inputs. */
export interface TaskContext {
  readonly log: Log;
  /** Aborted by SIGTERM and SIGINT: stop within two seconds. */
  readonly signal: AbortSignal;
  /** Adds the version of a program that does part of the work to the report. */
  readonly noteProgram: (program: string, version: string) => void;
  /** Prints a line of output while the task runs, for people. */
  readonly print: (line: string) => void;
  /** How to load another task, by its name; undefined when there is none. */
  readonly findTask: (name: string) => (() => Promise<RunnableTask>) | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface TaskInput<P extends Params, W extends Workspaces> {
  readonly params: ValuesOf<P>;
  /** Absolute path of each workspace; undefined for an optional one that is not bound. */
  readonly workspaces: PathsOf<W>;
}

export interface TaskDefinition<P extends Params, W extends Workspaces, R extends string, G extends ReasonGroup> {
  /** Name of the Tekton Task, its folder, its YAML file and the subcommand. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, imperative, no full stop. */
  readonly summary: string;
  readonly family: Family;
  readonly stage: Stage;
  /** Anchor in docs/recovery.md of what to do when the task failed. */
  readonly recovery?: string;
  /** Prose for `--help`, a few sentences. */
  readonly description: string;
  /** Example command lines, without the leading `crane-tasks`. */
  readonly examples: readonly string[];
  readonly params: P;
  readonly workspaces: W;
  /** Description per result; `status` and `report-digest` are added to each task. */
  readonly results: Readonly<Record<R, string>>;
  /** Areas of the reason codes of its items, besides the codes of errors. */
  readonly reasons: readonly G[];
  /** Workspace whose folder gets `reports/<name>.json`; none when the task has no output folder. */
  readonly reportIn?: keyof W & string;
  readonly stepOf?: TaskStep;
  readonly run: (input: TaskInput<P, W>, context: TaskContext) => Promise<LongOutcome<R, NoInfer<G>>>;
}

/** A definition without its program: what the command line reads. */
export interface TaskDetails {
  readonly description: string;
  readonly examples: readonly string[];
  readonly params: Params;
  readonly workspaces: Workspaces;
  readonly results: Readonly<Record<string, string>>;
  readonly reportIn: string | undefined;
  readonly stepOf?: TaskStep | undefined;
}

export interface RunnableTask extends TaskCard, TaskDetails {
  readonly run: (input: RawInput, context: TaskContext) => Promise<LongOutcome>;
}

/** A definition whose own types no longer matter: what the contract tests read. */
export interface AnyTask extends RunnableTask {
  readonly reasons: readonly ReasonGroup[];
}

/** A definition whose names of params, workspaces and results the compiler knows: pipelines refer to them. */
export type DefinedTask<P extends string, W extends string, R extends string> = Omit<
  AnyTask,
  'params' | 'workspaces' | 'results'
> & {
  readonly params: Readonly<Record<P, Param>>;
  readonly workspaces: Readonly<Record<W, Workspace>>;
  readonly results: Readonly<Record<R | keyof typeof commonResults, string>>;
};

/** Values as parsed against the definition; keyed by param and workspace name. */
export interface RawInput {
  readonly params: Readonly<Record<string, string | boolean | number | undefined>>;
  readonly workspaces: Readonly<Record<string, string | undefined>>;
}

const commonResults = {
  status: '`succeeded`, or why not: `incomplete` or the code of the error.',
  'report-digest': 'sha256 digest of the report file, `sha256:<hex>`; empty if the task writes no report.',
};

/** Declares a task as data. Options, help, results, report and the contract with the YAML all come from it. */
export function defineTask<
  const P extends Params,
  const W extends Workspaces,
  const R extends string,
  const G extends ReasonGroup,
>(definition: TaskDefinition<P, W, R, G>): DefinedTask<keyof P & string, keyof W & string, R> {
  return {
    ...definition,
    aliases: definition.aliases ?? [],
    internal: definition.family === 'internal',
    recovery: definition.recovery,
    results: { ...definition.results, ...commonResults },
    reportIn: definition.reportIn,
    // parse-input.ts builds the values from these same params and workspaces, so the shapes agree.
    run: (input, context) => definition.run(input as unknown as TaskInput<P, W>, context),
  };
}
