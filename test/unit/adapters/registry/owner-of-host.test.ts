import { describe, expect, it } from 'vitest';

import { haveOneOwner } from '../../../../src/adapters/registry/owner-of-host.ts';

describe('two hosts', () => {
  it.each([
    ['auth.docker.io', 'registry-1.docker.io'],
    ['docker.io', 'registry-1.docker.io'],
    ['gitlab.com', 'registry.gitlab.com'],
    ['auth.corp.internal', 'registry.corp.internal'],
    ['auth.example.co.uk', 'registry.example.co.uk'],
  ])('have one owner: %s, %s', (one, other) => {
    expect(haveOneOwner(new URL(`https://${one}`), new URL(`https://${other}`))).toBe(true);
  });

  it.each([
    ['evil.co.uk', 'registry.co.uk'],
    ['evil.azurecr.io', 'mine.azurecr.io'],
    ['evil.s3.amazonaws.com', 'mine.s3.amazonaws.com'],
    ['evil.github.io', 'mine.github.io'],
    ['1.dkr.ecr.eu-west-1.amazonaws.com', '2.dkr.ecr.eu-west-1.amazonaws.com'],
    ['us-docker.pkg.dev', 'europe-docker.pkg.dev'],
    ['evil.io', 'docker.io'],
    ['localhost', 'localhost'],
    ['10.0.0.1', '10.0.0.1'],
    ['io', 'docker.io'],
  ])('may have two owners: %s, %s', (one, other) => {
    expect(haveOneOwner(new URL(`https://${one}`), new URL(`https://${other}`))).toBe(false);
  });
});
