import { stateOf } from '../../../domain/exports/export-state.ts';
import { runFormats } from '../../../domain/exports/run-command.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { assertReady } from '../../../usecases/exports/archive-export.ts';
import { exportParams, exportWorkspaces, requireExport, withExports } from '../../shared/exports.ts';
import { choice } from '../../shared/param-kinds.ts';
import { shown } from '../../shared/releases.ts';
import { formatRun } from './format-run.ts';

export const exportsRunCommand = defineTask({
  name: 'exports-run-command',
  aliases: ['exports run-command'],
  summary: 'print how to run an exported image: docker, podman, compose, a pod, or Apptainer',
  family: 'terminal',
  stage: 'exports',
  description:
    'Prints the command or file that runs the image of an export by its digest: ports, volumes, and the variables that must ' +
    'be supplied, after comments that say what to do first. The value of a variable is taken from the shell or from a ' +
    'Secret, and is never printed. The pod fits the Pod Security Standard restricted. The Apptainer definition does not ' +
    'use the home folder. Only a ready export has a command. It needs list on configmaps of the namespace.',
  examples: [
    'exports run-command week-3 --namespace=course',
    'exports run-command week-3 --format=pod',
    'exports run-command week-3 --format=apptainer',
  ],
  params: {
    ...exportParams,
    format: choice(
      runFormats,
      'What is printed: a command line for `docker` or `podman`, a file for `docker compose`, a `pod` of Kubernetes, or a ' +
        'definition file for `apptainer build`.',
    ),
  },
  workspaces: exportWorkspaces,
  results: {},
  reasons: [],
  run: (input, context) =>
    withExports(input, context, async (store) => {
      const { entry } = await requireExport(store, input.params.export);
      assertReady(entry, stateOf(entry, store.now()));
      const format = runFormats.find((each) => each === input.params.format) ?? 'docker';
      return shown(formatRun(entry, format), `export ${store.namespace}/${entry.id}`);
    }),
});
