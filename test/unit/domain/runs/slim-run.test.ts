import { expect, it } from 'vitest';

import { slimRun } from '../../../../src/domain/runs/slim-run.ts';

it('a run is kept without copies of its Pipeline and without managed fields', () => {
  const run = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name: 'a' }, spec: { params: [] } };
  const status = { conditions: [{ type: 'Succeeded' }], childReferences: [{ name: 'a-b' }] };
  const heavy = { pipelineSpec: { tasks: [] }, taskSpec: {}, provenance: {} };
  const metadata = { name: 'a', managedFields: [{}] };
  expect(slimRun({ ...run, metadata, status: { ...status, ...heavy } })).toEqual({ ...run, status });
  expect(slimRun({ ...run, status: 'odd' })).toEqual({ ...run, status: 'odd' });
});
