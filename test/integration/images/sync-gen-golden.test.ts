import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseSyncPlan } from '../../../src/domain/images/plan/sync-plan.ts';
import { isObject, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { runSyncGen } from './sync-gen.ts';

const goldenFolder = path.join(import.meta.dirname, '../../golden/sync-gen');
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'sync-gen-'));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

interface Case {
  readonly flags: Readonly<Record<string, string>>;
  readonly exitCode: unknown;
}

async function readCase(name: string): Promise<Case> {
  const value: unknown = JSON.parse(await readFile(path.join(goldenFolder, name, 'case.json'), 'utf8'));
  const flags = valueAt(value, 'flags');
  const entries = isObject(flags) ? Object.keys(flags).map((key) => [key, stringAt(flags, key) ?? '']) : [];
  return { flags: Object.fromEntries(entries) as Record<string, string>, exitCode: valueAt(value, 'exitCode') };
}

describe('an export becomes a plan and a source file', () => {
  it.each([
    ['shop', 'all classes of images, in one namespace'],
    ['shop-rebuild', 'images that are built again at the destination'],
    ['problems', 'everything that can be wrong with a stream'],
    ['crane-layout', 'an export by crane from OpenShift 3, with broken files in it'],
    ['plain-kubernetes', 'a cluster without streams'],
    ['nothing-to-copy', 'an application of public images'],
  ])('%s: %s', async (name) => {
    const { flags, exitCode } = await readCase(name);
    const skopeoDir = path.join(scratch, name);
    const run = await runSyncGen({
      ...flags,
      'export-dir': path.join(goldenFolder, name, 'export'),
      'skopeo-dir': skopeoDir,
    });

    expect(run).toMatchObject({ exitCode });
    const sourceFile = flags['output'] ?? 'source.yaml';
    const expected = async (file: string) => readFile(path.join(goldenFolder, name, file), 'utf8');
    expect(await readFile(path.join(skopeoDir, 'plan.json'), 'utf8')).toBe(await expected('plan.json'));
    expect(await readFile(path.join(skopeoDir, sourceFile), 'utf8')).toBe(await expected(sourceFile));
    expect(run.stdout).toBe(await expected(sourceFile));
    expect(() => parseSyncPlan(run.plan, 'plan.json')).not.toThrow();
  });

  it('knows each golden case', async () => {
    expect(await readdir(goldenFolder)).toHaveLength(6);
  });
});
