import { readdirSync, readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

const folder = '.github/workflows';

/** What jobs may do besides reading the repository. Every other job has the permissions of its workflow. */
const jobPermissions: Readonly<Record<string, unknown>> = {
  'release.yaml/build': { contents: 'read', packages: 'write' },
  'release.yaml/publish': {
    contents: 'write',
    packages: 'write',
    'id-token': 'write',
    attestations: 'write',
  },
  'codeql.yaml/analyze': { contents: 'read', 'security-events': 'write' },
  'scorecard.yaml/analyze': { contents: 'read', 'id-token': 'write', 'security-events': 'write' },
};

/** A tag for the reader, a digest for the machine. */
const pinnedImage = /^[\w.-]+(?:\/[\w.-]+)+:[\w.-]+@sha256:[0-9a-f]{64}$/;

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const workflow = load(text);
  const jobs = Object.entries((isObject(workflow) && isObject(workflow['jobs']) && workflow['jobs']) || {});
  const steps = jobs.flatMap(([, job]) => arrayAt(job, 'steps'));

  it('takes every action by its commit, and says which version that is', () => {
    const used = [...steps, ...jobs.map(([, job]) => job)].flatMap((user) => stringAt(user, 'uses') ?? []);
    for (const action of used) {
      expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
    expect(used.length).toBeGreaterThan(0);
  });

  it('takes every image by tag and digest', () => {
    const images = jobs.flatMap(([, job]) => [
      valueAt(job, 'container', 'image') ?? valueAt(job, 'container'),
      ...Object.values(valueAt(job, 'services') ?? {}).map((service) => valueAt(service, 'image')),
    ]);
    for (const image of images.filter((each) => each !== undefined)) expect(image).toMatch(pinnedImage);
  });

  it('may read the repository and nothing more, unless the job is listed here', () => {
    expect(valueAt(workflow, 'permissions')).toEqual({ contents: 'read' });
    for (const [job, content] of jobs)
      expect(valueAt(content, 'permissions'), job).toEqual(jobPermissions[`${name}/${job}`]);
  });

  it('has a time limit and a fixed runner for each job', () => {
    for (const [, job] of jobs) {
      expect(valueAt(job, 'timeout-minutes')).toBeTypeOf('number');
      expect(stringAt(job, 'runs-on')).toMatch(/-\d+\.\d+$/);
    }
  });

  it('leaves no token in the checkout', () => {
    const checkouts = steps.filter((step) => stringAt(step, 'uses')?.startsWith('actions/checkout@') === true);
    for (const step of checkouts) expect(valueAt(step, 'with', 'persist-credentials')).toBe(false);
    expect(checkouts.length).toBeGreaterThan(0);
  });

  it('never runs code of a pull request with rights, nor text of an event as a script', () => {
    expect(text).not.toMatch(/pull_request_target|workflow_run/);
    for (const step of steps) expect(stringAt(step, 'run') ?? '').not.toContain('${{');
  });
});

describe('the release workflow', () => {
  const workflow = load(readFileSync(`${folder}/release.yaml`, 'utf8'));
  const stepsOf = (job: string): readonly unknown[] => arrayAt(workflow, 'jobs', job, 'steps');
  const runs = (job: string): readonly string[] => stepsOf(job).map((step) => stringAt(step, 'run') ?? '');

  it('starts on a tag only, which must be the version', () => {
    expect(valueAt(workflow, 'on')).toEqual({ push: { tags: ['v*'] } });
    expect(runs('build').some((run) => run.startsWith('test "$GITHUB_REF_NAME" = "v'))).toBe(true);
  });

  it('builds before it logs in, and pushes what it built', () => {
    const [build, login, push] = ['make release', 'skopeo login', 'make release PUSH=true'].map((text) =>
      runs('build').findIndex((run) => (text === 'make release' ? run === text : run.includes(text))),
    );
    expect(build).toBeGreaterThan(0);
    expect(login).toBeGreaterThan(build ?? 0);
    expect(push).toBeGreaterThan(login ?? 0);
    expect(runs('build')[push ?? 0]).toContain('sha256sum --check');
  });

  it('runs no code of the repository where it signs', () => {
    const used = stepsOf('publish').flatMap((step) => stringAt(step, 'uses')?.split('@')[0] ?? []);
    expect(used).toEqual([
      'actions/download-artifact',
      'sigstore/cosign-installer',
      'actions/attest-build-provenance',
      'actions/attest-build-provenance',
    ]);
    expect(runs('publish').join('\n')).toMatch(/cosign sign --yes[^]*gh release create/);
  });

  it('hands the token only to steps that log in or create the release', () => {
    const holders = ['build', 'publish'].flatMap((job) =>
      stepsOf(job).filter((step) => JSON.stringify(step).includes('secrets.')),
    );
    expect(holders.map((step) => Object.keys(valueAt(step, 'env') ?? {}))).toEqual([
      ['TOKEN'],
      ['TOKEN'],
      ['GH_TOKEN', 'GH_REPO'],
    ]);
    for (const step of holders) expect(stringAt(step, 'run')).toMatch(/ login |^gh release /);
  });
});

it('the devcontainer takes its images by tag and digest', () => {
  const images = [...readFileSync('.devcontainer/Dockerfile', 'utf8').matchAll(/_IMAGE=(.+)$/gm)];
  expect(images).toHaveLength(2);
  for (const [, image] of images) expect(image).toMatch(pinnedImage);
});

it('the workflows use the Node.js of .nvmrc, which is the one that the tests run with', () => {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  const major = readFileSync('.nvmrc', 'utf8').trim();
  expect(stringAt(manifest, 'devDependencies', 'node')?.split('.')[0]).toBe(major);
  expect(stringAt(manifest, 'engines', 'node')).toBe(`>=${major}`);
});
