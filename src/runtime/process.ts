const usualGrace = 1500;
let signalGrace = usualGrace;
const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * The one door to the process: arguments, environment, streams, signals and the exit code. It is the global, since an
 * `import` of node:process reads all of its properties, and one of them opens standard input.
 */
export const ownProcess = {
  nodeVersion: process.versions.node,
  args: (): readonly string[] => process.argv.slice(2),
  environment: (): Readonly<Record<string, string | undefined>> => process.env,
  stdout: (text: string): void => void process.stdout.write(text),
  /** Columns of the terminal that standard output is; undefined when it is none. */
  columns: (): number | undefined => process.stdout.columns,
  /** The standard input and output as streams of bytes. */
  input: () => process.stdin,
  output: () => process.stdout,
  stderr: process.stderr,
  /** Ends the process although a program that it started still runs. */
  exit: (code: number): never => process.exit(code),
  /** Ends another process as SIGTERM does. */
  end: (pid: number): void => void process.kill(pid, 'SIGTERM'),
  /** How long a program may take to stop after a signal, in milliseconds, if it has something to undo; 0: as usual. */
  allowTimeToStop: (milliseconds: number): void => {
    signalGrace = Math.max(usualGrace, milliseconds);
  },
  pid: process.pid,
  setExitCode: (code: number): void => {
    process.exitCode = code;
  },
};

let early: { readonly name: NodeJS.Signals; readonly timer: NodeJS.Timeout } | undefined;

function noteSignal(name: NodeJS.Signals): void {
  early = { name, timer: setTimeout(() => process.exit(4), usualGrace).unref() };
}

/** Keeps signals that come while the program is being loaded: the task that starts then ends with a report. */
export function noteEarlySignals(): void {
  for (const name of signals) process.once(name, noteSignal);
}

/**
 * A signal aborted by SIGTERM or SIGINT. Programs stop by themselves and write their report; one that has not
 * ended after the grace is ended with exit code 4, since Tekton kills without mercy soon after.
 */
export function signalOfTermination(beforeExit: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    controller.abort(new Error(`received ${name}`));
    setTimeout(() => {
      beforeExit(`received ${name}, and the task did not stop in time. Run it again to resume.`);
      process.exit(4);
    }, signalGrace).unref();
  };
  if (early !== undefined) {
    clearTimeout(early.timer);
    stop(early.name);
  }
  for (const name of signals) {
    process.once(name, stop);
    // After the new one was added: a signal that has not been seen yet is lost where there is none.
    process.off(name, noteSignal);
  }
  return controller.signal;
}
