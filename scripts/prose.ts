import { execa } from 'execa';

import { pipelines } from '../src/pipelines/index.ts';
import { loadTasks } from '../src/tasks/index.ts';
import { describePipeline, describePipelineParams, describeTask } from './prose/descriptions.ts';
import { lintDescriptions, lintFiles } from './prose/lint.ts';

/** Generated from descriptions, which are checked themselves; output of programs; entries for earlier versions. */
const unchecked = ['forms/**', 'test/golden/**', 'docs/tasks.md', 'CHANGELOG.md'];

/** Checks the language of all Markdown and of all descriptions; docs/style.md has the rules. */
async function checkProse(): Promise<void> {
  const exclude = unchecked.map((pattern) => `:(exclude,glob)${pattern}`);
  const { stdout } = await execa('git', ['ls-files', '*.md', ...exclude]);
  const tasks = await loadTasks();
  const descriptions = [
    ...tasks.flatMap(describeTask),
    ...pipelines.flatMap(describePipeline),
    ...describePipelineParams(),
  ];
  const alerts = [...(await lintFiles(stdout.split('\n'))), ...(await lintDescriptions(descriptions, '.cache/prose'))];
  for (const { place, message, check } of alerts) console.log(`${place}: ${message} [${check}]`);
  process.exitCode = alerts.length > 0 ? 1 : 0;
}

await checkProse();
