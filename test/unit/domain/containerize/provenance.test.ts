import { describe, expect, it } from 'vitest';

import { formatProvenance, type ProvenanceFacts } from '../../../../src/domain/containerize/provenance.ts';

const facts: ProvenanceFacts = {
  name: 'registry.example.org/course-ml/jupyterlab',
  digest: `sha256:${'b'.repeat(64)}`,
  base: { name: 'quay.io/jupyter/scipy-notebook', digest: `sha256:${'a'.repeat(64)}` },
  workload: { kind: 'Deployment', namespace: 'course-ml', name: 'jupyterlab' },
  container: 'notebook',
  profileDigest: `sha256:${'c'.repeat(64)}`,
  options: { workspace: 'include', 'allow-public': false },
  version: '0.1.0',
  startedAt: '2026-11-29T18:20:00.000Z',
  finishedAt: '2026-11-29T18:30:00.000Z',
};

describe('the provenance of an image', () => {
  it('is an in-toto statement with a predicate of SLSA 1', () => {
    expect(JSON.parse(formatProvenance(facts))).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: facts.name, digest: { sha256: 'b'.repeat(64) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: expect.stringMatching(/^https:.*#sbom-and-provenance$/) as string,
          externalParameters: {
            workload: facts.workload,
            container: 'notebook',
            profile: { sha256: 'c'.repeat(64) },
            options: { 'allow-public': false, workspace: 'include' },
          },
          internalParameters: {},
          resolvedDependencies: [
            {
              uri: `oci://quay.io/jupyter/scipy-notebook@sha256:${'a'.repeat(64)}`,
              digest: { sha256: 'a'.repeat(64) },
            },
          ],
        },
        runDetails: {
          builder: {
            id: 'https://github.com/crane-tasks/crane-tasks/app-containerize',
            version: { 'crane-tasks': '0.1.0' },
          },
          metadata: { startedOn: facts.startedAt, finishedOn: facts.finishedAt },
        },
      },
    });
  });

  it('has no profile when none was declared, and does not depend on the order of options', () => {
    const text = formatProvenance({ ...facts, profileDigest: undefined });
    expect(text).not.toContain('"profile"');
    const options = { 'allow-public': false, workspace: 'include' };
    expect(formatProvenance({ ...facts, options })).toBe(formatProvenance(facts));
  });
});
