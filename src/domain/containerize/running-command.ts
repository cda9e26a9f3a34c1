/** How a command ended. An exit code other than 0 is an answer, not an error. */
export interface CommandEnd {
  readonly exitCode: number;
  /** Its beginning and its end, where it is long. */
  readonly stderr: string;
}

/** A command that runs in a container, or here. */
export interface RunningCommand {
  /** The command waits while nothing reads. Ends with a TaskError when the end of the command is not known. */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Settles after all of `stdout` was read. Rejects with a TaskError when the end of the command is not known. */
  readonly ended: Promise<CommandEnd>;
  /** Ends the command when its output is not needed. */
  readonly stop: () => void;
}

/**
 * Starts a command without a shell.
 * @param input bytes of its standard input. A container may not see the end of them, so the command must know their length
 * @throws TaskError `forbidden`, `unreachable`, `program-missing` …
 */
export type RunCommand = (command: readonly string[], input?: Uint8Array) => Promise<RunningCommand>;

/** Text of a stream of unknown length. */
export interface BoundedText {
  readonly add: (text: string) => void;
  readonly text: () => string;
}

const mostHead = 1024 * 1024;
const mostTail = 64 * 1024;

/** Keeps the first and the last lines of a long text: warnings come first, results last. */
export function createBoundedText(head = mostHead, tail = mostTail): BoundedText {
  let first = '';
  let last = '';
  let isCut = false;
  return {
    add: (text) => {
      const taken = text.slice(0, head - first.length);
      first += taken;
      last += text.slice(taken.length);
      if (last.length > 2 * tail) {
        last = last.slice(-tail);
        isCut = true;
      }
    },
    text: () => (isCut ? `${first}\n…\n${last}` : first + last),
  };
}
