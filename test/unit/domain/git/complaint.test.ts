import { describe, expect, it } from 'vitest';

import { complaintOf, isBehind, needsWholeFetch } from '../../../../src/domain/git/complaint.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const unreadable = "fatal: unable to access 'https://git.example.com/app/': ";

describe('what git complains of', () => {
  it.each([
    [`${unreadable}SSL certificate problem: self-signed certificate`, 'tls-untrusted'],
    ['Host key verification failed.', 'tls-untrusted'],
    ["fatal: Authentication failed for 'https://git.example.com/app/'", 'unauthorized'],
    [`${unreadable}The requested URL returned error: 403`, 'unauthorized'],
    ['git@git.example.com: Permission denied (publickey).', 'unauthorized'],
    [`${unreadable}The requested URL returned error: 302`, 'git-refused'],
    ['fatal: mismatched algorithms: client sha1; server sha256', 'git-refused'],
    [`${unreadable}Could not resolve host: git.example.com`, 'unreachable'],
    ['ssh: connect to host git.example.com port 22: Connection refused', 'unreachable'],
    ['No user exists for uid 1000680000\nfatal: Could not read from remote repository.', 'git-refused'],
    ['error: the branch is protected', 'git-refused'],
    ['', 'git-refused'],
  ])('%j is %s', (stderr, code) => {
    expect(complaintOf('pushing', stderr, redactor)).toMatchObject({ code });
  });

  it('is reported in its own words, without its marks and advice', () => {
    const stderr = 'remote: branch is protected\n\nhint: ask somebody\nerror: failed to push\n';
    expect(complaintOf('pushing to main', stderr, redactor).message).toBe(
      'pushing to main: branch is protected; failed to push',
    );
  });

  it('is reported from the line with the reason on, when much comes before it', () => {
    const frame = ['@@@@@', '@ WARNING: IDENTIFICATION HAS CHANGED! @', '@@@@@', 'SOMEBODY COULD BE LISTENING!'];
    const stderr = [...frame, 'Host key verification failed.', 'fatal: Could not read.'].join('\n');
    expect(complaintOf('pushing', stderr, redactor).message).toBe(
      'pushing: Host key verification failed.; Could not read.',
    );
    const few = 'remote: Permission to shop denied to ann.\nfatal: unable to access x: returned error: 403\n';
    expect(complaintOf('pushing', few, redactor).message).toContain('denied to ann.; unable to access x');
  });

  it('comes with the final address as the remedy after a redirect', () => {
    const error = complaintOf('fetching', `${unreadable}The requested URL returned error: 301`, redactor);
    expect(error.remedy).toContain('Give the final address');
  });

  it.each(['', '\n \n', 'hint: ask somebody\n'])('may be no reason: %j', (stderr) => {
    expect(complaintOf('pushing', stderr, redactor).message).toBe('pushing: git gave no reason');
  });

  it('is reported briefly', () => {
    expect(complaintOf('pushing', 'a\nb\nc\nd\ne\n', redactor).message).toBe('pushing: a; b; c; d');
    expect(complaintOf('pushing', 'x'.repeat(5000), redactor).message).toBe(`pushing: ${'x'.repeat(600)}`);
  });
});

describe('a push that was refused', () => {
  it.each([
    ['To x\n!\tHEAD:refs/heads/main\t[rejected] (fetch first)\nDone', true],
    ['!\tHEAD:refs/heads/main\t[rejected] (non-fast-forward)', true],
    ['!\tHEAD:refs/heads/main\t[remote rejected] (cannot lock ref)', true],
    ['!\tHEAD:refs/heads/main\t[remote rejected] (protected branch)', false],
    ['*\tHEAD:refs/heads/main\t[new branch]', false],
  ])('%j for commits that it did not know: %s', (stdout, behind) => {
    expect(isBehind(stdout)).toBe(behind);
  });
});

describe('a fetch of a single object', () => {
  it.each([
    ['fatal: remote error: upload-pack: not our ref 0123', true],
    ['error: Server does not allow request for unadvertised object 0123', true],
    ["fatal: couldn't find remote ref refs/heads/a", true],
    ['fatal: dumb http transport does not support shallow capabilities', true],
    ['fatal: Authentication failed', false],
  ])('%j needs all branches: %s', (stderr, expected) => {
    expect(needsWholeFetch(stderr)).toBe(expected);
  });
});
