import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { AnyTask, Param } from '../src/runtime/define-task.ts';
import { stageGroups, type Stage, type TaskCard } from '../src/runtime/task-card.ts';
import { loadTasks } from '../src/tasks/index.ts';
import { version } from '../src/runtime/version.ts';
import { formatApplicationChart } from './forms/application-chart.ts';
import { commandsOnly } from './forms/commands-only.ts';
import { formFiles, formsFolder } from './forms/files.ts';
import { code, generatedEnd, generatedStart, table } from './forms/markdown.ts';
import { formatPageAssets } from './forms/page-assets.ts';
import { formatPipeline } from './forms/pipelines.ts';
import { formatPipelineReadme } from './forms/pipeline-readme.ts';
import { pipelines } from '../src/pipelines/index.ts';
import { formatReasonCodes } from './forms/reason-codes.ts';
import { formatReportSchema } from './schemas/report.ts';
import { formatDocumentTypes, formatValidators } from './schemas/validators.ts';
import { platforms } from './images/programs-of-platform.ts';
import { versionedFiles, writeVersion } from './forms/version-places.ts';

const check = process.argv.includes('--check');

/** Writes (or, with `--check`, compares) everything that follows from the task definitions and the version in package.json. */
async function generate(): Promise<void> {
  const loaded = await loadTasks();
  const tasks = loaded.filter((task) => !commandsOnly.has(task.name));
  const stale: string[] = [];
  // First, because the forms are made from the manifests.
  for (const path of await versionedFiles())
    await putText(path, writeVersion(await readFile(path, 'utf8'), version), stale);
  for (const task of tasks) {
    await put(`tasks/${task.name}/README.md`, formatReadme(task), stale);
  }
  for (const pipeline of pipelines) {
    await putText(`pipelines/${pipeline.name}/${pipeline.name}.yaml`, formatPipeline(pipeline), stale);
    await put(`pipelines/${pipeline.name}/README.md`, formatPipelineReadme(pipeline), stale);
  }
  await put('schemas/report.schema.json', await formatReportSchema(loaded), stale);
  await put(...(await formatDocumentTypes()), stale);
  for (const [path, text] of await formatValidators()) await put(path, text, stale);
  await put('src/tasks/app/app-deploy/application-chart.ts', await formatApplicationChart(), stale);
  await put('src/domain/containerize/page/page-assets.ts', await formatPageAssets(), stale);
  await put('src/tasks/shared/catalog.ts', formatCatalog(loaded), stale);
  await put('src/tasks/shared/details.ts', formatDetails(loaded), stale);
  await put('tasks/kustomization.yaml', formatKustomization(tasks), stale);
  await put('docs/tasks.md', formatIndex(tasks), stale);
  await put('docs/reason-codes.md', formatReasonCodes(loaded), stale);
  const forms = await formFiles(tasks.map(({ name }) => name));
  for (const [path, text] of forms) await put(path, text, stale);
  await removeOthers(forms, stale);
  if (stale.length === 0) return;
  console.error(`out of date: ${[...new Set(stale)].join(', ')}. Run 'make generate' and commit what it changes.`);
  process.exitCode = 1;
}

async function put(path: string, generated: string, stale: string[]): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  await putText(path, generated.includes(generatedStart) ? keepProse(present, generated) : generated, stale);
}

async function putText(path: string, wanted: string, stale: string[]): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === wanted) return;
  if (check) stale.push(path);
  else await write(path, wanted);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** What no Task or Pipeline makes any more must not be installed. */
async function removeOthers(files: ReadonlyMap<string, string>, stale: string[]): Promise<void> {
  const present = await readdir(formsFolder, { recursive: true, withFileTypes: true });
  for (const entry of present.filter((candidate) => candidate.isFile())) {
    const path = `${entry.parentPath}/${entry.name}`;
    if (files.has(path)) continue;
    if (check) stale.push(path);
    else await rm(path);
  }
}

/** Text before the start mark and after the end mark is written by hand and stays. */
function keepProse(present: string | undefined, generated: string): string {
  if (present?.includes(generatedStart) !== true) return generated;
  const [before = ''] = present.split(generatedStart);
  const [, after = '\n'] = present.split(generatedEnd);
  const body = generated.slice(
    generated.indexOf(generatedStart),
    generated.indexOf(generatedEnd) + generatedEnd.length,
  );
  return before + body + after;
}

function formatReadme(task: AnyTask): string {
  const { name, summary, description, params, workspaces, results, examples } = task;
  const paramRows = Object.entries(params).map(([key, param]) => [code(key), defaultOf(param), param.description]);
  const workspaceRows = Object.entries(workspaces).map(([key, workspace]) => [
    code(key),
    workspace.optional === true ? 'optional' : 'required',
    code(`--${workspace.flag}`),
    workspace.description,
  ]);
  const resultRows = Object.entries(results).map(([key, text]) => [code(key), text]);
  return [
    `# ${name}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    generatedStart,
    '',
    description,
    '',
    ...table('Parameters', ['Name', 'Default', 'Description'], paramRows),
    ...listNote(params),
    ...table('Workspaces', ['Name', '', 'Flag', 'Description'], workspaceRows),
    ...table('Results', ['Name', 'Description'], resultRows),
    'No result ends with a newline.',
    '',
    `Platforms: ${platforms.join(', ')}.`,
    '',
    ...commandLine(examples),
    generatedEnd,
    '',
  ].join('\n');
}

function commandLine(examples: readonly string[]): readonly string[] {
  if (examples.length === 0) return [];
  return ['## On the command line', '', '```sh', ...examples.map((example) => `crane-tasks ${example}`), '```', ''];
}

/** Names the params that are lists: both ways to write one are taken everywhere alike. */
function listNote(params: AnyTask['params']): readonly string[] {
  const lists = Object.entries(params).filter(([, param]) => param.type === 'string' && param.list === true);
  if (lists.length === 0) return [];
  const names = lists.map(([name]) => code(name)).join(', ');
  return [`Lists (${names}) are written with commas or as a JSON array of texts: \`a,b\` or \`["a","b"]\`.`, ''];
}

function defaultOf(param: Param): string {
  return param.default === undefined ? 'required' : code(JSON.stringify(String(param.default)));
}

/** The overview and the summary read this instead of all definitions, whose loading takes longer than either. */
function formatCatalog(tasks: readonly AnyTask[]): string {
  const fields = ['name', 'aliases', 'summary', 'family', 'stage', 'internal', 'recovery'] as const;
  const rowOf = (card: TaskCard) => fields.map((field) => `${field}: ${literal(card[field])}`);
  return [
    '// Generated from the task definitions: run `make generate`.',
    "import type { TaskCard } from '../../runtime/task-card.ts';",
    '',
    '/** All tasks in the order of a move. */',
    'export const catalog = [',
    ...tasks.map((task) => `  { ${rowOf(task).join(', ')} },`),
    '] as const satisfies readonly TaskCard[];',
    '',
    "export type TaskName = (typeof catalog)[number]['name'];",
    '',
  ].join('\n');
}

/** The command line reads this, so that help, completion and a usage error do not load a program. */
function formatDetails(tasks: readonly AnyTask[]): string {
  const fields = ['description', 'examples', 'params', 'workspaces', 'results', 'reportIn'] as const;
  const fieldsOf = (task: AnyTask) => {
    const step = task.stepOf === undefined ? [] : [`stepOf: ${literal(task.stepOf)}`];
    return [...fields.map((field) => `${field}: ${literal(task[field])}`), ...step].join(', ');
  };
  return [
    '// Generated from the task definitions: run `make generate`.',
    "import type { TaskDetails } from '../../runtime/define-task.ts';",
    "import type { TaskName } from './catalog.ts';",
    '',
    '/** The definitions of all tasks, without their programs. */',
    'export const details: Readonly<Record<TaskName, TaskDetails>> = {',
    ...tasks.map((task) => `  ${JSON.stringify(task.name)}: { ${fieldsOf(task)} },`),
    '};',
    '',
  ].join('\n');
}

function literal(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}

function formatKustomization(tasks: readonly AnyTask[]): string {
  return [
    '# Generated from the list of tasks: run `make generate`.',
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources:',
    '  - rbac.yaml',
    ...tasks.map(({ name }) => `  - ${name}/${name}.yaml`),
    '',
  ].join('\n');
}

function formatIndex(tasks: readonly AnyTask[]): string {
  const rowsOf = (stages: readonly Stage[]) =>
    tasks
      .filter(({ stage }) => stages.includes(stage))
      .map((task) => [`[${task.name}](../tasks/${task.name}/README.md)`, task.summary]);
  return [
    '<!-- Generated from the task definitions: run `make generate`. -->',
    '# Tasks',
    '',
    'In the order of a move.',
    '',
    ...stageGroups.flatMap(({ title, stages }) => table(title, ['Task', 'What it does'], rowsOf(stages))),
  ].join('\n');
}

await generate();
