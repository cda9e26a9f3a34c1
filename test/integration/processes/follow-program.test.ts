import { describe, expect, it } from 'vitest';

import { followProgram } from '../../../src/adapters/processes/follow-program.ts';

const never = new AbortController().signal;

async function follow(script: string, change: { input?: Promise<Uint8Array>; signal?: AbortSignal } = {}) {
  const lines: string[] = [];
  const exitCode = await followProgram({
    program: process.execPath,
    args: ['-e', script],
    environment: {},
    signal: never,
    onOutput: (line) => lines.push(line),
    onError: (line) => lines.push(`error: ${line}`),
    ...change,
  });
  return { exitCode, lines };
}

const later = (text: string) =>
  new Promise<Uint8Array>((resolve) => {
    setTimeout(() => {
      resolve(new TextEncoder().encode(text));
    }, 200);
  });

describe('a program that is followed', () => {
  it('is started before what it reads is known', async () => {
    const script = 'console.log("started"); process.stdin.on("data", (text) => console.log(`read ${text}`))';
    expect(await follow(script, { input: later('names') })).toEqual({ exitCode: 0, lines: ['started', 'read names'] });
  });

  it('may end without reading, before there is anything to read', async () => {
    const { promise: input, resolve } = Promise.withResolvers<Uint8Array>();
    expect(await follow('process.exit(12)', { input })).toEqual({ exitCode: 12, lines: [] });
    resolve(new Uint8Array(1_000_000));
    expect(await follow('process.exit(12)', { input })).toEqual({ exitCode: 12, lines: [] });
  });

  it('is ended while it waits for what to read', async () => {
    const { promise: input, reject } = Promise.withResolvers<Uint8Array>();
    const run = follow('process.stdin.resume()', { input, signal: AbortSignal.timeout(200) });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
    reject(new Error('what tells the names failed'));
  });

  it('is reported line by line, whatever ends a line', async () => {
    const script = 'process.stdout.write("one\\rtwo\\n\\nthree"); process.stderr.write("four")';
    const { lines } = await follow(script);
    expect(lines.toSorted()).toEqual(['error: four', 'one', 'three', 'two']);
  });
});
