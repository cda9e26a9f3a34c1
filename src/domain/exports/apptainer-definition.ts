import type { ExportEntry } from './export-entry.ts';
import { pinnedImageOf } from './export-record.ts';
import { oneLine, portsOf, quoteWord, runName } from './run-command.ts';

/** Variables that keep programs from reading packages of, and writing into, the home folder that a cluster mounts. */
const homeless = [
  'export PYTHONNOUSERSITE=1',
  'export R_LIBS_USER=NULL',
  'export EXPORT_STATE="${EXPORT_STATE:-${TMPDIR:-/tmp}/NAME-${USER:-user}}"',
  'export XDG_CACHE_HOME="$EXPORT_STATE/cache" XDG_CONFIG_HOME="$EXPORT_STATE/config" XDG_DATA_HOME="$EXPORT_STATE/data"',
  'export JUPYTER_CONFIG_DIR="$EXPORT_STATE/jupyter/config" JUPYTER_DATA_DIR="$EXPORT_STATE/jupyter/data"',
  'export JUPYTER_RUNTIME_DIR="$EXPORT_STATE/jupyter/runtime"',
] as const;

/**
 * A definition for `apptainer build` (https://apptainer.org/docs/user/main/definition_files.html). Apptainer takes
 * variables and start command from the image. The folders that programs look for below HOME are set to another place,
 * because clusters mount the home folder of the user over that of the image. No step runs as root.
 */
export function apptainerDefinition(entry: ExportEntry): string {
  const name = runName(entry);
  const environment = homeless.map((line) => `    ${line.replace('NAME', name)}`);
  return [
    'Bootstrap: docker',
    `From: ${pinnedImageOf(entry)}`,
    '',
    '%environment',
    ...environment,
    '',
    '%help',
    `    ${helpOf(entry)}`,
    '',
  ].join('\n');
}

/** The commands that build and run the image, for the comment above the definition. */
export function apptainerCommands(entry: ExportEntry): readonly string[] {
  const name = runName(entry);
  const folder = entry.run.workingFolder === '' ? [] : ['--pwd', entry.run.workingFolder];
  const variables = entry.run.supply.flatMap(({ name: variable }) => ['--env', `"${variable}=$${variable}"`]);
  const words = ['apptainer', 'run', '--no-home', '--writable-tmpfs', ...folder].map(quoteWord);
  const state = ['--env', '"EXPORT_STATE=$(mktemp -d)"'];
  const run = [...words, ...state, ...variables, `${name}.sif`];
  return [`Build: apptainer build ${name}.sif ${name}.def`, `Run: ${run.join(' ')}`];
}

function helpOf(entry: ExportEntry): string {
  const ports = portsOf(entry).map(({ number }) => String(number));
  const where =
    ports.length === 0
      ? ''
      : ` It listens at ${ports.join(', ')} of the computer: Apptainer has no network of its own.`;
  return oneLine(`Export ${entry.id} of ${entry.workload.kind} ${entry.workload.name}.${where}`);
}
