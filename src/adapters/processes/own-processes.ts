import { readdir, readFile } from 'node:fs/promises';

/**
 * Numbers of the processes that this one can see and whose arguments have a word.
 * @param except a process that is left out
 */
export async function processesOf(word: string, except: number): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^[1-9]\d*$/.test(name) && Number(name) !== except);
  const found = await Promise.all(
    names.map(async (name) => {
      // A process can end meanwhile.
      const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
      return words.includes(word) ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
