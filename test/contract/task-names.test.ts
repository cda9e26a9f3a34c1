import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { catalog } from '../../src/tasks/shared/catalog.ts';

/**
 * Names that are part of a format: what made an image, what a kubeconfig starts, what a helper pod starts, the mark in a
 * helper pod's log, what a TaskRun in a cluster refers to, the label of a run with its action, the member `task` of a report.
 */
const formats: Readonly<Record<string, readonly string[]>> = {
  'src/domain/containerize/image-config.ts': ['app-containerize'],
  'src/domain/containerize/provenance.ts': ['app-containerize'],
  'src/domain/containerize/read-command.ts': ['files-sender'],
  'src/domain/containerize/reader-pod.ts': ['files-holder'],
  'src/domain/kubeconfig/cluster-secret.ts': ['cluster-credential'],
  'src/domain/planning/applications/application-account.ts': ['app-export', 'app-publish'],
  'src/domain/planning/applications/application-answers.ts': ['app-export', 'app-publish'],
  'src/domain/planning/applications/application-command.ts': ['app-export', 'app-publish'],
  'src/domain/planning/applications/application-objects.ts': ['app-export', 'app-publish'],
  'src/domain/planning/applications/application-spec.ts': [
    'app-export',
    'app-publish',
    'crane-kubeconfig-generator',
    'crane-summary',
    'exports-delete',
  ],
  'src/domain/planning/applications/check-application.ts': ['app-export', 'app-publish'],
  'src/domain/planning/recovery.ts': ['crane-rollback', 'exports-delete'],
  'src/domain/planning/run-facts.ts': ['crane-validate', 'crane-verify', 'crane-rollback', 'crane-restore-scale'],
  'src/domain/planning/state.ts': ['kubectl-apply-kustomize'],
  'src/domain/progress/run-progress.ts': [
    'crane-skopeo-sync-gen',
    'crane-skopeo-sync',
    'crane-cluster-contexts',
    'crane-export-plan',
    'crane-manifests',
    'crane-migrate',
    'crane-image-sync',
    'crane-transfer-pvc',
  ],
  'src/domain/planning/volume-task.ts': [
    'crane-rollback',
    'crane-restore-scale',
    'crane-verify',
    'crane-validate',
    'crane-summary',
  ],
  'src/domain/schemas/documents.ts': ['app-export', 'app-publish'],
  'src/domain/schemas/validators/application-answers.ts': ['app-export', 'app-publish'],
  'src/domain/volumes/helper-pod.ts': ['volume-free-space', 'volume-mover'],
  'src/domain/volumes/mover-protocol.ts': ['volume-mover'],
  'src/wizard/server/routes/application-run-routes.ts': ['app-containerize'],
};

/** Pipelines name the tasks of their stages, and so does the move in one process. */
const knowing = /^src\/(?:tasks|pipelines)\//;

// A name of one word is a word of the language too.
const names = catalog.flatMap(({ name }) => (name.includes('-') ? [name] : [])).sort((a, b) => b.length - a.length);
const anyName = new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`, 'g');

/** Task names in the code of a file; comments and imports may have them. */
function namesIn(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import .*$| from '.*';$/gm, '');
  return [...code.matchAll(anyName)].map(([name]) => name);
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path}`)
  .filter((path) => path.endsWith('.ts') && !knowing.test(path));

describe('names of tasks', () => {
  it('are known to src/tasks and src/pipelines only', () => {
    const found = files.flatMap((path) =>
      namesIn(readFileSync(path, 'utf8'))
        .filter((name) => !(formats[path] ?? []).includes(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('are found in code, not in comments and imports', () => {
    expect(namesIn("const path = 'reports/crane-verify.json';")).toEqual(['crane-verify']);
    expect(namesIn("/** As crane-export. */\n// crane-export\nimport { a } from './volume-free-space.ts';\n")).toEqual(
      [],
    );
    expect(namesIn("'crane-export-x'")).toEqual([]);
  });
});
