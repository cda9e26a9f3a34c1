import yargs from 'yargs';

import { optionsOf, type CommandTask } from './options.ts';

const exitCodes =
  'Exit codes: 0 done and verified, 1 defect, 2 wrong input, 3 cluster, registry or program failed, 4 incomplete: run again to resume.';

/** The text of `crane-tasks <task> --help`, all of it from the task's definition, in lines of at most `columns`. */
export async function formatHelp(task: CommandTask, columns: number): Promise<string> {
  const words = optionsOf(task).flatMap(({ word, name }) => (word === true ? [name.toUpperCase()] : []));
  const help = yargs([], '/')
    .locale('en')
    .help(false)
    .version(false)
    .wrap(columns)
    .usage(`crane-tasks ${[task.name, ...words].join(' ')} [options]\n\n${task.description}`)
    .epilogue(exitCodes);
  for (const { name, short, group, description } of optionsOf(task))
    help.option(name, { group: `${group}:`, describe: description, ...(short === undefined ? {} : { alias: short }) });
  // Whole, to be copied.
  const examples = task.examples.map((example) => `  crane-tasks ${example}\n`).join('');
  return `${await help.getHelp()}\n${examples === '' ? '' : `\nExamples:\n${examples}`}`;
}
