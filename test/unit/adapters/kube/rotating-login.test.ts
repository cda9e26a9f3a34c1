import { afterEach, describe, expect, it, vi } from 'vitest';

import { rotatingLogin, type Login } from '../../../../src/adapters/kube/rotating-login.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

afterEach(() => {
  vi.useRealTimers();
});

/** Gives another token with each reading. */
function source(login: Omit<Login, 'token'> = {}) {
  let readings = 0;
  return () => {
    readings += 1;
    return Promise.resolve({ ...login, token: redactor.secret(`token-${String(readings)}`) });
  };
}

describe('a login that rotates', () => {
  it('is used until it expires, however old it is', async () => {
    vi.useFakeTimers();
    const credentials = rotatingLogin({ read: source({ expiresAt: Date.now() + 3_600_000 }), age: 1000 }, {});
    await credentials.token();
    vi.advanceTimersByTime(3_599_000);
    expect((await credentials.token())?.reveal()).toBe('token-1');
    vi.advanceTimersByTime(2000);
    expect((await credentials.token())?.reveal()).toBe('token-2');
  });

  it('that does not say when it expires is used until it is too old or refused', async () => {
    vi.useFakeTimers();
    const credentials = rotatingLogin({ read: source(), age: 1000 }, {});
    await credentials.token();
    vi.advanceTimersByTime(1001);
    expect((await credentials.token())?.reveal()).toBe('token-2');
    credentials.forget(Date.now());
    expect((await credentials.token())?.reveal()).toBe('token-3');
  });

  it('is read once for requests side by side, and again after a failure', async () => {
    const answers = [Promise.reject(new Error('broken')), Promise.resolve({ token: redactor.secret('token-ok') })];
    const credentials = rotatingLogin({ read: () => answers.shift() ?? Promise.resolve({}), age: Infinity }, {});
    const both = await Promise.allSettled([credentials.token(), credentials.token()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await credentials.token())?.reveal()).toBe('token-ok');
  });

  it('without a token has no header for it', async () => {
    const certificate = { cert: 'c', key: 'k' };
    const credentials = rotatingLogin({ read: () => Promise.resolve({ certificate }), age: Infinity }, { a: 'b' });
    expect(await credentials.headers()).toEqual({ a: 'b' });
    expect(await credentials.certificate?.()).toEqual(certificate);
  });
});
