import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { startProgram } from './program.ts';

const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  console.error('usage: node testbed/openshift/main.ts --config FILE');
  process.exitCode = 2;
} else {
  await run(values.config);
}

async function run(configFile: string): Promise<void> {
  const config = await readConfig(configFile);
  const program = await startProgram(config, (line) => {
    console.error(`${new Date().toISOString()} ${line}`);
  });
  const stop = (): void => {
    program.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Last: whoever waits for this line may send a signal at once.
  console.error(`${new Date().toISOString()} openshift-like ${config.clusterName}: serving`);
}
