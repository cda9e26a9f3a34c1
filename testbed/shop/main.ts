import { parseArgs } from 'node:util';
import { ClusterError } from '../clusters/errors.ts';
import { say, timed } from '../clusters/progress.ts';
import { deployShop } from './deploy.ts';
import { clusterNamed, formatProbe, probeShop } from './probe.ts';
import { removeEverything } from './remove.ts';

const usage = `node testbed/shop/main.ts VERB

  deploy     build its images and bring the sample application up on the source cluster
  probe      [--context source|destination] [--namespace NAME] does it run and answer; exit code 1 when not
  remove     remove it from both clusters`;

/** Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = {
    context: { type: 'string', default: 'source' },
    namespace: { type: 'string', default: 'shop' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [verb = ''] = positionals;
  switch (verb) {
    case 'deploy':
      console.log(formatProbe(await timed('deploy the shop', deployShop)));
      return 0;
    case 'probe': {
      const probe = await probeShop(clusterNamed(values.context).name, values.namespace);
      console.log(formatProbe(probe));
      return probe.isHealthy ? 0 : 1;
    }
    case 'remove':
      await timed('remove the shop', removeEverything);
      return 0;
    default:
      throw new ClusterError('usage', `reading the command line: unknown verb '${verb}'\n${usage}`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  say(error.message);
  process.exitCode = error.code === 'usage' ? 2 : 3;
}
