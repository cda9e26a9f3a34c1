import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { programPath } from '../../../testbed/clusters/programs.ts';
import { helmYamlCases } from '../../builders/helm-yaml-cases.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaml-as-helm-'));
  await mkdir(join(folder, 'web', 'templates'), { recursive: true });
  await writeFile(join(folder, 'web', 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
  await writeFile(join(folder, 'web', 'templates', 'values.yaml'), 'values: {{ toJson .Values | quote }}\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the cases of YAML that Helm reads', () => {
  it.each(helmYamlCases)('helm reads %s so', async (_what, text, value) => {
    await writeFile(join(folder, 'values.yaml'), text);
    const args = ['template', 'web', join(folder, 'web'), `--values=${join(folder, 'values.yaml')}`];
    const { stdout } = await execa(programPath('helm'), args, { env: { HOME: folder } });
    const quoted = /^values: (".*")$/m.exec(stdout)?.[1] ?? '""';
    expect(JSON.parse(String(JSON.parse(quoted)))).toEqual(value);
  });
});
