import { stageGroups, type Stage, type TaskCard } from './task-card.ts';

const about =
  'Moves applications between Kubernetes and OpenShift clusters, or out of one. The tasks are in the order of a move.';
const widest = 120;
const usual = 100;

/** Columns for help, from those of the terminal; undefined where standard output is not a terminal. */
export function helpColumns(columns: number | undefined): number {
  return Math.min(columns === undefined || columns === 0 ? usual : columns, widest);
}

const help = [
  { name: 'help TASK', summary: 'print the options and examples of a task' },
  {
    name: 'completion SHELL',
    summary: 'print a script for bash, zsh or fish that completes tasks, options and values',
  },
  { name: '--version', summary: 'print the version' },
];

/** The text of `crane-tasks --help`: what people run, by groups in the order of a move. */
export function formatOverview(cards: readonly TaskCard[], columns: number): string {
  const shown = cards.filter(({ internal }) => !internal);
  const groups = stageGroups.map(({ title, stages }) => {
    const group: readonly Stage[] = stages;
    return { title, rows: shown.filter(({ stage }) => group.includes(stage)) };
  });
  const nameWidth = Math.max(...[...shown, ...help].map(({ name }) => name.length)) + 4;
  const lines = [...groups, { title: 'Help', rows: help }].flatMap(({ title, rows }) =>
    rows.length === 0 ? [] : [`${title}:`, ...rows.flatMap((row) => formatRow(row, nameWidth, columns)), ''],
  );
  return [
    'crane-tasks TASK [options]',
    '',
    ...wrap(about, columns),
    ...wrap('Names that start with crane- work without it too: crane-tasks export.', columns),
    ...wrap('Those that start with app- or exports- can be written as words: crane-tasks app export.', columns),
    '',
    ...lines,
  ].join('\n');
}

/**
 * The tasks whose names begin with some words, as in `app`, `app registries --help` and `help exports`; none where the
 * words name a task.
 */
export function findGroup(args: readonly string[], cards: readonly TaskCard[]): readonly TaskCard[] {
  const words = args.filter((arg, index) => !['--help', '-h'].includes(arg) && !(index === 0 && arg === 'help'));
  const name = words.join('-');
  if (words.length === 0 || words.some((word) => word.startsWith('-')) || cards.some((card) => card.name === name))
    return [];
  return cards.filter((card) => card.name.startsWith(`${name}-`) && !card.internal);
}

function formatRow({ name, summary }: Pick<TaskCard, 'name' | 'summary'>, nameWidth: number, columns: number) {
  const lines = wrap(summary, columns - nameWidth);
  return lines.map((line, index) => (index === 0 ? `  ${name}` : '').padEnd(nameWidth) + line);
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
