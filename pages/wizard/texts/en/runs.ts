/** Texts of a run. */
export const runs = {
  run: {
    tasks: 'Tasks',
    task: 'Task',
    state: 'State',
    duration: 'Duration',
    message: 'Message',
    log: 'Log of {{task}}',
    showLog: 'Show the log of {{task}}',
    noLog: 'There is no log yet.',
    cancel: 'Cancel the run',
    cancelHelp: 'The tasks that run are stopped. Workloads that were scaled down are started again.',
    failed: 'Task {{task}} failed',
  },
} as const;
