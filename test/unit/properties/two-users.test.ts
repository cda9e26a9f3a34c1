import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../src/domain/core/secret.ts';
import { noteSecretValues } from '../../../src/domain/export/sealed-secret.ts';
import type { Outcome } from '../../../src/domain/reports/outcome.ts';
import { defineTask, type TaskContext } from '../../../src/runtime/define-task.ts';
import { createLog } from '../../../src/runtime/log.ts';
import { runTask, type Host } from '../../../src/runtime/run-task.ts';
import { aHost, type RecordingHost } from '../../builders/host.ts';

interface User {
  readonly token: string;
  readonly password: string;
}

const ann: User = { token: 'token-of-ann', password: 'password-of-ann' };
const ben: User = { token: 'token-of-ben', password: 'password-of-ben' };
const secretsOf = ({ token, password }: User): readonly string[] => [token, password];
const everything = [ann, ben].flatMap(secretsOf).join(' ');

const aTask = (run: (context: TaskContext) => Promise<Outcome<'text'>>) =>
  defineTask({
    name: 'sample',
    family: 'crane',
    stage: 'export',
    summary: 's',
    description: 'd',
    examples: ['sample --out-dir out'],
    params: {},
    workspaces: { out: { flag: 'out-dir', description: 'Output.' } },
    reasons: ['registry'],
    results: { text: 'A text.' },
    reportIn: 'out',
    run: (_input, context) => run(context),
  });

/** Learns the secrets of a user, waits for the other user's run to do so too, and writes the secrets of both. */
function aRun(user: User, whenBothKnow: () => Promise<void>) {
  return aTask(async ({ log }) => {
    log.redactor.secret(user.token);
    const metadata = { name: 'login' };
    noteSecretValues({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { user: user.password } }, log.redactor);
    await whenBothKnow();
    log.info(everything);
    const item = { id: 'a', outcome: 'failed', reason: 'denied', message: everything } as const;
    return { items: [item], results: { text: everything }, summary: everything };
  });
}

/** A host with a log of its own, as each run gets one. */
function hostOf(lines: string[]): RecordingHost {
  const stream = { write: (line: string) => lines.push(line) };
  const log = createLog({ redactor: new Redactor(), format: 'text', debug: true, stream, now: () => 0 });
  return { ...aHost(), log };
}

function aMeeting(runs: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived === runs) resolve(undefined);
    await promise;
  };
}

describe('the runs of two users in one process', () => {
  it('redact their own secrets, and do not know those of the other', async () => {
    const meet = aMeeting(2);
    const shown = await Promise.all(
      [ann, ben].map(async (user) => {
        const lines: string[] = [];
        const host = hostOf(lines);
        await runTask(aRun(user, meet), { 'out-dir': '/out' }, host);
        return [...lines, ...host.files.values(), ...host.errors].join('\n');
      }),
    );
    for (const secret of secretsOf(ann)) expect(shown.map((text) => text.includes(secret))).toEqual([false, true]);
    for (const secret of secretsOf(ben)) expect(shown.map((text) => text.includes(secret))).toEqual([true, false]);
  });

  it('leave nothing in a redactor that is created later', async () => {
    await runTask(aRun(ann, aMeeting(1)), { 'out-dir': '/out' }, hostOf([]));
    expect(new Redactor().redact(everything)).toBe(everything);
  });

  it('leave nothing in memory when they have ended', async () => {
    const ended = await Promise.all([ann, ben].map(runAndForget));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await expect
      .poll(
        () => {
          collect();
          return ended.map((redactor) => redactor.deref() === undefined);
        },
        { timeout: 10_000 },
      )
      .toEqual([true, true]);
  });
});

async function runAndForget(user: User): Promise<WeakRef<Redactor>> {
  const host: Host = hostOf([]);
  await runTask(aRun(user, aMeeting(1)), { 'out-dir': '/out' }, host);
  return new WeakRef(host.log.redactor);
}
