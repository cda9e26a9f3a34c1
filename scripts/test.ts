import { mkdir, readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';
import type { JsonTestResult, JsonTestResults } from 'vitest/node';

import { secondAttempts } from './second-attempts.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, a line for each. */
  failures: readonly string[];
}

/** One step of the tests: a program that passes or fails as a whole, or a Vitest project that counts its tests. */
interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Vitest's JSON report; absent: the suite counts as one test. */
  readonly report?: string;
  /** Needs root and the local clusters. */
  readonly heavy?: true;
  /** Counts as a test only when it fails: preparation. */
  readonly preparation?: true;
  /** Seconds from the end of the suite before it, or of the stage before, to its start. */
  readonly delay?: number;
}

const reports = '.cache/test';

function vitest(name: string, options: readonly string[] = []): Suite {
  const report = `${reports}/${name}.json`;
  const reporters = ['default', 'json', './scripts/slowest-files.ts', './scripts/second-attempts.ts'];
  const outputs = [...reporters.map((reporter) => `--reporter=${reporter}`), `--outputFile.json=${report}`];
  return { name, report, command: ['vitest', 'run', '--project', name, ...outputs, ...options] };
}

const main = ['node', 'testbed/clusters/main.ts'] as const;

/** Suites that run one after the other. */
type Lane = readonly Suite[];

/**
 * One stage after the other, the lanes of a stage side by side: as many as there are processors, and of equal length, since
 * none of their suites waits for anything. The clusters are ready when the integration tests end, and not long before,
 * because their control planes take processor time while they are idle.
 */
const stages: readonly (readonly Lane[])[] = [
  [
    [{ name: 'lint', command: ['eslint', '.'] }],
    [
      { name: 'format', command: ['biome', 'format', '.'] },
      { name: 'types', command: ['tsc'] },
      { name: 'types of pages', command: ['tsc', '--project', 'pages'] },
      { name: 'unused code', command: ['knip'] },
      { name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'] },
      { name: 'prose', command: ['node', 'scripts/prose.ts'] },
      { name: 'bundle', command: ['node', 'scripts/bundle.ts'], preparation: true },
      vitest('contract', ['--maxWorkers=1']),
    ],
    [{ name: 'programs and images', command: [...main, 'prepare'], heavy: true, preparation: true }],
  ],
  [[vitest('unit', ['--coverage'])]],
  // Alone: each measure is a ratio to a peer, but the two are not equally slow beside other suites.
  [[{ name: 'bench', command: ['node', 'bench/smoke.ts'], heavy: true }]],
  // Alone: its tests measure what a user waits for.
  [[{ ...vitest('browser'), heavy: true }]],
  [
    [{ ...vitest('integration'), heavy: true }],
    [
      { ...vitest('fuzz'), heavy: true },
      { name: 'clusters up', command: [...main, 'up'], heavy: true, preparation: true, delay: 360 },
    ],
  ],
  [[{ ...vitest('e2e', ['--project', 'e2e-alone']), heavy: true }]],
];

/** Runs the stages in order, prints a line for each suite and the totals last. A suite that cannot run counts as failed. */
async function test(onlyLight: boolean): Promise<void> {
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const all: Counts[] = [];
  for (const stage of stages) {
    const chosen = stage.map((lane) => lane.filter((suite) => !(onlyLight && suite.heavy === true)));
    const lanes = chosen.filter((lane) => lane.length > 0);
    all.push(...(await Promise.all(lanes.map((lane) => runLane(lane, lanes.length === 1)))).flat());
  }
  const total = sum(all);
  await printNamed(total.failures);
  console.log(format(total));
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** At the end of the output: CI shows the last lines of a long log. */
async function printNamed(failures: readonly string[]): Promise<void> {
  const repeated = await readFile(secondAttempts, 'utf8').catch(() => '');
  if (repeated !== '') console.log(`passed at the second attempt:\n${repeated}`);
  if (failures.length > 0) console.log(`failed:\n${failures.join('\n')}\n`);
}

function sum(all: readonly Counts[]): Counts {
  const total = (key: 'passed' | 'failed' | 'skipped'): number => all.reduce((so, counts) => so + counts[key], 0);
  const failures = all.flatMap((counts) => counts.failures);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), failures };
}

async function runLane(lane: Lane, alone: boolean): Promise<readonly Counts[]> {
  const all: Counts[] = [];
  for (const suite of lane) all.push(await runSuite(suite, alone));
  return all;
}

async function runSuite(suite: Suite, alone: boolean): Promise<Counts> {
  await sleep((suite.delay ?? 0) * 1000);
  const started = performance.now();
  console.log(`--- ${suite.name}: ${suite.command.join(' ')}`);
  const succeeded = await (alone ? runAlone(suite) : runBeside(suite));
  const counts = await countsOf(suite, succeeded);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`suite ${suite.name}: ${format(counts)} (${seconds} s)\n`);
  return counts;
}

async function runAlone({ command: [program, ...args] }: Suite): Promise<boolean> {
  const { failed } = await execa(program, args, { stdio: 'inherit', preferLocal: true, reject: false });
  return !failed;
}

/** Each line says whose it is. */
async function runBeside({ name, command: [program, ...args] }: Suite): Promise<boolean> {
  const options = { stdin: 'ignore', all: true, buffer: false, preferLocal: true, reject: false } as const;
  const child = execa(program, args, options);
  for await (const line of child.iterable({ from: 'all' })) console.log(`${name} | ${line}`);
  return !(await child).failed;
}

async function countsOf({ name, report, preparation }: Suite, succeeded: boolean): Promise<Counts> {
  const failures = succeeded ? [] : [name];
  const counts = report === undefined ? undefined : await readCounts(report);
  if (counts === undefined) {
    const passed = succeeded && preparation !== true ? 1 : 0;
    return { passed, failed: succeeded ? 0 : 1, skipped: 0, failures };
  }
  // A runner that fails although all tests passed (coverage below its threshold, a crash) must not look green.
  if (succeeded || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: counts.failures.length > 0 ? counts.failures : failures };
}

async function readCounts(path: string): Promise<Counts | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const report = text === undefined ? undefined : (JSON.parse(text) as JsonTestResults);
  if (report === undefined) return undefined;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** Also a file that could not be loaded, or whose hooks failed: its tests did not run. */
function failuresOf({ name, status, message, assertionResults }: JsonTestResult): string[] {
  const file = relative('.', name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${file}: ${firstLine(message)}`];
  return failed.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`);
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

function format({ passed, failed, skipped }: Omit<Counts, 'failures'>): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

await test(process.argv.includes('--light'));
