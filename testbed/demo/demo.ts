import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { checkoutCacheFolder } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import { deployShop } from '../shop/deploy.ts';
import { prepareAccounts, type MoveNames } from './accounts.ts';
import { imageSize, installTasks, loadTaskImage } from './install.ts';
import { localKubectl } from './kubectl.ts';
import { formatProof, proveMove } from './proof.ts';
import { startRun } from './start-run.ts';
import { watchRun } from './watch-run.ts';
import { recordMigration, startWizard } from './wizard.ts';

const names: MoveNames = { runs: 'migrations', application: 'shop' };
const runDeadlineSeconds = 900;
/** A user such as OpenShift assigns one: the tasks must not care. */
export const arbitraryUser = 1_000_680_000;

/** Brings everything up, moves the sample application by one PipelineRun and proves the result. True when all is the same. */
export async function demonstrate(): Promise<boolean> {
  title('1 of 5  two local clusters');
  const { failed } = await execa('node', ['testbed/clusters/main.ts', 'up', '--demo'], {
    stdio: 'inherit',
    preferLocal: true,
    reject: false,
  });
  if (failed) return false;
  const [source, destination] = [localKubectl('source'), localKubectl('destination')];
  title('2 of 5  the sample application on the source cluster');
  await deployShop();
  title('3 of 5  the tasks on the destination cluster');
  const registryCertificates = readFileSync(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  const image = await loadTaskImage();
  print(`task image: ${String(await imageSize(image))} MiB compressed`);
  await timed('accounts and Secrets', () =>
    prepareAccounts({ source, destination, names, podSecurity: 'restricted', registryCertificates }),
  );
  await installTasks(destination, names.runs, image);
  await timed('record of the migration', () => recordMigration(source, destination, names));
  title('4 of 5  the PipelineRun crane-app-migration');
  const name = await startRun(destination, {
    sample: 'samples/app-migration/pipelinerun.yaml',
    namespace: names.runs,
    user: arbitraryUser,
  });
  const run = await watchRun(destination, { namespace: names.runs, name, deadlineSeconds: runDeadlineSeconds, print });
  print(`PipelineRun ${name}: ${run.message}`);
  if (!run.succeeded) return false;
  title('5 of 5  the proof');
  const proof = await proveMove(source, destination, names);
  print(formatProof(proof));
  print(`\n${run.logs.get('summary') ?? 'the summary task left no log'}`);
  print(`\nThe migration in the wizard, until \`make demo-down\`: ${await startWizard(destination, names.runs)}`);
  return proof.differences.length === 0;
}

function title(text: string): void {
  print(`\n== ${text}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
