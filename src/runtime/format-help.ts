import type { AnyTask, Param, Workspace } from './define-task.ts';

interface Row {
  readonly flag: string;
  readonly text: string;
}

const width = 100;
const commonRows: readonly Row[] = [
  { flag: 'help', text: 'Show this help.' },
  {
    flag: 'results-dir',
    text: 'Folder that gets one file per result; without it results go to standard output as JSON.',
  },
  { flag: 'log-format', text: 'Log lines for people or for programs. [text, json] [default: text]' },
  { flag: 'debug', text: 'Log every request.' },
];

/** The text of `crane-tasks <task> --help`, all of it from the task's definition, in lines of 100 columns. */
export function formatHelp(task: AnyTask): string {
  return [
    `crane-tasks ${task.name} [options]\n`,
    wrap(task.description, width).join('\n') + '\n',
    section('Parameters', Object.entries(task.params).map(paramRow)),
    section('Folders', Object.values(task.workspaces).map(workspaceRow)),
    section('Options', commonRows),
    // Whole, to be copied.
    `Examples:\n${task.examples.map((example) => `  crane-tasks ${example}\n`).join('')}`,
    ...wrap(
      'Exit codes: 0 done and proven, 1 defect, 2 wrong input, 3 the outside refused, 4 incomplete: run again to resume.',
      width,
    ),
    '',
  ].join('\n');
}

function section(title: string, rows: readonly Row[]): string {
  const column = Math.max(...rows.map(({ flag }) => flag.length)) + 6;
  const lines = rows.flatMap(({ flag, text }) =>
    wrap(text, width - column).map((line, index) => (index === 0 ? `  --${flag}` : '').padEnd(column) + line),
  );
  return rows.length === 0 ? '' : `${title}:\n${lines.join('\n')}\n`;
}

function paramRow([name, param]: [string, Param]): Row {
  const choices = param.type === 'string' && param.choices !== undefined ? ` [${param.choices.join(', ')}]` : '';
  const list = param.type === 'string' && param.list === true ? ' [or a JSON array]' : '';
  return { flag: name, text: `${param.description}${choices}${list} ${fallbackOf(param)}` };
}

function fallbackOf({ default: fallback }: Param): string {
  if (fallback === undefined) return '[required]';
  return fallback === '' ? '[default: empty]' : `[default: ${String(fallback)}]`;
}

function workspaceRow({ flag, description, optional, defaultPath }: Workspace): Row {
  const fallback = defaultPath === undefined ? '' : ` [default: ${defaultPath}]`;
  return { flag, text: description + (optional === true ? ' [optional]' : fallback) };
}

/** Breaks at spaces; a word longer than a line, such as an address, keeps a line of its own. */
function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
