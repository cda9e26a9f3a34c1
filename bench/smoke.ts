import { benchApply } from './apply.ts';
import { benchExport } from './export.ts';
import { benchImageCopy } from './image-copy.ts';
import { benchStartUp } from './start-up.ts';
import { benchRender } from './transform.ts';

/** How many times as long as ours the peer takes. */
interface Ratio {
  readonly name: string;
  readonly measured: number;
  /** On two processors with nothing else to do, at this size. */
  readonly recorded: number;
}

/** Below this part of the recorded ratio, a measure fails: the computer may be busy, and a regression is larger. */
const tolerated = 0.5;

/**
 * Measures at small sizes, each with its peer in the same run, so that a change which makes something many times slower is
 * noticed with the tests. The figures are not for comparison: those of `node bench/main.ts` are.
 */
async function smoke(): Promise<void> {
  const ratios = [
    ...(await startUp()),
    ...(await exported()),
    ...(await rendered()),
    ...(await applied()),
    ...(await copied()),
  ];
  for (const { name, measured, recorded } of ratios) {
    const failed = measured < recorded * tolerated;
    console.log(`${failed ? 'FAILED' : 'ok    '} ${name}: ${measured.toFixed(2)}x, recorded ${recorded.toFixed(2)}x`);
    if (failed) process.exitCode = 1;
  }
}

async function startUp(): Promise<readonly Ratio[]> {
  const figures = await benchStartUp(5);
  const measured = figures['kubectl-help'].seconds / figures.help.seconds;
  return [{ name: '--help against kubectl --help', measured, recorded: 1.2 }];
}

async function exported(): Promise<readonly Ratio[]> {
  const { kubectl, ours } = await benchExport({ objects: 4000, runs: 3 });
  return [
    { name: 'export against kubectl get', measured: kubectl.seconds / ours.seconds, recorded: 2 },
    { name: 'its memory', measured: kubectl.peakMebibytes / ours.peakMebibytes, recorded: 2.2 },
  ];
}

async function rendered(): Promise<readonly Ratio[]> {
  const { transform, apply, kustomize } = await benchRender(500, 3);
  return [
    { name: 'transform against kubectl kustomize', measured: kustomize.seconds / transform.seconds, recorded: 3.7 },
    { name: 'crane-apply against kubectl kustomize', measured: kustomize.seconds / apply.seconds, recorded: 5.3 },
  ];
}

async function applied(): Promise<readonly Ratio[]> {
  const { kubectl, ours, kubectlAgain, oursAgain } = await benchApply({ resources: 200, runs: 1 });
  return [
    { name: 'apply against kubectl apply --server-side', measured: kubectl.seconds / ours.seconds, recorded: 7 },
    { name: 'the same again', measured: kubectlAgain.seconds / oursAgain.seconds, recorded: 6.5 },
  ];
}

async function copied(): Promise<readonly Ratio[]> {
  const figures = await benchImageCopy({
    runs: 1,
    roundTrips: [20],
    repositories: 10,
    ownLayers: 2,
    ownMebibytes: 1.2,
  });
  const [ours] = figures;
  const peer = figures.find(({ contender }) => contender === 'skopeo sync');
  if (ours === undefined || peer === undefined) throw new Error('the copy of images has no figures');
  return [
    {
      name: 'copy of images against skopeo sync',
      measured: peer.firstRunSeconds / ours.firstRunSeconds,
      recorded: 2.9,
    },
    { name: 'the same again', measured: peer.nothingToDoSeconds / ours.nothingToDoSeconds, recorded: 5.5 },
  ];
}

await smoke();
