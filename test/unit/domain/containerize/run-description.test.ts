import { expect, it } from 'vitest';

import { runDescription } from '../../../../src/domain/containerize/run-description.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';
import { aPod, planOf } from '../../../builders/containerize.ts';

function area(path: string, more: Partial<PlannedArea> = {}): PlannedArea {
  const source = { from: 'claim', claim: 'f', subPath: '' } as const;
  return { name: path, kind: 'workspace', path, without: [], source, included: false, reason: 'left out', ...more };
}

it('a run needs the variables to supply, and the volumes that hide nothing of the image', () => {
  const areas = [
    area('/files'),
    area('/home/jovyan'),
    area('/outer'),
    area('/outer/library', { kind: 'library', included: true }),
    area('/kept', { included: true }),
    area('/own', { source: { from: 'container' } }),
    area('/', { kind: 'changed', included: true, source: { from: 'container' } }),
  ];
  const dropped = [
    { name: 'PW', reason: 'secret-source', source: 'Secret db, key pw', supply: true },
    { name: 'IP', reason: 'runtime-field', source: 'field status.podIP', supply: false },
  ] as const;
  const start = { entrypoint: undefined, arguments: undefined, workingFolder: '/w', user: '5', ports: ['80/tcp'] };
  const plan = { ...planOf(aPod()), areas, dropped, start };
  expect(runDescription(plan, { schemaVersion: 1, login: 'Open the URL.' })).toEqual({
    ports: ['80/tcp'],
    supply: [{ name: 'PW', source: 'Secret db, key pw' }],
    volumes: [{ path: '/files', reason: 'left out' }],
    notes: ['Open the URL.'],
    user: '5',
    workingFolder: '/w',
  });
});

it('a run of an image that starts as its base image needs nothing', () => {
  const description = runDescription({ ...planOf(aPod()), areas: [], dropped: [] }, { schemaVersion: 1 });
  expect(description).toMatchObject({ notes: [], user: '', workingFolder: '' });
});
