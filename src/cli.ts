import { messageOf } from './domain/core/errors.ts';
import { findGroup, formatOverview, helpColumns } from './runtime/format-overview.ts';
import { printFailure } from './runtime/log.ts';
import { noteEarlySignals, ownProcess } from './runtime/process.ts';
import { refuseNode, version } from './runtime/version.ts';
import { catalog } from './tasks/shared/catalog.ts';

const exitMissingProgram = 3;

noteEarlySignals();
const args = ownProcess.args();
const output = { args, environment: ownProcess.environment(), stream: ownProcess.stderr };

/** `crane-tasks <task> [options]`: gives the exit code. What the overview does not need is loaded for the others. */
async function main(): Promise<number> {
  const unfit = refuseNode(ownProcess.nodeVersion);
  if (unfit !== undefined) return printFailure(unfit, { ...output, exitCode: exitMissingProgram });
  switch (args.join(' ')) {
    case '':
    case '--help':
    case '-h':
    case 'help':
      ownProcess.stdout(formatOverview(catalog, helpColumns(ownProcess.columns())));
      return 0;
    case '--version':
    case '-v':
    case 'version':
      ownProcess.stdout(`crane-tasks ${version}\n`);
      return 0;
    default: {
      const group = findGroup(args, catalog);
      if (group.length > 0) {
        ownProcess.stdout(formatOverview(group, helpColumns(ownProcess.columns())));
        return 0;
      }
      const { runCommand } = await import('./commands.ts');
      return runCommand(args);
    }
  }
}

try {
  ownProcess.setExitCode(await main());
} catch (error) {
  const text = `unexpected error: ${messageOf(error)}`;
  ownProcess.setExitCode(printFailure(text, { ...output, exitCode: 1 }));
}
