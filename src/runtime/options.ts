import type { RunnableTask, Param } from './define-task.ts';

/** What the command line knows of a task: its definition without its program. */
export type CommandTask = Omit<RunnableTask, 'run'>;

export interface Option {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly group: 'Parameters' | 'Folders' | 'Options';
  readonly description: string;
  /** Values that the command line can list; empty when any text is valid. */
  readonly choices: readonly string[];
  /** The option may be repeated. */
  readonly list: boolean;
  /** Entries of a repeated option may hold commas. */
  readonly allowsCommas?: true;
  readonly word?: true;
  readonly bare?: true;
}

const common: readonly Option[] = [
  ownOption('help', 'Print this help.', { short: 'h', bare: true }),
  ownOption('output', 'Format of the results on standard output. [table, json] [default: table]', {
    short: 'o',
    choices: ['table', 'json'],
  }),
  ownOption('results-dir', 'Folder that gets one file for each result, instead of standard output.', {}),
  ownOption('log-format', 'Format of the log on standard error. [text, json] [default: text]', {
    choices: ['text', 'json'],
  }),
  ownOption('debug', 'Log every request.', { choices: ['true', 'false'], bare: true }),
];

/** All options of a task: params, folders, and what every program has unless the task has a param of that name. */
export function optionsOf(task: CommandTask): readonly Option[] {
  return [
    ...Object.entries(task.params).map(([name, param]) => optionOf(name, param)),
    ...Object.values(task.workspaces).map(({ flag, description, optional, defaultPath }): Option => {
      const fallback = defaultPath === undefined ? '' : ` [default: ${defaultPath}]`;
      const note = optional === true ? ' [optional]' : fallback;
      return { name: flag, group: 'Folders', description: description + note, choices: [], list: false };
    }),
    ...common.filter(({ name }) => !Object.hasOwn(task.params, name)),
  ];
}

function ownOption(name: string, description: string, more: Partial<Option>): Option {
  return { name, group: 'Options', description, choices: [], list: false, ...more };
}

function optionOf(name: string, param: Param): Option {
  const isList = param.type === 'string' && param.list === true;
  const choices = param.type === 'string' ? (param.choices ?? []) : [];
  const notes = [
    choices.length === 0 ? '' : `[${choices.map((choice) => (choice === '' ? '""' : choice)).join(', ')}]`,
    isList ? '[or a JSON array]' : '',
    noteOfDefault(param),
  ].filter((note) => note !== '');
  return {
    name,
    ...(name === 'namespace' ? { short: 'n' } : {}),
    ...(param.type === 'string' && param.isWord === true ? { word: true } : {}),
    ...(param.type === 'string' && param.allowsCommas === true ? { allowsCommas: true } : {}),
    group: 'Parameters',
    description: [param.description, ...notes].join(' '),
    choices: param.type === 'boolean' ? ['true', 'false'] : choices,
    list: isList,
  };
}

function noteOfDefault({ default: fallback, ...param }: Param): string {
  if (fallback !== undefined) return fallback === '' ? '' : `[default: ${String(fallback)}]`;
  return param.type === 'string' && param.requiredInPod === true ? '[default: the current context]' : '[required]';
}
