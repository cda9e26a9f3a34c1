import type { Outcome } from '../../../domain/reports/outcome.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { startWizard } from '../../../wizard/server/start-wizard.ts';
import type { wizardParams } from './params.ts';

interface WizardInput {
  readonly params: ValuesOf<typeof wizardParams>;
  readonly workspaces: { readonly kubeconfig: string | undefined };
}

/** Serves the wizard until the process is stopped. */
export async function runWizard(
  { params, workspaces }: WizardInput,
  context: TaskContext,
): Promise<Outcome<never, never>> {
  const { environment, log, signal, print } = context;
  const options = {
    mode: 'laptop',
    kubeconfig: workspaces.kubeconfig,
    context: params.context,
    environment,
    namespace: params.namespace,
    port: params.port,
    opensBrowser: !params['no-browser'],
  } as const;
  await startWizard(options, { log, signal, print });
  return { items: [], results: {}, summary: 'the wizard has stopped' };
}
