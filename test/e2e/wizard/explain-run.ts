import { messageOf } from '../../../src/domain/core/errors.ts';
import { localKubectl, type Kubectl } from '../../../testbed/demo/kubectl.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');

const conditions =
  'custom-columns=KIND:.kind,NAME:.metadata.name,STATUS:.status.conditions[*].status,REASON:.status.conditions[*].reason,MESSAGE:.status.conditions[*].message';
const pods =
  'custom-columns=NAME:.metadata.name,PHASE:.status.phase,REASON:.status.reason,SINCE:.status.startTime,LIMIT:.spec.activeDeadlineSeconds,DELETED:.metadata.deletionTimestamp,' +
  'UNMET:.status.conditions[?(@.status=="False")].message,INIT:.status.initContainerStatuses[*].state,STEPS:.status.containerStatuses[*].state';
const mostCharacters = 12_000;

/** Namespaces of a run, of the application at the source, and of that at the destination. */
interface Places {
  readonly runs: string;
  readonly from: string;
  readonly to: string;
}

/** What explains why a run does not end, for the message of a test that has waited in vain. */
export async function explainRun(run: string, { runs, from, to }: Places): Promise<string> {
  const place = (namespace: string): readonly string[] => ['-n', namespace];
  const events = (namespace: string) => ['get', 'events', ...place(namespace), '--sort-by=.lastTimestamp'];
  const logs = ['logs', ...place(runs), '-l', `tekton.dev/pipelineRun=${run}`];
  const questions: readonly (readonly [Kubectl, readonly string[]])[] = [
    [destination, ['get', 'pipelineruns,taskruns', ...place(runs), '-o', conditions]],
    [destination, ['get', 'pods', ...place(runs), '-o', pods]],
    [destination, events(runs)],
    [destination, [...logs, '--all-containers', '--prefix', '--tail=15', '--ignore-errors', '--max-log-requests=40']],
    [source, ['get', 'jobs,pods', ...place(from), '-o', 'wide']],
    [source, events(from)],
    [destination, ['get', 'jobs,pods', ...place(to), '-o', 'wide']],
    [destination, ['describe', 'nodes']],
  ];
  const answers = await Promise.all(
    questions.map(async ([kubectl, args]) => {
      const said = await kubectl.run(args).catch(messageOf);
      return `# ${kubectl.context}: kubectl ${args.slice(0, 4).join(' ')}\n${said.slice(-mostCharacters)}`;
    }),
  );
  return answers.join('\n');
}
