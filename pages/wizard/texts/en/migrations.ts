import { actionReasons } from '../../../../src/domain/planning/allowed-actions.ts';

/** Texts of the list of migrations and of one migration. */
export const migrations = {
  migrations: {
    title: 'Migrations',
    create: 'Move an application',
    none: 'There is no migration in namespace {{namespace}} yet.',
    name: 'Name',
    from: 'From',
    to: 'To',
    images: 'Images',
    claims: 'Claims',
    state: 'Last run',
    created: 'Created',
    forerunner: 'Console',
    neverStarted: 'Never started',
    noTekton: 'This cluster has no Tekton. Install Tekton Pipelines and the Pipelines of crane-tasks first.',
    noPipelines:
      'Namespace {{namespace}} does not have the Pipelines of crane-tasks. Install them first: kubectl apply --server-side -n {{namespace}} -f install.yaml, with the file of a release; or as the README says.',
  },
  migration: {
    carryOver: 'Carry over into a new migration',
    forerunner: 'Made by the wizard of the OpenShift console.',
    runs: 'Runs',
    answers: 'Answers',
    run: 'Run',
    start: { stage: 'Copy volumes', cutover: 'Cut over', app: 'Move', images: 'Copy images' },
    started: 'Started',
    duration: 'Duration',
  },
  reasons: actionReasons,
} as const;
