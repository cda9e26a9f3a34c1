import { actionReasons } from '../../../../src/domain/planning/allowed-actions.ts';

/** Texts of the list of migrations and of one migration. */
export const migrations = {
  migrations: {
    title: 'Migrations',
    create: 'Move an application',
    empty: 'No migration yet',
    none: 'Namespace {{namespace}} has no migration. A migration moves one application: its resources, images and volumes.',
    docs: 'Documentation of the wizard',
    name: 'Name',
    from: 'From',
    to: 'To',
    images: 'Images',
    claims: 'Claims',
    state: 'Last run',
    created: 'Created',
    neverStarted: 'Never started',
    noTekton: 'This cluster has no Tekton. Install Tekton Pipelines and the Pipelines of crane-tasks first.',
    noPipelines:
      'Namespace {{namespace}} does not have the Pipelines of crane-tasks. Install them first: kubectl apply --server-side -n {{namespace}} -f install.yaml, with the file of a release; or as the README says.',
  },
  migration: {
    carryOver: 'Carry over into a new migration',
    forerunner: 'Made by the wizard of the OpenShift console.',
    runs: 'Runs',
    run: 'Run',
    started: 'Started',
    duration: 'Duration',
  },
  reasons: actionReasons,
} as const;
