import { ClusterError } from '../clusters/errors.ts';
import { demonstrate } from './demo.ts';
import { demonstrateExisting, parseExisting } from './existing.ts';
import { loadTaskImage } from './install.ts';

const usage = `node testbed/demo/main.ts VERB

  demo    move the sample application between two local clusters and prove it; with CLUSTER=existing, a namespace
          between the clusters of SOURCE_CONTEXT and DESTINATION_CONTEXT
  image   build the task image and load it into the destination cluster`;

async function main(verb: string): Promise<number> {
  switch (verb) {
    case 'demo':
      return (await demo()) ? 0 : 1;
    case 'image':
      console.log(await loadTaskImage());
      return 0;
    default:
      console.error(usage);
      return 2;
  }
}

function demo(): Promise<boolean> {
  const chosen = process.env['CLUSTER'] ?? '';
  if (chosen === '' || chosen === 'native') return demonstrate();
  if (chosen === 'existing') {
    return demonstrateExisting(parseExisting(process.env), (line) => process.stdout.write(`${line}\n`));
  }
  throw new ClusterError('usage', `CLUSTER: expected native or existing, got ${chosen}`);
}

try {
  process.exitCode = await main(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === 'usage' ? 2 : 3;
}
