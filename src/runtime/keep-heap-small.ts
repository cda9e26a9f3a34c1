import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type CollectGarbage = (options: { readonly type: 'minor' | 'major' }) => void;

/** Milliseconds between two looks at the buffers. */
const interval = 25;
/** Bytes of buffers, those that are not used any more among them. */
const mostBuffers = 8 * 1024 * 1024;
/** Bytes of buffers that a collection of young objects leaves: more than a program that streams has in use. */
const mostOldBuffers = 16 * 1024 * 1024;
/** Bytes of the space for young objects. */
const mostYoung = 8 * 1024 * 1024;
/** Milliseconds between two looks at it. */
const youngInterval = 10;
/** Milliseconds between two collections of all objects, which take 30 each. */
const longInterval = 250;

/**
 * Keeps the heap close to what is alive while work is done. A program that streams makes much garbage and keeps little; left alone, V8
 * takes the garbage for a reason to grow the space for young objects a hundredfold and to let the old ones double
 * before it collects, and the process needs more than twice the memory for the same work in the same time. V8 reads
 * both flags whenever it collects, so that they work after the start too, where the limits themselves do not.
 *
 * Buffers are outside of that heap. V8 collects only when there are 32 MiB more of them, and the allocator of C keeps what
 * it had at the worst moment, so they are collected earlier here. That takes a millisecond. Buffers that were in use during
 * two collections are old: only a collection of all objects frees them. On a busy computer the thread that frees buffers comes
 * late, so they are freed at once.
 */
export async function keepHeapSmall<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
  setFlagsFromString('--no-concurrent-array-buffer-sweeping');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as CollectGarbage;
  const buffers = (): number => process.memoryUsage().arrayBuffers;
  let collectedAt = 0;
  const timer = setInterval(() => {
    if (buffers() <= mostBuffers) return;
    collect({ type: 'minor' });
    if (buffers() <= mostOldBuffers || performance.now() - collectedAt < longInterval) return;
    collect({ type: 'major' });
    collectedAt = performance.now();
  }, interval).unref();
  try {
    return await work();
  } finally {
    // A process may do such work many times: with a timer of each, it would do nothing but collect.
    clearInterval(timer);
  }
}

/**
 * Limits the space for young objects to 8 MiB while work is done that keeps a part of what it makes, as with thousands of small
 * files. With a larger space such work takes as long. With the smaller one of keepHeapSmall it takes longer. Old objects are
 * collected before they double: a transform of 100,000 resources that kept 1.3 KiB of each took 540 MiB instead of 794, and 7 % more time.
 */
export async function keepYoungSmall<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString('--heap-growing-percent=20');
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < mostYoung) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, youngInterval).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Up to so many resources, the memory of a run does not matter, and it takes less time with more of it. */
const mostAtEase = 8192;

/** Undoes what keepYoungSmall set when there are few resources: work on them is faster where young objects have space. */
export function letYoungGrowFor(resources: number): void {
  if (resources > mostAtEase) return;
  setFlagsFromString('--heap-growing-percent=0');
  setFlagsFromString('--semi-space-growth-factor=2');
}
