import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  buildKustomization,
  kustomizeArgs,
  shortenComplaint,
} from '../../../../src/adapters/processes/build-kustomization.ts';
import { makeFolder } from '../../../builders/command.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { aHost } from '../../../builders/host.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

describe('the arguments', () => {
  it.each([
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ] as const)('for %s allow no plugin, no chart, no network and no file outside the folder', (builder, verb) => {
    expect(kustomizeArgs(builder, '/w/kustomize', '/tmp/out')).toEqual([
      verb,
      '/w/kustomize',
      '--output=/tmp/out',
      '--load-restrictor=LoadRestrictionsRootOnly',
      '--enable-helm=false',
      '--enable-alpha-plugins=false',
      '--network=false',
    ]);
  });
});

describe("kustomize's complaints", () => {
  it('are kept without the objects that it prints', () => {
    const text =
      'error: accumulating resources: missing metadata.name in object map[data:map[password:c2VjcmV0] kind:Secret]\nsecond {"data":"x"}\n';
    expect(shortenComplaint(text, redactor)).toBe(
      'error: accumulating resources: missing metadata.name in object …\nsecond …',
    );
    expect(shortenComplaint('x'.repeat(9000), redactor)).toHaveLength(2000);
  });
});

describe('a program that needs other programs', () => {
  it.each(['kubectl', 'kustomize'])('is named as the cause, not the kustomization: %s', async (name) => {
    const folder = await makeFolder();
    const file = join(folder.path, name);
    await writeFile(file, '#!/usr/bin/env no-such-shell\n');
    await chmod(file, 0o755);
    const environment = { PATH: folder.path };
    const options = {
      environment,
      signal: new AbortController().signal,
      noteProgram: () => undefined,
      log: aHost().log,
    };
    const error = await thrownBy(() => buildKustomization({ path: folder.path, files: new Map() }, options));
    await folder.remove();
    expect(error.code).toBe('program-broke');
    expect(error.message).toContain(`running ${name}: `);
  });
});
