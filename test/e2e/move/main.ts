import { demonstrate } from './demo.ts';
import { loadTaskImage } from './install.ts';

const usage = `node test/e2e/move/main.ts VERB

  demo    move the sample application between two local clusters and prove it
  image   build the task image and load it into the destination cluster`;

async function main(verb: string | undefined): Promise<number> {
  switch (verb) {
    case 'demo':
      return (await demonstrate()) ? 0 : 1;
    case 'image':
      console.log(await loadTaskImage());
      return 0;
    default:
      console.error(usage);
      return 2;
  }
}

process.exitCode = await main(process.argv[2]);
