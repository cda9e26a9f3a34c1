import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { textsAt, type Resource } from '../kube/resource.ts';
import type { ApplicationProfile } from '../schemas/documents.ts';
import type { Environment } from './decide-variables.ts';
import { isWithin } from './paths.ts';
import type { DroppedVariable, PlannedArea, StartPlan } from './plan.ts';
import { protectArguments, type Word } from './protect-arguments.ts';

/** How the base image starts, by its config. Empty members: it does not say. */
export interface BaseStart {
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  readonly workingFolder: string;
}

export interface StartInput {
  readonly pod: Resource;
  readonly container: unknown;
  readonly profile: ApplicationProfile;
  readonly base: BaseStart;
  readonly environment: Environment;
  readonly looksSecret: (value: string) => boolean;
  /** Home folders, none of which is in the image. */
  readonly homes: readonly string[];
  readonly areas: readonly PlannedArea[];
}

export interface PlannedStart {
  readonly start: StartPlan;
  /** Variables that the start command needs. */
  readonly supplied: readonly DroppedVariable[];
  readonly warnings: readonly string[];
}

/**
 * Decides how the image starts. As in Kubernetes, a command without arguments ignores the arguments of the image. A
 * command in exec form cannot read variables, so one with secrets is started by a shell that puts them in.
 */
export function planStart(input: StartInput): PlannedStart {
  const { profile, container, base } = input;
  const command = profile.start?.command ?? listAt(container, 'command');
  // A command of the profile comes with the arguments of the profile only.
  const given = profile.start?.args ?? (profile.start?.command === undefined ? listAt(container, 'args') : undefined);
  const words = [...(command ?? []), ...(given ?? [])];
  const safe = protectArguments(words, input.environment, input.looksSecret);
  const folder = planWorkingFolder(input);
  const effective = [...(command ?? base.entrypoint), ...(given ?? (command === undefined ? base.arguments : []))];
  return {
    start: {
      ...planCommand(safe.words, { command, given, base }),
      workingFolder: folder.folder,
      user: profile.start?.user ?? userOf(input),
      ports: portsOf(input),
    },
    supplied: safe.supplied,
    warnings: [...safe.warnings, ...folder.warnings, ...homeWarnings(effective, input), ...hubWarnings(effective)],
  };
}

interface Given {
  readonly command: readonly string[] | undefined;
  readonly given: readonly string[] | undefined;
  readonly base: BaseStart;
}

function planCommand(
  words: readonly Word[],
  { command, given, base }: Given,
): Pick<StartPlan, 'entrypoint' | 'arguments'> {
  const texts = words.flatMap(plainTextOf);
  if (texts.length < words.length) {
    const before = command === undefined ? base.entrypoint.map((text): Word => [{ text }]) : [];
    return { entrypoint: startByShell([...before, ...words]), arguments: [] };
  }
  if (command === undefined) return { entrypoint: undefined, arguments: given === undefined ? undefined : texts };
  const isWhole = texts.length === command.length + (given?.length ?? 0);
  // Where an argument was left out, both lists are one: they run one after the other anyway.
  return isWhole
    ? { entrypoint: texts.slice(0, command.length), arguments: texts.slice(command.length) }
    : { entrypoint: texts, arguments: [] };
}

/** The text of a word; none for a word with variables. */
function plainTextOf(word: Word): readonly string[] {
  const texts = word.flatMap((piece) => ('text' in piece ? [piece.text] : []));
  return texts.length === word.length ? [texts.join('')] : [];
}

/**
 * Starts a program by a shell that puts variables into its arguments. The script has only numbers and names of variables;
 * texts are its arguments. An unset variable ends it with a message that names the variable.
 */
function startByShell(words: readonly Word[]): readonly string[] {
  const texts: string[] = [];
  const script = words.map((word) => {
    const parts = word.map((piece) => {
      if ('variable' in piece) return `\${${piece.variable}:?is not set}`;
      texts.push(piece.text);
      return `\${${String(texts.length)}}`;
    });
    return `"${parts.join('')}"`;
  });
  return ['/bin/sh', '-c', `exec ${script.join(' ')}`, 'sh', ...texts];
}

function planWorkingFolder({ profile, container, homes, areas, base }: StartInput): {
  readonly folder: string | undefined;
  readonly warnings: readonly string[];
} {
  const wanted = profile.start?.workingDir ?? stringAt(container, 'workingDir');
  const effective = wanted ?? base.workingFolder;
  const isHidden = homes.some((home) => isWithin(effective, home)) && !isIncluded(effective, areas);
  if (!isHidden) return { folder: wanted, warnings: [] };
  const workspace = areas.find(({ kind, included }) => kind === 'workspace' && included)?.path;
  const instead = workspace ?? wanted;
  const what =
    workspace === undefined ? 'It is empty unless the base image has files in it' : `The image starts in ${workspace}`;
  return {
    folder: instead,
    warnings: [
      `The working folder ${effective} is in the home folder, which is not in the image. ${what}. To change that, declare start.workingDir or a workspace in the profile.`,
    ],
  };
}

function isIncluded(path: string, areas: readonly PlannedArea[]): boolean {
  return areas.some(
    ({ included, path: area, without, kind }) =>
      included && kind !== 'changed' && isWithin(path, area) && !without.some((other) => isWithin(path, other)),
  );
}

function homeWarnings(words: readonly string[], { homes, areas }: StartInput): readonly string[] {
  const found = words.filter((word) => homes.some((home) => isWithin(word, home)) && !isIncluded(word, areas));
  return [...new Set(found)].map(
    (path) =>
      `The start command uses ${path}, which is in the home folder and not in the image. Name it in include-paths, or declare a start.command in the profile that does not need it.`,
  );
}

const hubProgram = /(?:^|[\s/])(?:jupyterhub-singleuser|start-singleuser(?:\.sh|\.py)?)(?=\s|$)/;

function hubWarnings(words: readonly string[]): readonly string[] {
  if (!words.some((word) => hubProgram.test(word))) return [];
  return [
    'The start command needs a JupyterHub, which the exported application does not have. Declare a start.command in the profile, such as ["jupyter", "lab", "--ip=0.0.0.0"].',
  ];
}

/** The ids that OpenShift gives to pods of a namespace: they mean nothing elsewhere. */
const firstAssignedId = 1_000_000_000;

/** `uid[:gid]` as the pod says; undefined: as the base image. */
function userOf({ pod, container }: StartInput): string | undefined {
  const idOf = (field: string): number | undefined => {
    const found = valueAt(container, 'securityContext', field) ?? valueAt(pod, 'spec', 'securityContext', field);
    return typeof found === 'number' ? found : undefined;
  };
  const [uid, gid] = [idOf('runAsUser'), idOf('runAsGroup')];
  const isAssigned = textsAt(pod, 'annotations')['openshift.io/scc'] !== undefined && (uid ?? 0) >= firstAssignedId;
  if (uid === undefined || isAssigned) return undefined;
  return gid === undefined ? String(uid) : `${String(uid)}:${String(gid)}`;
}

function portsOf({ profile, container }: StartInput): readonly string[] {
  const declared = profile.ports?.map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
  const own = arrayAt(container, 'ports').map((each) => ({
    port: valueAt(each, 'containerPort'),
    protocol: stringAt(each, 'protocol') ?? 'TCP',
  }));
  return [...new Set((declared ?? own).map(({ port, protocol }) => `${String(port)}/${protocol.toLowerCase()}`))];
}

function listAt(container: unknown, field: string): readonly string[] | undefined {
  const list = arrayAt(container, field);
  return list.length === 0 ? undefined : list.map(String);
}
